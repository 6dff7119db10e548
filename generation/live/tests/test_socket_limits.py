"""How many sockets an address may open, how many wrong keys it may try, and how many frames it may send."""

from contextlib import AsyncExitStack
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from pytest_django import Settings

from accounts.models import User
from blogai.tests.clocks import Clock
from generation.live import connections
from generation.live.tests.pages import Socket

pytestmark = pytest.mark.django_db

CLOSED = {"type": "closed", "code": 4429}


@pytest.fixture(autouse=True)
def _limits(rate_limits: Clock, settings: Settings) -> None:
    settings.RATE_LIMIT_GENERAL = 20


async def end_of(socket: Socket) -> tuple[str, Any]:
    """The code of the error with which the socket is closed, and the code of the close."""
    frame = await socket.receive()
    while frame["type"] != "error":
        frame = await socket.receive()
    return frame["code"], (await socket.receive())["code"]


def test_an_address_opens_so_many_a_minute(settings: Settings, key_for: Any, alice: User) -> None:
    settings.RATE_LIMIT_GENERAL = 1
    key = key_for(alice)

    async def opened() -> tuple[str, Any]:
        for _ in range(5):
            async with Socket("test-123", key) as socket:
                await socket.send({"type": "ping"})
                assert (await socket.receive())["type"] == "pong"
        async with Socket("test-123", key) as socket:
            refused = await socket.receive()
            assert 1 <= refused["retry_after"] <= 12
            return refused["code"], (await socket.receive())["code"]

    assert async_to_sync(opened)() == ("rate_limited", 4429)


@pytest.mark.parametrize("in_frame", [False, True], ids=["handshake", "frame"])
def test_wrong_keys_are_counted_and_good_ones_still_get_in(in_frame: bool, key_for: Any, alice: User) -> None:
    async def tried(key: str) -> tuple[str, Any]:
        async with Socket("test-123", "" if in_frame else key) as socket:
            if in_frame:
                await socket.send({"type": "auth", "api_key": key})
            return await end_of(socket)

    async def all_tried() -> None:
        for _ in range(30):
            assert await tried("nonsense") == ("not_authenticated", 4401)
        assert await tried("nonsense") == ("rate_limited", 4429)
        async with Socket("test-123", good) as socket:
            await socket.send({"type": "ping"})
            assert (await socket.receive())["type"] == "pong"

    good = key_for(alice)
    async_to_sync(all_tried)()


def test_of_an_address_so_many_may_wait_without_a_key(key_for: Any, alice: User) -> None:
    key = key_for(alice)

    async def crowd() -> None:
        async with AsyncExitStack() as stack:
            waiting = [await stack.enter_async_context(Socket("test-123")) for _ in range(50)]
            for socket in waiting:
                assert (await socket.receive())["type"] == "auth.required"
            async with Socket("test-123") as socket:
                assert await end_of(socket) == ("rate_limited", 4429)
            await waiting[0].send({"type": "auth", "api_key": key})
            await waiting[0].send({"type": "ping"})
            assert (await waiting[0].receive())["type"] == "pong"
            async with Socket("test-123") as socket:
                assert (await socket.receive())["type"] == "auth.required", "one has said who it is"
        assert not connections._unauthenticated

    async_to_sync(crowd)()


def test_a_flood_of_frames_ends_the_socket(key_for: Any, alice: User) -> None:
    key = key_for(alice)

    async def flood() -> None:
        async with Socket("test-123", key) as socket:
            for _ in range(600):
                await socket.send({"type": "ping"})
            frame = await socket.receive()
            pongs = 0
            while frame["type"] == "pong":
                pongs, frame = pongs + 1, await socket.receive()
            assert (frame["code"], 200 <= pongs < 600) == ("rate_limited", True)
            assert await socket.receive() == CLOSED
            assert await socket.silent()

    async_to_sync(flood)()
