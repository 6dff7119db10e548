"""What several web processes must share, and can only with Redis."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def check(processes: int) -> str:
    """A warning, or nothing. Raises ImproperlyConfigured in production."""
    if processes <= 1 or settings.REDIS_URL:
        return ""
    sentence = (
        f"Set REDIS_URL to run {processes} web processes (UVICORN_WORKERS): without Redis each "
        "one counts requests and caches on its own, and shows live text late."
    )
    if settings.ENVIRONMENT == "production":
        raise ImproperlyConfigured(sentence)
    return sentence
