"""How long it takes until another worker continues the runs of one that was killed."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from benchmarks.bench import Bench, body_of, require
from benchmarks.results import Figure, Measured, percentile
from benchmarks.servers import Process, Server, client_of, environment_for, free_port, process
from benchmarks.wall import check_post
from generation.llm import simulated
from generation.llm.simulated import Answer

RUNS = 5
"""The runs of the worker that is killed. Their leases were renewed at different times."""
SECTIONS = 2
TIMEOUT = 60.0
OUTLINE, PROSE = True, False


def measure(bench: Bench) -> Measured:
    kills = 1 if bench.quick else bench.rounds
    with simulated.serve() as model, web(bench, model.openai_url) as server:
        bench.say(f"recovery: {kills} kills …")
        seconds = _kill(bench, model, server, kills)
    of = f"{kills} kills of a worker with {RUNS} runs; no outline asked for twice"
    return Measured(
        "recovery: from SIGKILL of the worker to the run's next calls",
        [
            Figure(what="median", value=percentile(seconds, 0.5), unit="s", of=of),
            Figure(what="p95", value=percentile(seconds, 0.95), unit="s", bar=15, of=of),
        ],
    )


def _kill(bench: Bench, model: simulated.Server, server: Server, kills: int) -> list[float]:
    """Kill a worker, let its successor take over, and kill that one next."""
    seconds: list[float] = []
    environment = environment_for(bench.database, server.database, model.openai_url)
    with ExitStack() as workers:
        worker = workers.enter_context(working(environment))
        for _ in range(kills):
            gate = model.gate()
            model.script.add(Answer(gate=gate), schema=PROSE, times=None)
            model.calls.clear()
            accepted = [_start(server) for _ in range(RUNS)]
            _until(lambda: len(_calls(model, PROSE)) == RUNS * (SECTIONS + 1), "the runs were not started")
            successor = workers.enter_context(working(environment))
            model.calls.clear()
            killed = time.monotonic()
            worker.popen.send_signal(signal.SIGKILL)
            _until(lambda: len(_calls(model, PROSE)) == RUNS * (SECTIONS + 1), "no worker took the runs over")
            require(not _calls(model, OUTLINE), "a finished outline was asked for again")
            seconds += [call.started - killed for call in _calls(model, PROSE)]
            gate.release()
            for run in accepted:
                _until(partial(_ended, server, run["run_id"]), "a run did not end")
                check_post(body_of(server.client.get(f"/api/v1/posts/{run['id']}")), SECTIONS)
            model.script.clear()
            worker = successor
    return seconds


def _calls(model: simulated.Server, schema: bool) -> list[simulated.Call]:
    return [call for call in list(model.calls) if (call.asked.schema is not None) == schema]


def _start(server: Server) -> dict[str, str]:
    brief = {"topic": "How tides work", "sections": SECTIONS}
    headers = {"Prefer": "respond-async"}
    accepted: dict[str, str] = body_of(server.client.post("/generate-blog", json=brief, headers=headers), 202)
    return accepted


def _ended(server: Server, run_id: str) -> bool:
    run = body_of(server.client.get(f"/api/v1/runs/{run_id}"))
    require(not run["error"], f"a run ended with {run['error']}")
    return bool(run["status"] == "completed")


def _until(condition: Callable[[], bool], message: str) -> None:
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        require(time.monotonic() < deadline, message)
        time.sleep(0.02)


@contextmanager
def working(environment: dict[str, str]) -> Iterator[Process]:
    """Runs `manage.py worker` inside the block."""
    command = [sys.executable, "manage.py", "worker"]
    with process(command, "worker takes jobs", environment) as running:
        yield running


@contextmanager
def web(bench: Bench, model_url: str) -> Iterator[Server]:
    """Runs the application without a worker, on its own database."""
    address = bench.database.copy()
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.web", port]
    with process(command, "serves", environment_for(bench.database, address, model_url)) as running:
        url = f"http://127.0.0.1:{port}"
        with client_of(url, bench.database.people[0]) as client:
            yield Server(running, url, bench.database.people, address, client)
