"""The bodies of the health routes, made from what the probes found."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal

from django.conf import settings

from health import draining
from health.checks import Finding, probe_runner, unknown_cache

type Services = dict[str, Finding]
type Reason = Literal["draining", "database", "migrations"]

DOWN: Finding = {"status": "down"}


async def overview() -> dict[str, object]:
    """The body of /health."""
    services = await summaries()
    return {
        "status": overall(services),
        "timestamp": now(),
        "version": settings.VERSION,
        "services": services,
    }


async def summaries() -> Services:
    """The findings of all services, without their details."""
    found = await _ask(settings.HEALTH_PROBES)
    return {
        name: {key: value for key, value in finding.items() if key != "detail"}
        for name, finding in found.items()
    }


def overall(services: Mapping[str, Finding]) -> str:
    """Nothing works without the database; without other services, most things do."""
    down = {name for name, service in services.items() if service["status"] == "down"}
    if "database" in down:
        return "unhealthy"
    return "degraded" if down else "healthy"


async def stripe() -> Finding:
    return {
        "configured": None,
        "connected": False,
        "mode": None,
        "webhook_configured": None,
        "latency_ms": None,
        "price_ids_configured": None,
        **await _detail("stripe"),
    }


async def sentry() -> Finding:
    return {
        "configured": None,
        "active": False,
        "environment": None,
        "dsn_set": None,
        "traces_sample_rate": None,
        "release": None,
        **await _detail("sentry"),
    }


async def caches() -> Finding:
    return {**{alias: unknown_cache(alias) for alias in settings.CACHES}, **await _detail("caches")}


async def database() -> dict[str, object]:
    found = await _ask(["database", "tables"])
    return {
        "configured": True,
        "connected": found["database"]["status"] == "up",
        "latency_ms": found["database"].get("latency_ms"),
        "tables_accessible": found["tables"]["status"] == "up",
    }


async def not_ready() -> Reason | None:
    """Why requests should not be sent here now; None if they may."""
    if draining.begun.is_set():
        return "draining"
    found = await probe_runner().ask(["database", "migrations"])
    if found["database"] is None or found["migrations"] is None:
        return "database"
    return None if found["migrations"]["status"] == "up" else "migrations"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _detail(service: str) -> Finding:
    """The details that the service's probe found; empty if it did not answer."""
    found = await _ask([service])
    detail: Finding = found[service].get("detail", {})
    return detail


async def _ask(names: Iterable[str]) -> Services:
    return {name: finding or DOWN for name, finding in (await probe_runner().ask(names)).items()}
