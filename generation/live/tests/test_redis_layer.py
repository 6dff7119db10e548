"""The socket with a real Redis, and with one that fails: readers end with the whole text."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers, get_channel_layer
from pytest_django import Settings

from accounts.models import User
from blogai.tests.redis import Redis
from generation.live import subscription as subscription_module
from generation.live.subscription import subscription
from generation.live.tests.pages import Page, Socket, stream_to_end
from generation.llm.simulated import Server
from generation.models import Post
from generation.pipeline.types import Brief
from generation.runs import channel_layer
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

pytestmark = pytest.mark.worker


@pytest.fixture
def redis(settings: Settings) -> Iterator[Redis]:
    """A Redis for this test, with Channels' layer on it."""
    server = Redis()
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [server.url]},
        }
    }
    channel_layers.backends.clear()
    try:
        yield server
    finally:
        channel_layers.backends.clear()
        server.kill()


@pytest.mark.parametrize("fate", [None, Redis.kill, Redis.hang], ids=["lives", "dies", "hangs"])
def test_readers_over_redis_hold_the_posts_text(
    redis: Redis, fate: Callable[[Redis], None] | None, alice: User, key_for: Any, slow_provider: Server
) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2), conversation="thread"))
    key = key_for(alice)

    async def read() -> list[Page]:
        async with Socket("thread", key) as early:
            writing = asyncio.create_task(execute(run.pk))
            reading = [
                asyncio.create_task(early.read_to_end()),
                asyncio.create_task(stream_to_end(run.pk, key)),
            ]
            await asyncio.sleep(0.5)
            if fate:
                fate(redis)
            async with Socket("thread", key) as late:
                reading.append(asyncio.create_task(late.read_to_end()))
                await writing
                return await asyncio.gather(*reading)

    text = [page.markdown for page in async_to_sync(read)()]
    assert text == [Post.objects.get(pk=run.post_id).content_markdown] * 3


def test_nothing_piles_up_while_redis_is_away(redis: Redis) -> None:
    redis.kill()

    async def wait() -> tuple[int, int]:
        layer = get_channel_layer()
        async with subscription("conversation.waiting") as hints:
            before = len(layer.channels)
            for _ in range(20):
                assert await hints.next(0.01) == []
            return before, len(layer.channels)

    before, after = async_to_sync(wait)()
    assert after == before


def test_nobody_waits_long_for_a_redis_that_hangs(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without our timeouts, the client's own of five seconds would apply."""
    monkeypatch.setattr(subscription_module, "REJOIN_INTERVAL", 0)
    monkeypatch.setattr(subscription_module, "LAYER_TIMEOUT", 0.1)
    monkeypatch.setattr(channel_layer, "PUBLISH_TIMEOUT", 0.1)
    redis.hang()

    async def wait() -> None:
        async with asyncio.timeout(3):
            await channel_layer.publish("conversation.waiting", [{"type": "run.queued", "run": "1"}])
        async with asyncio.timeout(3), subscription("conversation.waiting") as hints, asyncio.timeout(1):
            for _ in range(5):
                assert await hints.next(0.05) == []

    async_to_sync(wait)()


def test_a_request_that_starts_or_waits_is_no_error_while_redis_is_away(
    redis: Redis, client_for: Any, provider: Server
) -> None:
    redis.kill()
    reply = client_for("alice").post(
        "/generate-blog", {"topic": "Tides"}, headers={"Prefer": "respond-async"}
    )
    assert reply.status_code == 202
    assert client_for("alice").post(f"/api/v1/runs/{reply.json()['run_id']}/cancel").status_code == 200
