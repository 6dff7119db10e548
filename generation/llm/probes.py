"""What /health and /metrics say about the providers, as far as this process knows: nobody is asked."""

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from generation.llm.breaker import State, breaker_states
from generation.llm.configured import model_of, names

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
    return {name: states.get((name, model_of(name))) for name in names()}
