"""/metrics for Prometheus. The figures come from the functions in `settings.METRICS` (name -> dotted path).

Each function returns metric families. They are run like probes: in parallel, and with a timeout.
"""

import asyncio
from collections.abc import Iterable, Iterator
from functools import cache

from django.conf import settings
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from health.checks import Finding
from health.registry import OfAllProcesses, publish
from health.report import summaries
from health.runner import ProbeRunner

CACHE_SECONDS = 5.0
"""Each figure costs a query."""
PUBLISH_INTERVAL = 5.0
"""Seconds between the reports of a process that another one may be asked for."""


class StaticCollector(Collector):
    """Exposes metric families that have already been collected."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


@cache
def probe_runner() -> ProbeRunner[list[Metric]]:
    cached = {name: 0 if name in settings.PROCESS_METRICS else CACHE_SECONDS for name in settings.METRICS}
    return ProbeRunner(settings.METRICS, cached)


async def exposition() -> bytes:
    """The text that Prometheus expects. Figures that cannot be read are left out and reported as down."""
    services, figures = await asyncio.gather(summaries(), probe_runner().ask(settings.METRICS))
    publish(_families(figures, settings.PROCESS_METRICS))
    registry = CollectorRegistry()
    registry.register(OfAllProcesses())
    registry.register(StaticCollector(_own_families(services, figures)))
    registry.register(StaticCollector(_families(figures, figures.keys() - settings.PROCESS_METRICS)))
    return await asyncio.to_thread(generate_latest, registry)  # reads the files of all processes


async def keep_publishing() -> None:
    """Let the other processes report this one's figures, until cancelled."""
    while True:
        publish(_families(await probe_runner().ask(settings.PROCESS_METRICS), settings.PROCESS_METRICS))
        await asyncio.sleep(PUBLISH_INTERVAL)


def _families(figures: dict[str, list[Metric] | None], names: Iterable[str]) -> Iterator[Metric]:
    for name in names:
        yield from figures[name] or ()


def _own_families(services: dict[str, Finding], figures: dict[str, list[Metric] | None]) -> Iterator[Metric]:
    version = GaugeMetricFamily("blogai_info", "Always 1.", labels=["version"])
    version.add_metric([settings.VERSION], 1)
    yield version
    yield from _services(services)
    figures_up = GaugeMetricFamily(
        "blogai_figures_up", "1 if these figures could be read.", labels=["figures"]
    )
    for name, families in figures.items():
        figures_up.add_metric([name], families is not None)
    yield figures_up


def _services(services: dict[str, Finding]) -> tuple[Metric, Metric]:
    """Only of configured services; the time only of those that were asked and answered."""
    up = GaugeMetricFamily("blogai_service_up", "1 if /health reports the service as up.", labels=["service"])
    latency = GaugeMetricFamily(
        "blogai_service_latency_seconds", "How long the service took to answer.", labels=["service"]
    )
    for name, service in services.items():
        if service["status"] != "not_configured":
            up.add_metric([name], service["status"] == "up")
        if "latency_ms" in service:
            latency.add_metric([name], service["latency_ms"] / 1000)
    return up, latency
