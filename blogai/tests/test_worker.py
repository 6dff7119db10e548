"""`manage.py worker` as a process: what it prints, what it does with its runs, how it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from accounts.models import User
from blogai.tests.folders import open_folder
from blogai.tests.test_serve import PROJECT, SECONDS, Serve, environment_of, serving
from generation.llm import simulated
from generation.pipeline.types import Brief
from generation.posts.models import Post
from generation.runs import services
from generation.runs.models import Run

pytestmark = pytest.mark.worker

READY = "Blog AI's worker takes jobs."


@contextmanager
def working(data_dir: Path, **environment: str) -> Iterator[Serve]:
    worker = Serve(data_dir, "worker", **environment)
    try:
        yield worker
    finally:
        if worker.process.poll() is None:
            worker.end(signal.SIGKILL)
        worker.reader.join()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)
