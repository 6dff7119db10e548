from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from blogai.core.errors import Unavailable, ValidationFailed
from generation.llm import registry
from generation.llm.base import FULL, SMALL, Call
from generation.llm.demo import MODEL
from generation.llm.providers.openai import OPENAI_URL, ChatCompletions
from generation.llm.ratelimit.base import FallbackRateLimiter
from generation.llm.ratelimit.postgres import PostgresRateLimiter
from generation.llm.ratelimit.redis import RedisRateLimiter

LOCAL_URL = "http://127.0.0.1:45123/v1"

type Configure = Callable[..., None]


@pytest.fixture
def configure(settings: Settings, tmp_path: Path) -> Configure:
    """Settings with no model at all, but for what the test names."""

    def set_only(*, local: bool = False, **given: object) -> None:
        for name in ("OPENAI", "ANTHROPIC", "GEMINI"):
            setattr(settings, f"{name}_API_KEY", "")
            setattr(settings, f"{name}_BASE_URL", "")
        settings.LLM_PROVIDER_ORDER = ["openai", "anthropic", "gemini"]
        settings.LOCAL_MODEL_ADDRESS = tmp_path / "model.url"
        if local:
            settings.LOCAL_MODEL_ADDRESS.write_text(f"{LOCAL_URL}\n")
        for name, value in given.items():
            setattr(settings, name, value)

    return set_only


def forget(call: Call) -> None:
    """An `on_call`."""


def names() -> list[str]:
    return [provider.name for provider in registry.configured()]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"OPENAI_API_KEY": "k"}, ["openai"]),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}, ["openai"]),
        ({"GEMINI_BASE_URL": "http://127.0.0.1:9000/v1"}, ["gemini"]),
        ({"GEMINI_BASE_URL": "https://generativelanguage.googleapis.com/v1beta/openai"}, []),
        ({"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"}, ["openai", "anthropic"]),
        (
            {"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k", "LLM_PROVIDER_ORDER": ["anthropic", "openai"]},
            ["anthropic", "openai"],
        ),
        ({"local": True}, ["local"]),
        ({"local": True, "GEMINI_API_KEY": "k"}, ["gemini"]),
        (
            {"local": True, "GEMINI_API_KEY": "k", "LLM_PROVIDER_ORDER": ["gemini", "local"]},
            ["gemini", "local"],
        ),
        ({"local": False, "LLM_PROVIDER_ORDER": ["local"]}, []),
    ],
)
def test_providers_are_those_that_are_set_in_their_order(
    configure: Configure, given: dict[str, object], expected: list[str]
) -> None:
    configure(**given)

    assert names() == expected


def test_the_demo_model_is_small_patient_and_named(configure: Configure) -> None:
    configure(local=True)

    [local] = registry.configured()

    assert isinstance(local, ChatCompletions)
    assert (local.base_url, local.model, local.profile) == (LOCAL_URL, MODEL, SMALL)
    assert local.timeouts.first_token == 60
    assert registry.label("local", MODEL) == "local demo model"
    assert registry.label("openai", "gpt-5.2") == "gpt-5.2"


def test_any_other_model_is_full(configure: Configure) -> None:
    configure(OPENAI_API_KEY="k", OPENAI_MODEL="gpt-99")

    [provider] = registry.configured()

    assert isinstance(provider, ChatCompletions)
    assert (provider.base_url, provider.model, provider.profile) == (OPENAI_URL, "gpt-99", FULL)


@pytest.mark.parametrize(
    ("provider", "model", "expected"),
    [
        ("", "", [("openai", "gpt-5.2"), ("anthropic", "claude-sonnet-5")]),
        ("anthropic", "", [("anthropic", "claude-sonnet-5")]),
        ("anthropic", "claude-opus-5", [("anthropic", "claude-opus-5")]),
        ("", "gpt-4o", [("openai", "gpt-4o")]),
    ],
)
def test_a_run_gets_what_it_asked_for(
    configure: Configure, provider: str, model: str, expected: list[tuple[str, str]]
) -> None:
    configure(
        OPENAI_API_KEY="k", ANTHROPIC_API_KEY="k", OPENAI_MODEL="gpt-5.2", ANTHROPIC_MODEL="claude-sonnet-5"
    )

    router = registry.models_for(provider, model, forget)

    assert [(each.name, each.model) for each in router.providers] == expected


@pytest.mark.parametrize("provider", ["gemini", "local", "no-such"])
def test_a_provider_that_is_not_configured_is_refused(configure: Configure, provider: str) -> None:
    configure(OPENAI_API_KEY="k", local=True)

    with pytest.raises(ValidationFailed) as caught:
        registry.models_for(provider, "", forget)

    assert caught.value.extra == {"errors": {"provider": ["Not set up here. Choose from: openai."]}}


def test_the_demo_model_is_no_other(configure: Configure) -> None:
    configure(local=True)
    assert registry.models_for("local", MODEL, forget)

    with pytest.raises(ValidationFailed) as caught:
        registry.models_for("local", "gpt-5.2", forget)

    assert "model" in caught.value.extra["errors"]  # type: ignore[operator]


@pytest.mark.parametrize(("development", "told"), [(True, True), (False, False)])
def test_no_model_at_all_tells_operators_what_to_set(
    configure: Configure, caplog: pytest.LogCaptureFixture, development: bool, told: bool
) -> None:
    configure(DEVELOPMENT=development)

    with pytest.raises(Unavailable) as caught:
        registry.models_for("", "", forget)

    assert "OPENAI_API_KEY" in caplog.text
    assert ("OPENAI_API_KEY" in caught.value.detail) is told


@pytest.mark.parametrize(
    ("redis_url", "shared"),
    [("", PostgresRateLimiter(7)), ("redis://127.0.0.1:1/0", RedisRateLimiter("redis://127.0.0.1:1/0", 7))],
)
def test_all_providers_share_one_limit_but_the_demo_model_has_none(
    configure: Configure, settings: Settings, redis_url: str, shared: object
) -> None:
    configure(
        local=True,
        OPENAI_API_KEY="k",
        ANTHROPIC_API_KEY="k",
        LLM_PROVIDER_ORDER=["openai", "anthropic", "local"],
        REDIS_URL=redis_url,
        LLM_RATE_LIMIT_PER_MINUTE=7,
    )

    first, second, local = (registry.rate_limiter_of(provider) for provider in registry.configured())

    assert isinstance(first, FallbackRateLimiter) and first.shared == shared
    assert second is first
    assert local is None
