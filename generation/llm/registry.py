"""The configured providers as objects, and what their calls share. `configured` says which there are."""

import logging
from collections.abc import Callable
from functools import cache, lru_cache

from django.conf import settings

from blogai.core.errors import Unavailable, ValidationFailed
from generation.llm import configured as config
from generation.llm.base import FULL, SMALL, OnCall, OnWait, Profile, Provider
from generation.llm.breaker import breaker_of
from generation.llm.budget import CostBudget
from generation.llm.capacity import Capacity
from generation.llm.connected import Connection, setting
from generation.llm.demo import MODEL as LOCAL_MODEL
from generation.llm.pricing import SIMULATED
from generation.llm.providers.timeouts import Timeouts
from generation.llm.ratelimit.base import FallbackRateLimiter, RateLimiter
from generation.llm.retry import RetryPolicy
from generation.llm.router import Router

logger = logging.getLogger(__name__)

NOT_CONFIGURED = (
    "No model is set up. Set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY, or "
    "OPENAI_BASE_URL for a server of your own."
)

SANDBOX = "sandbox"
"""The model of test runs."""
LOCAL_LABEL, SIMULATED_LABEL = "local demo model", "simulated model"
LOCAL_TIMEOUT = 60
"""Seconds at least: the demo model reads the prompts of six streams on two slow cores before it answers."""


def configured() -> tuple[Provider, ...]:
    """The providers in the order in which they are asked; the demo model when there is no other."""
    return tuple(_BUILDERS[name]("", setting) for name in config.names())


def provider_of(connection: Connection) -> Provider:
    """The provider for a connection that is not stored yet."""
    return _BUILDERS[connection.provider]("", lambda name: setting(name, connection))


def configured_models() -> tuple[tuple[str, str], ...]:
    """(provider, model) of each configured provider, in order. Imports no SDK."""
    return tuple(writer(name) for name in config.names())


def writer(provider: str = "", model: str = "") -> tuple[str, str]:
    """(provider, model) that a run which asked for these is begun with; empty when none is configured.

    Looks at the settings only: no SDK is imported for it.
    """
    names = config.names()
    if not names:
        return "", ""
    name = provider if provider in names else names[0]
    return name, model or config.model_of(name)


def profile_of(provider: str) -> Profile:
    return SMALL if provider == "local" else FULL


def models_for(
    provider: str,
    model: str,
    on_call: OnCall,
    on_wait: OnWait | None = None,
    budget: CostBudget | None = None,
) -> Router:
    """The models for a run that asked for `provider` and `model`; an empty string leaves it to the router.

    A run that names a provider is written by that one alone. A model without a provider is the first
    provider's. Raises ValidationFailed when what was asked for is not configured, and Unavailable when
    nothing is.
    """
    available = configured()
    if not available:
        logger.error(NOT_CONFIGURED)
        # On somebody's own computer the writer is the operator.
        raise Unavailable(NOT_CONFIGURED if settings.DEVELOPMENT else "No model is set up on this site yet.")
    names = [each.name for each in available]
    if provider and provider not in names:
        raise ValidationFailed(
            "This provider isn’t set up here.",
            errors={"provider": [f"Not set up here. Choose from: {', '.join(names)}."]},
        )
    chosen = provider or (names[0] if model else "")
    if chosen == "local" and model not in ("", LOCAL_MODEL):
        raise ValidationFailed(
            "This model isn’t available.",
            errors={"model": [f"The only local model is {LOCAL_MODEL}."]},
        )
    providers = (_BUILDERS[chosen](model, setting),) if chosen else available
    return Router(
        providers,
        on_call=on_call,
        on_wait=on_wait,
        concurrency=settings.LLM_MAX_CONCURRENCY,
        breaker_of=breaker_of,
        rate_limiter_of=rate_limiter_of,
        capacity_of=capacity_of,
        budget=budget,
        retry_policy=RetryPolicy(failing=settings.LLM_RETRY_FOR, turn=settings.LLM_RATE_LIMIT_MAX_WAIT),
    )


def sandbox_models(
    on_call: OnCall, on_wait: OnWait | None = None, budget: CostBudget | None = None
) -> Router:
    """The models of a test run: a simulated one that calls nobody, whatever is configured."""
    from generation.llm.simulated.sandbox import Sandbox

    return Router((Sandbox(SANDBOX),), on_call=on_call, on_wait=on_wait, budget=budget)


def label(provider: str, model: str) -> str:
    """What to call the model that wrote a text wherever the text is shown."""
    return {"local": LOCAL_LABEL, SIMULATED: SIMULATED_LABEL}.get(provider, model)


def rate_limiter_of(provider: Provider) -> RateLimiter | None:
    """The rate limit that all providers share; the demo model, which costs nothing, has none."""
    if provider.name == "local":
        return None
    return _rate_limiter(settings.REDIS_URL, settings.LLM_RATE_LIMIT_PER_MINUTE)


def capacity_of(provider: Provider) -> Capacity | None:
    """How many calls at once a server of one's own takes; None for vendors, who take any number."""
    base_url = getattr(provider, "base_url", "")
    return _capacity(base_url, provider.model) if getattr(provider, "may_take_few", False) else None


@lru_cache(maxsize=64)
def _capacity(base_url: str, model: str) -> Capacity:
    return Capacity()


def forget_capacities() -> None:
    """Begin as a new process does."""
    _capacity.cache_clear()


def calls_outstanding(provider: str = "") -> int | None:
    """How many calls may wait for the rate limit so that none waits too long; None: there is no limit.

    For runs that asked for `provider`, or left it to the router.
    """
    names = [provider] if provider else [each.name for each in configured()]
    if set(names) <= {"local"}:
        return None
    return int(settings.LLM_RATE_LIMIT_PER_MINUTE * max(1, settings.LLM_RATE_LIMIT_MAX_WAIT / 60))


@cache
def _rate_limiter(redis_url: str, limit: int) -> RateLimiter:
    from generation.llm.ratelimit import postgres, redis

    if redis_url:
        return FallbackRateLimiter(redis.RedisRateLimiter(redis_url, limit), redis.OUTAGES)
    return FallbackRateLimiter(postgres.PostgresRateLimiter(limit), postgres.OUTAGES)


# The SDKs take seconds to import: each builder imports its own, so that a process without models has none.
# `read` returns the value of a setting.

type Read = Callable[[str], str]


def _openai(model: str, read: Read) -> Provider:
    from generation.llm.providers.openai import OPENAI_URL, ChatCompletions, dialect_of

    base_url = read("OPENAI_BASE_URL") or OPENAI_URL
    return ChatCompletions(
        name="openai",
        model=model or read("OPENAI_MODEL"),
        key=read("OPENAI_API_KEY"),
        base_url=base_url,
        timeouts=_timeouts(base_url),
        dialect=dialect_of("openai", base_url, settings.OPENAI_API_TYPE),
        api_version=settings.OPENAI_API_VERSION,
        organization=settings.OPENAI_ORGANIZATION,
        headers=settings.OPENAI_EXTRA_HEADERS,
    )


def _gemini(model: str, read: Read) -> Provider:
    from generation.llm.providers.openai import ChatCompletions, dialect_of

    base_url = read("GEMINI_BASE_URL")
    return ChatCompletions(
        name="gemini",
        model=model or read("GEMINI_MODEL"),
        key=read("GEMINI_API_KEY"),
        base_url=base_url,
        timeouts=_timeouts(base_url),
        dialect=dialect_of("gemini", base_url),
    )


def _anthropic(model: str, read: Read) -> Provider:
    from generation.llm.providers.anthropic import ANTHROPIC_URL, Messages

    base_url = read("ANTHROPIC_BASE_URL") or ANTHROPIC_URL
    return Messages(
        model=model or read("ANTHROPIC_MODEL"),
        key=read("ANTHROPIC_API_KEY"),
        base_url=base_url,
        timeouts=_timeouts(base_url),
    )


def _local(model: str, read: Read) -> Provider:
    from generation.llm.providers.openai import COMPATIBLE, ChatCompletions

    return ChatCompletions(
        name="local",
        model=model or LOCAL_MODEL,
        base_url=config.local_address(),
        profile=profile_of("local"),
        timeouts=_timeouts(at_least=LOCAL_TIMEOUT),
        dialect=COMPATIBLE,
    )


_BUILDERS: dict[str, Callable[[str, Read], Provider]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "local": _local,
}


def _timeouts(base_url: str = "", *, at_least: float = 0) -> Timeouts:
    return Timeouts(
        connect=settings.LLM_CONNECT_TIMEOUT,
        first_token=max(settings.LLM_FIRST_TOKEN_TIMEOUT, at_least),
        idle=max(settings.LLM_IDLE_TIMEOUT, at_least),
        cold_start=config.cold_start_of(base_url) if base_url else 0,
    )
