"""`make run`, from the command to the first page, with an empty data folder and with an existing one."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.bench import Bench, require
from benchmarks.results import Figure, Measured, percentile
from benchmarks.servers import PROJECT, START_TIMEOUT, STOP_TIMEOUT, free_port

EMPTY, FILLED = "an empty data folder", "an existing data folder"
BAR = 10.0


def measure(bench: Bench) -> Measured:
    found: dict[str, list[float]] = {EMPTY: [], FILLED: []}
    for number in range(1 if bench.quick else bench.rounds):
        bench.say(f"start: make run, twice, {number + 1} …")
        with tempfile.TemporaryDirectory(prefix="blogai-start-") as folder:
            Path(folder).chmod(0o755)  # for Postgres, which runs as another user if we are root
            for times in found.values():
                times.append(_served(folder))
    return Measured(
        "start: make run, with its own database and model, to the first page",
        [
            Figure(
                what=f"with {what}",
                value=percentile(times, 0.5),
                unit="s",
                bar=BAR,
                of=f"median of {len(times)}",
            )
            for what, times in found.items()
        ],
    )


def _served(folder: str) -> float:
    """Seconds from the command to the first page."""
    port = free_port()
    environment = {**os.environ, "DATA_DIR": folder, "PORT": port, "OPENAI_API_KEY": ""}
    began = time.monotonic()
    with subprocess.Popen(
        ["make", "run"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:
        try:
            while not _answers(port):
                require(running.poll() is None, "make run ended")
                require(time.monotonic() - began < START_TIMEOUT, "make run serves nothing")
                time.sleep(0.02)
            return time.monotonic() - began
        finally:
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(STOP_TIMEOUT)


def _answers(port: str) -> bool:
    try:
        reply = httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
    except httpx.TransportError:
        return False
    require(reply.status_code == 200 and "<h1" in reply.text, "the first page is not there")
    return True
