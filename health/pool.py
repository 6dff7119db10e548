"""This process's pool of database connections."""

from typing import Any

from django.db import connection
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily


def pool() -> list[Metric]:
    counts: dict[str, int] = _pool().get_stats()
    idle = counts["pool_available"]
    connections = GaugeMetricFamily(
        "blogai_db_pool_connections", "Database connections of the web processes.", labels=["state"]
    )
    connections.add_metric(["idle"], idle)
    connections.add_metric(["in_use"], counts["pool_size"] - idle)
    return [
        connections,
        GaugeMetricFamily("blogai_db_pool_size", "The most they may have.", value=counts["pool_max"]),
        GaugeMetricFamily(
            "blogai_db_pool_waiting", "Requests that wait for one.", value=counts["requests_waiting"]
        ),
    ]


def _pool() -> Any:
    return connection.pool  # type: ignore[attr-defined] # of the backend for Postgres
