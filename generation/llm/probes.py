"""What /health and /metrics say about the providers, as far as this process knows: nobody is asked."""

from django.conf import settings
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from generation.llm.breaker import State, breaker_states
from generation.llm.connected import setting
from generation.llm.demo import MODEL as LOCAL_MODEL
from generation.llm.registry import _is_set

STATES: tuple[State, ...] = ("closed", "half-open", "open")


def llm() -> dict[str, object]:
    """Down when the breaker of every provider is open. None: this process has not asked that one yet."""
    breakers = _breakers()
    if not breakers:
        return {"status": "not_configured"}
    down = all(state == "open" for state in breakers.values())
    providers = {name: {"breaker": state} for name, state in breakers.items()}
    return {"status": "down" if down else "up", "providers": providers}


def breakers() -> list[Metric]:
    family = GaugeMetricFamily(
        "blogai_llm_breaker",
        "1 for the state of this process's breaker; only processes that write posts have any.",
        labels=["provider", "state"],
    )
    for name, current in _breakers().items():
        for state in STATES if current else ():
            family.add_metric([name, state], state == current)
    return [family]


def _breakers() -> dict[str, State | None]:
    """Of each configured provider's own model: a caller may name any other, and that says little."""
    states = breaker_states()
    return {name: states.get((name, _model(name))) for name in _configured()}


def _configured() -> list[str]:
    """As `registry.configured`, which imports SDKs that take seconds: health answers within one."""
    names = [name for name in settings.LLM_PROVIDER_ORDER if _is_set(name)]
    return names or [name for name in ("local",) if _is_set(name)]


def _model(provider: str) -> str:
    return LOCAL_MODEL if provider == "local" else setting(f"{provider.upper()}_MODEL")
