"""Which providers are configured, in which order they are asked, and which model each of them has.

The only place that decides this. It looks at the settings and the connected model and imports no SDK, so that
pages, probes and `serve` can ask as often as they like.
"""

from urllib.parse import urlsplit

from django.conf import settings

from generation.llm import connected
from generation.llm.demo import MODEL as LOCAL_MODEL

LOOPBACK_COLD_STARTS = 6
"""A server on this machine may load its model before it answers: as many times the usual wait (120 s)."""


def names() -> list[str]:
    """The configured providers in the order in which they are asked; the demo model if there is none."""
    named = [name for name in settings.LLM_PROVIDER_ORDER if is_configured(name)]
    return named or (["local"] if is_configured("local") else [])


def is_configured(name: str) -> bool:
    """Whether there is a key or a server for the provider; for "local", whether the demo model is running."""
    return bool(local_address()) if name == "local" else connected.is_configured(name)


def needs_demo_model() -> bool:
    """Whether LLM_PROVIDER_ORDER names the demo model, or no variable configures a provider in it.

    A connected model does not count, so that the demo model is there after it is disconnected.
    """
    order = settings.LLM_PROVIDER_ORDER
    return "local" in order or not any(connected.set_in_environment(name) for name in order)


def model_of(name: str) -> str:
    """The model that the provider is asked for where a run names none."""
    return LOCAL_MODEL if name == "local" else connected.setting(f"{name.upper()}_MODEL")


def base_url_of(name: str) -> str:
    """The address that the settings give the provider; empty for the vendor's own."""
    return local_address() if name == "local" else connected.setting(f"{name.upper()}_BASE_URL")


def local_address() -> str:
    """Where the demo model answers, or empty: the process that runs it keeps the file while it does."""
    try:
        address: str = settings.LOCAL_MODEL_ADDRESS.read_text().strip()
    except FileNotFoundError:
        return ""
    return address


def cold_start_of(base_url: str) -> float:
    """Seconds that a server at the address may take to load its model before the first token."""
    if settings.LLM_COLD_START_TIMEOUT:
        return float(settings.LLM_COLD_START_TIMEOUT)
    first_token: float = settings.LLM_FIRST_TOKEN_TIMEOUT
    loopback = urlsplit(base_url).hostname in {"127.0.0.1", "localhost", "::1"}
    return first_token * LOOPBACK_COLD_STARTS if loopback else first_token
