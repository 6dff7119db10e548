"""Figures about runs for /metrics, each read from Postgres with one query.

Every web process therefore reports the same figures, whichever worker did the work. What has ended is counted
over the last 15 minutes, so that the queries stay fast however large the tables grow.
"""

from typing import Any

from django.db import connection, transaction
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from generation.live import connections
from generation.models import Run
from generation.worker.probes import COUNT_WORKERS, MAX_HEARTBEAT_AGE

RECENT = "now() - interval '15 minutes'"
STATEMENT_TIMEOUT = "700ms"
"""Shorter than health/runner.py waits for the figures."""
QUANTILES = (0.5, 0.95)

QUEUE = f"""
    SELECT count(*),
        coalesce(extract(epoch FROM now() - min(coalesce(jobs.scheduled_at, deferred.at))), 0),
        ({COUNT_WORKERS})
    FROM procrastinate_jobs jobs
    LEFT JOIN procrastinate_events deferred ON deferred.job_id = jobs.id AND deferred.type = 'deferred'
    WHERE jobs.status = 'todo' AND coalesce(jobs.scheduled_at, now()) <= now()
"""  # noqa: S608
RUNS = f"""
    SELECT finished_at IS NULL, status, error_code, count(*)
    FROM runs
    WHERE finished_at IS NULL OR finished_at > {RECENT}
    GROUP BY 1, 2, 3
"""  # noqa: S608
STEPS = f"""
    SELECT regexp_replace(name, '-[0-9]+$', ''), count(*),
        percentile_cont(%s) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at))
    FROM run_steps
    WHERE state = 'done' AND finished_at > {RECENT} AND started_at IS NOT NULL
    GROUP BY 1
"""  # noqa: S608
CALLS = f"""
    SELECT provider, error, grouping(error) = 1, count(*),
        percentile_cont(%s) WITHIN GROUP (ORDER BY duration_ms / 1000.0)
    FROM llm_calls
    WHERE created_at > {RECENT}
    GROUP BY GROUPING SETS ((provider, error), (provider))
"""  # noqa: S608


def queue() -> list[Metric]:
    ((jobs, age, workers),) = _rows(QUEUE, [MAX_HEARTBEAT_AGE])
    return [
        GaugeMetricFamily("blogai_queue_jobs", "Jobs waiting for a worker.", value=jobs),
        GaugeMetricFamily(
            "blogai_queue_age_seconds", "How long the oldest of these jobs has waited.", value=float(age)
        ),
        GaugeMetricFamily("blogai_workers", "Workers with a recent heartbeat.", value=workers),
    ]


def runs() -> list[Metric]:
    open_ = GaugeMetricFamily("blogai_runs", "Runs that have not ended.", labels=["status"])
    ended = GaugeMetricFamily(
        "blogai_runs_ended", "Runs that ended in the last 15 minutes.", labels=["status", "code"]
    )
    found: dict[str, int] = dict.fromkeys(Run.OPEN, 0)
    for is_open, status, code, count in _rows(RUNS):
        if is_open:
            found[status] = found.get(status, 0) + count
        else:
            ended.add_metric([status, code], count)
    for status, count in found.items():
        open_.add_metric([status], count)
    return [open_, ended]


def steps() -> list[Metric]:
    done = GaugeMetricFamily("blogai_steps", "Steps finished in the last 15 minutes.", labels=["step"])
    seconds = _durations("blogai_step_seconds", "Duration of the steps.", "step")
    for step, count, quantiles in _rows(STEPS, [list(QUANTILES)]):
        done.add_metric([step], count)
        _add_durations(seconds, step, quantiles)
    return [done, seconds]


def calls() -> list[Metric]:
    made = GaugeMetricFamily(
        "blogai_llm_calls",
        "Calls to language models in the last 15 minutes; error is empty for successful ones.",
        labels=["provider", "error"],
    )
    seconds = _durations("blogai_llm_call_seconds", "Duration of the calls.", "provider")
    for provider, error, of_all, count, quantiles in _rows(CALLS, [list(QUANTILES)]):
        if of_all:
            _add_durations(seconds, provider, quantiles)
        else:
            made.add_metric([provider, error], count)
    return [made, seconds]


def audience() -> list[Metric]:
    watching = GaugeMetricFamily(
        "blogai_watching", "Open sockets and event streams of this process.", labels=["kind"]
    )
    for kind, count in connections.counts().items():
        watching.add_metric([kind], count)
    return [watching]


def _durations(name: str, meaning: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, labels=[label, "quantile"])


def _add_durations(family: GaugeMetricFamily, label: str, quantiles: list[float]) -> None:
    for quantile, seconds in zip(QUANTILES, quantiles, strict=True):
        family.add_metric([label, str(quantile)], float(seconds))


def _rows(query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
            cursor.execute(query, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
    finally:
        connection.close()
