"""The connected model is encrypted at rest, used at once, and never overrides the environment."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from generation.llm import connected, registry
from generation.llm.connected import Connection, setting
from generation.llm.probes import llm
from generation.llm.providers.openai import ChatCompletions

KEY = "sk-proj-0123456789-abcdefghijklm-WXYZ"
OLLAMA = Connection("openai", base_url="http://127.0.0.1:11434/v1", model="llama3.2")


@pytest.fixture(autouse=True)
def _a_machine_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.LOCAL_MODEL_ADDRESS = tmp_path / "model.url"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "connected-model"


def first() -> ChatCompletions:
    provider = registry.configured()[0]
    assert isinstance(provider, ChatCompletions)
    return provider


def test_it_is_used_at_once_and_until_it_is_not(settings: Settings) -> None:
    assert registry.configured_models() == ()
    connected.connect(OLLAMA)
    assert registry.configured_models() == (("openai", "llama3.2"),)
    assert (first().base_url, first().model) == (OLLAMA.base_url, "llama3.2")
    connected.connect(Connection("gemini", KEY))
    assert registry.configured_models() == (("gemini", settings.GEMINI_MODEL),)
    assert (first().key, first().base_url) == (KEY, settings.GEMINI_BASE_URL)
    connected.disconnect()
    connected.disconnect()
    assert registry.configured_models() == ()


def test_another_process_of_this_machine_follows(file: Path) -> None:
    """The file is replaced without this process being told."""
    connected.connect(OLLAMA)
    assert connected.current() == OLLAMA
    kept = file.read_bytes()
    connected.connect(Connection("anthropic", KEY))
    assert connected.current() == Connection("anthropic", KEY)
    newer = file.with_suffix(".new")
    newer.write_bytes(kept)
    os.replace(newer, file)
    assert connected.current() == OLLAMA


def test_it_is_read_once_for_each_change(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connected.connect(OLLAMA)
    reads, read = [], connected._read

    def counted(path: Path) -> Connection | None:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(connected, "_read", counted)
    for _ in range(5):
        setting("OPENAI_API_KEY")
    assert reads == [file]


def test_nobody_else_can_read_it(file: Path, settings: Settings) -> None:
    connected.connect(Connection("openai", KEY, OLLAMA.base_url, OLLAMA.model))
    kept = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for secret in (KEY, KEY[-8:], OLLAMA.base_url, OLLAMA.model):
        assert secret.encode() not in kept
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert KEY not in repr(connected.current())


def test_with_another_secret_key_it_is_none(
    file: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    connected.connect(OLLAMA)
    assert connected.current() == OLLAMA
    settings.SECRET_KEY = "another secret key, of more than 32 characters"
    assert connected.current() is None
    assert connected.current() is None
    assert caplog.text.count("connect the model again") == 1


def test_while_the_secret_key_is_replaced_it_stays(file: Path, settings: Settings) -> None:
    connected.connect(OLLAMA)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key, of more than 32 characters"
    assert connected.current() == OLLAMA


@pytest.mark.parametrize(
    ("name", "value"),
    [("OPENAI_API_KEY", "sk-environment"), ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")],
)
def test_the_environment_wins(settings: Settings, name: str, value: str) -> None:
    connected.connect(Connection("openai", KEY, "http://127.0.0.1:8/v1", "connected"))
    setattr(settings, name, value)
    assert connected.current() is None
    assert connected.kept() is not None
    assert setting(name) == value
    assert (first().model, first().key) == (settings.OPENAI_MODEL, settings.OPENAI_API_KEY)


def test_beside_a_provider_of_the_environment_it_comes_in_the_order(settings: Settings) -> None:
    settings.ANTHROPIC_API_KEY = "of the environment"
    connected.connect(OLLAMA)
    assert [name for name, _ in registry.configured_models()] == ["openai", "anthropic"]
    settings.LLM_PROVIDER_ORDER = ["anthropic", "openai"]
    assert [name for name, _ in registry.configured_models()] == ["anthropic", "openai"]


def test_the_demo_model_makes_room(settings: Settings) -> None:
    settings.LOCAL_MODEL_ADDRESS.write_text("http://127.0.0.1:1/v1")
    assert [name for name, _ in registry.configured_models()] == ["local"]
    connected.connect(OLLAMA)
    assert registry.configured_models() == (("openai", "llama3.2"),)


def test_production_knows_of_none(settings: Settings) -> None:
    connected.connect(OLLAMA)
    settings.DEVELOPMENT = False
    assert connected.kept() is connected.current() is None
    assert registry.configured_models() == ()


def test_health_knows_it() -> None:
    connected.connect(replace(OLLAMA, model="which-no-test-has-called"))
    assert llm() == {"status": "up", "providers": {"openai": {"breaker": None}}}


def test_what_is_not_stored_yet_can_be_tried(settings: Settings, file: Path) -> None:
    connected.connect(OLLAMA)
    tried = registry.provider_of(Connection("openai", KEY, "http://127.0.0.1:8/v1"))
    assert isinstance(tried, ChatCompletions)
    assert (tried.key, tried.base_url, tried.model) == (KEY, "http://127.0.0.1:8/v1", settings.OPENAI_MODEL)
    assert connected.current() == OLLAMA


@pytest.mark.parametrize(("key", "ending"), [(KEY, "WXYZ"), ("", ""), ("short-key", "")])
def test_no_more_than_the_end_of_a_key_is_shown(key: str, ending: str) -> None:
    assert Connection("openai", key).key_ending == ending


def test_a_file_that_cannot_be_written_leaves_the_old_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.connect(OLLAMA)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        connected.connect(Connection("gemini", KEY))
    assert connected.current() == OLLAMA
    assert [path.name for path in file.parent.iterdir()] == [file.name]
