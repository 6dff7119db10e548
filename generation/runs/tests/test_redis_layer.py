"""The socket over a real Redis, and over one that dies in the middle: readers end with the whole text."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers
from pytest_django import Settings

from accounts.models import User
from generation.llm.simulated import Server
from generation.pipeline.types import Brief
from generation.posts.models import Post
from generation.runs import services
from generation.runs.execute import execute
from generation.runs.tests.pages import Page, Socket

pytestmark = pytest.mark.worker

type Redis = subprocess.Popen[bytes]


@pytest.fixture
def redis(settings: Settings) -> Iterator[Redis]:
    """A Redis of this test's own, and Channels' layer on it."""
    program = shutil.which("redis-server")
    assert program, "redis-server is needed (Debian: redis-server)"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as server:
        _wait_for(port)
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
                "CONFIG": {"hosts": [f"redis://127.0.0.1:{port}"]},
            }
        }
        channel_layers.backends.clear()
        try:
            yield server
        finally:
            channel_layers.backends.clear()
            server.kill()


def _wait_for(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.1).close()
        except OSError:
            continue
        return
    raise AssertionError("redis-server did not start")


@pytest.mark.parametrize("dies", [False, True], ids=["lives", "dies"])
def test_a_reader_over_redis_holds_the_posts_text(
    redis: Redis, dies: bool, alice: User, key_for: Any, slow_provider: Server
) -> None:
    run = services.start(alice, brief=Brief(topic="Tides", sections=2), conversation="thread")
    key = key_for(alice)

    async def read() -> Page:
        async with Socket("thread", key) as page:
            writing = asyncio.create_task(execute(run.pk))
            reading = asyncio.create_task(page.read_to_end())
            await asyncio.sleep(0.5)
            if dies:
                redis.kill()
            await writing
            return await reading

    page = async_to_sync(read)()
    assert page.markdown == Post.objects.get(pk=run.post_id).content_markdown
