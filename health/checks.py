"""Health probes. Each returns `{"status": "up" | "down" | "not_configured", …}` or raises.

/health is made of the probes in `settings.HEALTH_PROBES` (service -> dotted path), so that this package
imports no app. What a probe returns under `detail` is shown only by the service's own route.
"""

import time
from functools import cache
from typing import Any, Literal, TypedDict
from urllib.parse import urlsplit

import redis
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from redis.backoff import NoBackoff
from redis.retry import Retry

from health.runner import ProbeRunner

type Status = Literal["up", "down", "not_configured"]
type Finding = dict[str, Any]

DETAIL_PROBES = {
    "tables": "health.checks.tables",
    "migrations": "health.checks.migrations",
    "caches": "health.checks.cache_servers",
}
"""Probes of detail routes, which are not part of /health."""
CACHE_SECONDS = {"stripe": 60.0}
"""Longer for Stripe, which limits the number of our calls."""
REDIS_TIMEOUT = 0.3
"""Seconds to connect, and again to answer: shorter than the timeout of a probe."""


@cache
def probe_runner() -> ProbeRunner[Finding]:
    return ProbeRunner({**settings.HEALTH_PROBES, **DETAIL_PROBES}, CACHE_SECONDS)


def database() -> Finding:
    """A round trip on a pooled connection, as a request would use."""
    start = time.perf_counter()
    _row("SELECT 1")
    return {"status": "up", "latency_ms": _since(start)}


def tables() -> Finding:
    """Whether the tables of all models exist and may be read."""
    names = {model._meta.db_table for model in apps.get_models() if not model._meta.proxy}
    readable = "bool_and(coalesce(has_table_privilege(to_regclass(quote_ident(name)), 'SELECT'), false))"
    (accessible,) = _row(f"SELECT {readable} FROM unnest(%s::text[]) AS name", [sorted(names)])  # noqa: S608
    return {"status": "up" if accessible else "down"}


def migrations() -> Finding:
    """Down while a migration of this version is missing. Additional ones do no harm."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    finally:
        connection.close()
    return {"status": "up" if _newest_migrations() <= applied.keys() else "down"}


def redis_server() -> Finding:
    if not settings.REDIS_URL:
        return {"status": "not_configured"}
    start = time.perf_counter()
    with _redis(settings.REDIS_URL) as client:
        client.ping()
    return {"status": "up", "latency_ms": _since(start)}


class CacheFinding(TypedDict):
    backend: str
    connected: bool
    latency_ms: float | None
    hits: int | None
    misses: int | None
    hit_rate: float | None


def cache_servers() -> Finding:
    """Every cache in Django's settings, by its alias."""
    return {"status": "up", "detail": {alias: _cache(alias) for alias in settings.CACHES}}


def unknown_cache(alias: str) -> CacheFinding:
    """The finding for a cache that does not answer."""
    backend = settings.CACHES[alias]["BACKEND"].rpartition(".")[2]
    return CacheFinding(
        backend=backend, connected=False, latency_ms=None, hits=None, misses=None, hit_rate=None
    )


def sentry() -> Finding:
    """Up unless events were lost within the last minutes, or wait in vain. Nothing is sent to find out."""
    configured = bool(settings.SENTRY_DSN)
    active = configured and _sentry_takes_events()
    return {
        "status": ("up" if active else "down") if configured else "not_configured",
        "detail": {
            "configured": configured,
            "active": active,
            "environment": settings.SENTRY_ENVIRONMENT,
            "dsn_set": configured,
            "traces_sample_rate": settings.SENTRY_TRACES_SAMPLE_RATE if configured else 0.0,
            "release": settings.SENTRY_RELEASE,
        },
    }


def _sentry_takes_events() -> bool:
    import sentry_sdk  # only where it is used: it takes a while

    client = sentry_sdk.get_client()
    return client.is_active() and client.transport is not None and client.transport.is_healthy()


def _cache(alias: str) -> CacheFinding:
    options = settings.CACHES[alias]
    finding = unknown_cache(alias)
    start = time.perf_counter()
    try:
        if urlsplit(options.get("LOCATION") or "").scheme in {"redis", "rediss", "unix"}:
            with _redis(options["LOCATION"]) as client:
                figures: Any = client.info("stats")  # of the whole server, for all of its clients
            hits, misses = int(figures["keyspace_hits"]), int(figures["keyspace_misses"])
            finding["hits"], finding["misses"] = hits, misses
            finding["hit_rate"] = round(hits / (hits + misses), 4) if hits + misses else None
        else:
            caches[alias].get("health")
    except (redis.RedisError, OSError):
        return finding
    finding["connected"], finding["latency_ms"] = True, _since(start)
    return finding


def _redis(address: str) -> "redis.Redis":
    """A client with short timeouts and no retries."""
    return redis.Redis.from_url(
        address,
        socket_timeout=REDIS_TIMEOUT,
        socket_connect_timeout=REDIS_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )


def _row(query: str, parameters: list[Any] | None = None) -> tuple[Any, ...]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            row: tuple[Any, ...] = cursor.fetchone()
            return row
    finally:
        connection.close()


@cache
def _newest_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).graph.leaf_nodes())


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 1)
