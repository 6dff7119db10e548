"""Figures about jobs and runs for /metrics, read from Postgres.

Every web process therefore reports the same figures, whichever worker did the work.
"""

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from blogai.core.figures import RECENT, rows
from generation.live import connections
from generation.models import Run
from generation.worker.probes import COUNT_WORKERS, MAX_HEARTBEAT_AGE

QUANTILES = (0.5, 0.95)

QUEUE = f"""
    SELECT count(*),
        coalesce(extract(epoch FROM now() - min(coalesce(jobs.scheduled_at, deferred.at))), 0),
        ({COUNT_WORKERS})
    FROM procrastinate_jobs jobs
    LEFT JOIN procrastinate_events deferred ON deferred.job_id = jobs.id AND deferred.type = 'deferred'
    WHERE jobs.status = 'todo' AND coalesce(jobs.scheduled_at, now()) <= now()
"""  # noqa: S608
JOBS = "SELECT queue_name, status, count(*) FROM procrastinate_jobs GROUP BY 1, 2"
FAILURES = f"""
    SELECT task_name, count(*)
    FROM procrastinate_events events JOIN procrastinate_jobs jobs ON jobs.id = job_id
    WHERE type = 'failed' AND at > {RECENT}
    GROUP BY 1
"""  # noqa: S608
PERIODIC = """
    SELECT task_name, extract(epoch FROM now()) - max(defer_timestamp)
    FROM procrastinate_periodic_defers GROUP BY 1
"""
RUNS = f"""
    SELECT finished_at IS NULL, kind, status, error_code, count(*)
    FROM runs
    WHERE finished_at IS NULL OR finished_at > {RECENT}
    GROUP BY 1, 2, 3, 4
"""  # noqa: S608
# Who holds a run renews its lease every three seconds, and ends it at its deadline. If they die, others do.
STUCK = """
    SELECT count(*) FROM runs
    WHERE finished_at IS NULL
        AND (lease_until < now() - interval '1 minute' OR deadline_at < now() - interval '1 minute')
"""
STEPS = f"""
    SELECT regexp_replace(name, '-[0-9]+$', ''), count(*),
        percentile_cont(%s) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at))
    FROM run_steps
    WHERE state = 'done' AND finished_at > {RECENT} AND started_at IS NOT NULL
    GROUP BY 1
"""  # noqa: S608


def queue() -> list[Metric]:
    ((jobs, age, workers),) = rows(QUEUE, [MAX_HEARTBEAT_AGE])
    return [
        GaugeMetricFamily("blogai_queue_jobs", "Jobs waiting for a worker.", value=jobs),
        GaugeMetricFamily(
            "blogai_queue_age_seconds", "How long the oldest of these jobs has waited.", value=float(age)
        ),
        GaugeMetricFamily("blogai_workers", "Workers with a recent heartbeat.", value=workers),
    ]


def jobs() -> list[Metric]:
    """Those that succeed are deleted."""
    by_state = GaugeMetricFamily("blogai_jobs", "Jobs of the queue.", labels=["queue", "state"])
    for name, state, count in rows(JOBS):
        by_state.add_metric([name, state], count)
    failed = GaugeMetricFamily("blogai_jobs_failed", "Jobs given up in the last 15 minutes.", labels=["task"])
    for task, count in rows(FAILURES):
        failed.add_metric([task], count)
    age = GaugeMetricFamily(
        "blogai_periodic_job_age_seconds",
        "How long ago the job was last queued by the clock.",
        labels=["task"],
    )
    for task, seconds in rows(PERIODIC):
        age.add_metric([task], float(seconds))
    return [by_state, failed, age]


def runs() -> list[Metric]:
    open_ = GaugeMetricFamily("blogai_runs", "Runs that have not ended.", labels=["status"])
    ended = GaugeMetricFamily(
        "blogai_runs_ended", "Runs that ended in the last 15 minutes.", labels=["kind", "status", "code"]
    )
    found: dict[str, int] = dict.fromkeys(Run.OPEN, 0)
    for is_open, kind, status, code, count in rows(RUNS):
        if is_open:
            found[status] = found.get(status, 0) + count
        else:
            ended.add_metric([kind, status, code], count)
    for status, count in found.items():
        open_.add_metric([status], count)
    ((stuck,),) = rows(STUCK)
    return [
        open_,
        ended,
        GaugeMetricFamily(
            "blogai_runs_stuck", "Open runs past their deadline, or left by a worker that died.", value=stuck
        ),
    ]


def steps() -> list[Metric]:
    done = GaugeMetricFamily("blogai_steps", "Steps finished in the last 15 minutes.", labels=["step"])
    seconds = durations("blogai_step_seconds", "Duration of the steps.", "step")
    for step, count, quantiles in rows(STEPS, [list(QUANTILES)]):
        done.add_metric([step], count)
        add_durations(seconds, step, quantiles)
    return [done, seconds]


def audience() -> list[Metric]:
    watching = GaugeMetricFamily("blogai_watching", "Open sockets and event streams.", labels=["kind"])
    for kind, count in connections.counts().items():
        watching.add_metric([kind], count)
    return [watching]


def durations(name: str, meaning: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, labels=[label, "quantile"])


def add_durations(family: GaugeMetricFamily, label: str, quantiles: list[float]) -> None:
    for quantile, seconds in zip(QUANTILES, quantiles, strict=True):
        family.add_metric([label, str(quantile)], float(seconds))
