"""One answer to "which providers are configured", for all who ask."""

from pathlib import Path

import pytest
from pytest_django import Settings

from generation.llm import configured, probes, registry

GOOGLE = "https://generativelanguage.googleapis.com/v1beta/openai"
OWN = "http://127.0.0.1:9000/v1"


@pytest.fixture(autouse=True)
def _nothing(settings: Settings, tmp_path: Path) -> None:
    for name in ("OPENAI", "ANTHROPIC", "GEMINI"):
        setattr(settings, f"{name}_API_KEY", "")
        setattr(settings, f"{name}_BASE_URL", "")
    settings.GEMINI_BASE_URL = GOOGLE
    settings.LOCAL_MODEL_ADDRESS = tmp_path / "model.url"


@pytest.mark.parametrize(
    ("given", "names", "needs_demo"),
    [
        ({}, [], True),
        ({"OPENAI_API_KEY": "k"}, ["openai"], False),
        ({"OPENAI_BASE_URL": OWN}, ["openai"], False),
        ({"ANTHROPIC_BASE_URL": OWN}, ["anthropic"], False),
        ({"GEMINI_BASE_URL": OWN}, ["gemini"], False),
        ({"GEMINI_API_KEY": "k", "LLM_PROVIDER_ORDER": ["openai"]}, [], True),
        ({"OPENAI_API_KEY": "k", "LLM_PROVIDER_ORDER": ["openai", "local"]}, ["openai"], True),
    ],
)
def test_everyone_gets_the_same_answer(
    settings: Settings, given: dict[str, object], names: list[str], needs_demo: bool
) -> None:
    for name, value in given.items():
        setattr(settings, name, value)

    assert configured.names() == names
    assert [provider.name for provider in registry.configured()] == names
    assert sorted(probes.llm().get("providers", {})) == sorted(names)  # type: ignore[call-overload]
    assert registry.writer()[0] == (names or [""])[0]
    assert configured.needs_demo_model() is needs_demo


@pytest.mark.parametrize("name", ["openai", "anthropic", "gemini"])
def test_each_has_its_model(settings: Settings, name: str) -> None:
    setattr(settings, f"{name.upper()}_MODEL", "m-1")
    setattr(settings, f"{name.upper()}_API_KEY", "k")

    [provider] = registry.configured()

    assert configured.model_of(name) == provider.model == registry.writer()[1] == "m-1"


@pytest.mark.parametrize(
    ("base_url", "given", "seconds"),
    [
        (OWN, {}, 120),
        ("http://localhost:11434/v1", {}, 120),
        ("https://openrouter.ai/api/v1", {}, 20),
        ("https://openrouter.ai/api/v1", {"LLM_COLD_START_TIMEOUT": 300}, 300),
        (OWN, {"LLM_COLD_START_TIMEOUT": 30}, 30),
        (OWN, {"LLM_FIRST_TOKEN_TIMEOUT": 1}, 6),
    ],
)
def test_how_long_a_model_may_load(
    settings: Settings, base_url: str, given: dict[str, float], seconds: float
) -> None:
    for name, value in given.items():
        setattr(settings, name, value)

    assert configured.cold_start_of(base_url) == seconds


def test_what_the_settings_say_about_an_address_reaches_its_provider(settings: Settings) -> None:
    settings.OPENAI_BASE_URL = "https://mine.openai.azure.com"
    settings.OPENAI_API_VERSION, settings.OPENAI_ORGANIZATION = "2025-01-01", "org-7"
    settings.OPENAI_EXTRA_HEADERS = (("X-Title", "Blog AI"),)

    [provider] = registry.configured()

    assert provider == type(provider)(
        name="openai",  # type: ignore[call-arg]
        model=settings.OPENAI_MODEL,
        base_url="https://mine.openai.azure.com",
        timeouts=provider.timeouts,  # type: ignore[attr-defined]
        dialect=provider.dialect,  # type: ignore[attr-defined]
        api_version="2025-01-01",
        organization="org-7",
        headers=(("X-Title", "Blog AI"),),
    )
    assert provider.dialect.azure  # type: ignore[attr-defined]
