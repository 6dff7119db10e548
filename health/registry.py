"""What this process counts itself, and how several processes of gunicorn report one sum.

With PROMETHEUS_MULTIPROC_DIR, which docker/gunicorn.conf.py sets, prometheus-client keeps values in files of
that folder, some for each process, and whichever is asked adds them up. Without it, they are in memory.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from prometheus_client import CollectorRegistry, Gauge, Metric, ProcessCollector, disable_created_metrics
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

type Labels = tuple[tuple[str, str], ...]

REGISTRY = CollectorRegistry()
disable_created_metrics()  # type: ignore[no-untyped-call] # they double the series, and nobody asks for them

_published: defaultdict[str, set[Labels]] = defaultdict(set)


def several_processes() -> bool:
    return bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))


class OfAllProcesses(Collector):
    """What all processes have counted. Memory and CPU time are known of one alone, and otherwise left out."""

    def collect(self) -> Iterator[Metric]:
        if several_processes():
            yield from MultiProcessCollector(None).collect()  # type: ignore[no-untyped-call]
        else:
            yield from REGISTRY.collect()
            yield from ProcessCollector(registry=None).collect()


def publish(families: Iterable[Metric]) -> None:
    """Let every process report these gauges of this one. They are added up; one that has gone counts as 0."""
    for family in families:
        shown = {tuple(sample.labels.items()): sample.value for sample in family.samples}
        published = _published[family.name]
        published |= shown.keys()
        for labels in published:
            gauge = _gauge(family.name, family.documentation, tuple(name for name, _ in labels))
            (gauge.labels(**dict(labels)) if labels else gauge).set(shown.get(labels, 0))


@cache
def _gauge(name: str, meaning: str, labels: tuple[str, ...]) -> Gauge:
    return Gauge(name, meaning, labels, multiprocess_mode="livesum", registry=REGISTRY)
