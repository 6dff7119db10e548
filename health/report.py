"""What the probes say, in time."""

import asyncio
import logging
from concurrent.futures import Future
from datetime import UTC, datetime

from django.conf import settings

from health.checks import Probes

PATIENCE = 0.8
"""Seconds: the whole answer takes less than one, whatever is down."""

logger = logging.getLogger(__name__)

type Services = dict[str, dict[str, object]]


async def report(probes: Probes) -> dict[str, object]:
    """The body of /health."""
    services = await ask(probes)
    return {
        "status": overall(services),
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "version": settings.VERSION,
        "services": services,
    }


async def ask(probes: Probes) -> Services:
    """Each service's state; `down` for one that failed or did not answer in time."""
    runs = probes.start()
    if runs:
        _, late = await asyncio.wait([asyncio.wrap_future(run) for run in runs.values()], timeout=PATIENCE)
        for waiting in late:
            waiting.cancel()  # the run itself goes on, and the next caller finds it
    return {name: _state(name, run) for name, run in runs.items()}


def overall(services: Services) -> str:
    """Without the database nothing works; without another service something does."""
    down = {name for name, service in services.items() if service["status"] == "down"}
    if "database" in down:
        return "unhealthy"
    return "degraded" if down else "healthy"


def _state(name: str, run: Future[dict[str, object]]) -> dict[str, object]:
    if not run.done() or run.cancelled():
        logger.warning("The probe of %s did not answer within %s s.", name, PATIENCE)
        return {"status": "down"}
    if error := run.exception():
        logger.warning("The probe of %s failed: %s", name, error)  # the reply names no host
        return {"status": "down"}
    return run.result()
