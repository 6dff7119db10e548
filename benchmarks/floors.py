"""Lower bounds on this machine: a bare ASGI reply, a Redis PING, a synced write."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from redis import Redis
from redis.exceptions import ConnectionError

from benchmarks.bench import Bench, body_of, require
from benchmarks.readers import BRIEF
from benchmarks.results import Figure, Measured, interleaved, percentile
from benchmarks.servers import free_port, process, serve
from generation.llm import simulated

REDIS = ("127.0.0.1", 6379)
PAGE = b"\0" * 8192


def measure(bench: Bench) -> Measured:
    times = 30 if bench.quick else 100
    with ExitStack() as running:
        model = running.enter_context(simulated.serve())
        server = running.enter_context(serve(bench.database, model.openai_url))
        bare = running.enter_context(_bare())
        write = running.enter_context(written(bench.database.folder))
        run = body_of(server.client.post("/generate-blog", json=BRIEF), 201)["run"]["id"]
        sides: dict[str, Callable[[], object]] = {
            "a bare ASGI reply": lambda: require(bare.get("/").text == "bare", "not the bare reply"),
            "/health/live": lambda: body_of(server.client.get("/health/live")),
            "the poll of a run": lambda: require(
                body_of(server.client.get(f"/api/v1/runs/{run}"))["status"] == "completed", "not the run"
            ),
            "fdatasync of 8 KB": write,
        }
        if redis := _redis():
            running.callback(redis.close)
            sides["PING of Redis"] = redis.ping
        medians = [
            percentile(found, 0.5)
            for found in interleaved(
                bench.rounds, *(lambda work=work: seconds(work, times) for work in sides.values())
            )
        ]
    figures = [
        Figure(what=what, value=median * 1e6, unit="µs", of=f"{median / medians[0]:.1f} × a bare reply")
        for what, median in zip(sides, medians, strict=True)
    ]
    if not redis:
        bench.say(f"floors: no Redis on {REDIS[0]}:{REDIS[1]}")
    return Measured("floors: this machine, now", figures)


def seconds(work: Callable[[], object], times: int) -> float:
    """The median duration of a call, in seconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return percentile(took, 0.5)


@contextmanager
def written(folder: Path) -> Iterator[Callable[[], None]]:
    """A function that appends a page to a file and waits for the disk, as every commit of Postgres does."""
    sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync
    with open(folder / "floor", "ab", buffering=0) as file:

        def write() -> None:
            file.write(PAGE)
            sync(file.fileno())

        yield write


def _redis() -> Redis | None:
    redis = Redis(*REDIS, socket_timeout=2)
    try:
        redis.ping()
    except ConnectionError:
        redis.close()
        return None
    return redis


@contextmanager
def _bare() -> Iterator[httpx.Client]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.web", port, "benchmarks.floors:bare"]
    with process(command, "serves"), httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


async def bare(scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"bare"})
