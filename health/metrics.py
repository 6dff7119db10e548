"""/metrics for Prometheus. The figures come from the functions in `settings.METRICS` (name -> dotted path).

Each function returns metric families. They are run like probes: in parallel, and with a timeout.
"""

import asyncio
from collections.abc import Iterable, Iterator
from functools import cache

from django.conf import settings
from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from health.checks import Finding
from health.report import summaries
from health.runner import ProbeRunner

CACHE_SECONDS = 5.0
"""Each figure costs a query."""


class StaticCollector(Collector):
    """Exposes metric families that have already been collected."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


@cache
def probe_runner() -> ProbeRunner[list[Metric]]:
    return ProbeRunner(settings.METRICS, dict.fromkeys(settings.METRICS, CACHE_SECONDS))


async def exposition() -> bytes:
    """The text that Prometheus expects. Figures that cannot be read are left out and reported as down."""
    services, figures = await asyncio.gather(summaries(), probe_runner().ask(settings.METRICS))
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(StaticCollector(_own_families(services, figures)))
    registry.register(StaticCollector(family for families in figures.values() for family in families or ()))
    return generate_latest(registry)


def _own_families(services: dict[str, Finding], figures: dict[str, list[Metric] | None]) -> Iterator[Metric]:
    version = GaugeMetricFamily("blogai_info", "Always 1.", labels=["version"])
    version.add_metric([settings.VERSION], 1)
    yield version
    up = GaugeMetricFamily(
        "blogai_service_up",
        "1 if /health reports the service as up; only configured services.",
        labels=["service"],
    )
    for name, service in services.items():
        if service["status"] != "not_configured":
            up.add_metric([name], service["status"] == "up")
    yield up
    figures_up = GaugeMetricFamily(
        "blogai_figures_up", "1 if these figures could be read.", labels=["figures"]
    )
    for name, families in figures.items():
        figures_up.add_metric([name], families is not None)
    yield figures_up
