"""The production server as its clients see it stop and restart."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from accounts.models import User
from blogai.tests.test_serve import PROJECT, SECONDS
from generation.llm.simulated import Server
from generation.llm import simulated
from generation.pipeline.types import Brief
from generation.posts.models import Post
from generation.runs import services
from generation.runs.execute import execute
from generation.runs.models import Run
from generation.runs.tests.pages import Page

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


class Gunicorn:
    """gunicorn with our settings, on the tests' database."""

    def __init__(self, database: str, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self.address}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "docker/gunicorn.conf.py", "blogai.asgi:application"],
            cwd=PROJECT,
            env={
                **os.environ,
                "DATABASE_URL": database,
                "OPENAI_API_KEY": "sk-none",
                "PORT": self.address.split(":")[1],
                "UVICORN_WORKERS": "1",
                **environment,
            },
            start_new_session=True,
        )

    def ready(self) -> int:
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5).status_code
        except httpx.ConnectError:
            return 0

    def until_ready(self) -> None:
        end = time.monotonic() + SECONDS
        while self.ready() != 200:
            assert time.monotonic() < end, "not ready in time"
            time.sleep(0.1)

    def ws(self, name: str) -> str:
        return f"ws://{self.address}/ws/conversation/{name}"


@contextmanager
def serving(database: str, **environment: str) -> Iterator[Gunicorn]:
    gunicorn = Gunicorn(database, **environment)
    try:
        gunicorn.until_ready()
        yield gunicorn
    finally:
        if gunicorn.process.poll() is None:
            os.killpg(gunicorn.process.pid, signal.SIGKILL)
            gunicorn.process.wait(SECONDS)
