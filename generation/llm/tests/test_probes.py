from typing import Any

import pytest

from generation.llm import probes


@pytest.fixture
def two_providers(settings: Any) -> None:
    settings.OPENAI_API_KEY = settings.ANTHROPIC_API_KEY = "never used"


def know(monkeypatch: pytest.MonkeyPatch, settings: Any, **states: str) -> None:
    """The breakers that this process has, by provider."""
    known = {(name, getattr(settings, f"{name.upper()}_MODEL")): state for name, state in states.items()}
    monkeypatch.setattr(probes, "breaker_states", lambda: known)


def test_nothing_is_set_up() -> None:
    assert probes.llm() == {"status": "not_configured"}


def test_a_provider_that_nobody_asked_yet_is_up(two_providers: None, monkeypatch: Any, settings: Any) -> None:
    know(monkeypatch, settings, openai="closed")
    assert probes.llm() == {
        "status": "up",
        "providers": {"openai": {"breaker": "closed"}, "anthropic": {"breaker": None}},
    }


def test_down_is_when_none_may_be_asked(two_providers: None, monkeypatch: Any, settings: Any) -> None:
    know(monkeypatch, settings, openai="open", anthropic="half-open")
    assert probes.llm()["status"] == "up"
    know(monkeypatch, settings, openai="open", anthropic="open")
    assert probes.llm()["status"] == "down"


def test_a_model_that_some_caller_made_up_says_nothing(two_providers: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(probes, "breaker_states", lambda: {("openai", "gpt-nonsense"): "open"})
    assert probes.llm()["status"] == "up"


def test_the_state_is_a_figure(two_providers: None, monkeypatch: Any, settings: Any) -> None:
    know(monkeypatch, settings, openai="open")
    (family,) = probes.breakers()
    found = {(s.labels["provider"], s.labels["state"]): s.value for s in family.samples}
    assert found == {("openai", "closed"): 0, ("openai", "half-open"): 0, ("openai", "open"): 1}
