"""How long a post waits for an idle worker, with LISTEN/NOTIFY and with polling alone."""

import random
import time
from datetime import datetime

import psycopg

from benchmarks.bench import Bench, WrongReply, body_of, require
from benchmarks.readers import BRIEF
from benchmarks.results import Figure, Measured, interleaved, percentile
from benchmarks.servers import REPLY_TIMEOUT, Server, serve
from generation.llm import simulated

TRIGGER = "ALTER TABLE procrastinate_jobs {} TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1"


def measure(bench: Bench) -> Measured:
    each = 1 if bench.quick else 6
    with simulated.serve() as model, serve(bench.database, model.openai_url) as server:
        _waits(server, 1)  # warm-up: the first post includes imports
        bench.say(f"pickup: {each} posts with LISTEN and {each} without, in turns …")
        woken, polling = interleaved(
            bench.rounds, lambda: _waits(server, each), lambda: _waits_without_notify(server, each)
        )
    return Measured(
        "pickup: from the start of a post to the worker that takes it",
        [
            *_figures("with LISTEN", woken, 50),
            *_figures("polling once a second", polling, 1200),
        ],
    )


def _waits_without_notify(server: Server, posts: int) -> list[float]:
    """Without notifications, as behind a transaction pooler."""
    with psycopg.connect(server.database, autocommit=True) as database:
        database.execute(TRIGGER.format("DISABLE"))
        try:
            return _waits(server, posts)
        finally:
            database.execute(TRIGGER.format("ENABLE"))


def _waits(server: Server, posts: int) -> list[float]:
    """Seconds from the creation of each run to its lease, one post after another."""
    return [_wait(server) for _ in range(posts)]


def _wait(server: Server) -> float:
    time.sleep(random.uniform(0, 1))  # noqa: S311
    headers = {"Prefer": "respond-async"}
    accepted = body_of(server.client.post("/generate-blog", json=BRIEF, headers=headers), 202)
    deadline = time.monotonic() + REPLY_TIMEOUT
    while time.monotonic() < deadline:
        run = body_of(server.client.get(f"/api/v1/runs/{accepted['run_id']}"))
        if run["status"] == "completed":
            created, started = (datetime.fromisoformat(run[name]) for name in ("created_at", "started_at"))
            return (started - created).total_seconds()
        require(not run["error"], f"a run ended with {run['error']}")
        time.sleep(0.05)
    raise WrongReply("a run did not end")


def _figures(what: str, rounds: list[list[float]], bar: float) -> list[Figure]:
    waits = [1000 * wait for each in rounds for wait in each]
    of = f"{len(waits)} posts"
    return [
        Figure(what=f"{what}, median", value=percentile(waits, 0.5), unit="ms", of=of),
        Figure(what=f"{what}, p95", value=percentile(waits, 0.95), unit="ms", bar=bar, of=of),
    ]
