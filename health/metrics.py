"""/metrics: what Prometheus reads. The figures come from `settings.METRICS` (name -> dotted path).

Each of those functions returns metric families. They are asked like probes: side by side, and never for long.
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
from health.runner import Probes

KEPT = 5.0
"""Seconds that figures count: they cost a query each."""


class Ready(Collector):
    """Figures that are there already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


@cache
def configured() -> Probes[list[Metric]]:
    return Probes(settings.METRICS, dict.fromkeys(settings.METRICS, KEPT))


async def exposition() -> bytes:
    """The text that Prometheus expects. What cannot be had is left out, and said to be."""
    services, figures = await asyncio.gather(summaries(), configured().ask(settings.METRICS))
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Ready(_about_us(services, figures)))
    registry.register(Ready(family for families in figures.values() for family in families or ()))
    return generate_latest(registry)


def _about_us(services: dict[str, Finding], figures: dict[str, list[Metric] | None]) -> Iterator[Metric]:
    version = GaugeMetricFamily("blogai_info", "Always 1.", labels=["version"])
    version.add_metric([settings.VERSION], 1)
    yield version
    up = GaugeMetricFamily(
        "blogai_service_up", "1 when /health says up, for what is set up.", labels=["service"]
    )
    for name, service in services.items():
        if service["status"] != "not_configured":
            up.add_metric([name], service["status"] == "up")
    yield up
    there = GaugeMetricFamily("blogai_figures_up", "1 when these figures could be had.", labels=["figures"])
    for name, families in figures.items():
        there.add_metric([name], families is not None)
    yield there
