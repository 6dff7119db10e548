"""What health asks: each probe returns `{"status": "up" | "down" | "not_configured", …}` or raises.

Those in `settings.HEALTH_PROBES` (service -> dotted path) make up /health, so that health imports no app.
What a probe says under `detail` is for the service's own route.
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

from health.runner import Probes

type Status = Literal["up", "down", "not_configured"]
type Finding = dict[str, Any]

OWN = {
    "tables": "health.checks.tables",
    "migrations": "health.checks.migrations",
    "caches": "health.checks.cache_servers",
}
"""Asked by routes of their own, not by /health."""
KEPT = {"stripe": 60.0}
"""Seconds: Stripe counts our calls."""
REDIS_SECONDS = 0.3
"""To connect, and again to answer: less than anybody waits."""
PLANS = ("starter", "pro", "business")


@cache
def configured() -> Probes[Finding]:
    return Probes({**settings.HEALTH_PROBES, **OWN}, KEPT)


def database() -> Finding:
    """A round trip on a connection of the pool: what a request would get."""
    start = time.perf_counter()
    _row("SELECT 1")
    return {"status": "up", "latency_ms": _since(start)}


def tables() -> Finding:
    """Whether every table of every model is there and may be read."""
    names = {model._meta.db_table for model in apps.get_models() if not model._meta.proxy}
    readable = "bool_and(coalesce(has_table_privilege(to_regclass(quote_ident(name)), 'SELECT'), false))"
    (accessible,) = _row(f"SELECT {readable} FROM unnest(%s::text[]) AS name", [sorted(names)])  # noqa: S608
    return {"status": "up" if accessible else "down"}


def migrations() -> Finding:
    """Down while a migration of this version is missing; more than it knows do no harm."""
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
    """Every cache of Django's settings, by its name."""
    return {"status": "up", "detail": {alias: _cache(alias) for alias in settings.CACHES}}


def unknown_cache(alias: str) -> CacheFinding:
    """What is said of a cache that does not answer."""
    backend = settings.CACHES[alias]["BACKEND"].rpartition(".")[2]
    return CacheFinding(
        backend=backend, connected=False, latency_ms=None, hits=None, misses=None, hit_rate=None
    )


def stripe() -> Finding:
    """Nothing of billing is set up yet."""
    return {
        "status": "not_configured",
        "mode": None,
        "detail": {
            "configured": False,
            "connected": False,
            "mode": None,
            "webhook_configured": False,
            "latency_ms": None,
            "price_ids_configured": dict.fromkeys(PLANS, False),
        },
    }


def sentry() -> Finding:
    """Nothing reports to Sentry yet."""
    return {
        "status": "not_configured",
        "detail": {
            "configured": False,
            "active": False,
            "environment": settings.ENVIRONMENT,
            "dsn_set": False,
            "traces_sample_rate": 0.0,
            "release": f"blog-ai@{settings.VERSION}",
        },
    }


def _cache(alias: str) -> CacheFinding:
    options = settings.CACHES[alias]
    finding = unknown_cache(alias)
    start = time.perf_counter()
    try:
        if urlsplit(options.get("LOCATION") or "").scheme in {"redis", "rediss", "unix"}:
            with _redis(options["LOCATION"]) as client:
                figures: Any = client.info("stats")  # the server's own, of all that use it
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
    """A client that neither waits nor tries again for long."""
    return redis.Redis.from_url(
        address,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
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
