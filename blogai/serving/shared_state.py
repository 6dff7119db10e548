"""What several web processes must share, and can only with Redis."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def check(processes: int) -> str:
    """A warning, or nothing. Raises ImproperlyConfigured in production."""
    if processes <= 1 or settings.REDIS_URL:
        return ""
    sentence = (
        f"REDIS_URL must be set for {processes} web processes (UVICORN_WORKERS): without Redis each of them "
        "counts requests and caches for itself, and shows live text late."
    )
    if settings.ENVIRONMENT == "production":
        raise ImproperlyConfigured(sentence)
    return sentence
