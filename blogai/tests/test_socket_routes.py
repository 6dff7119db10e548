"""Who gets in at which WebSocket: every route, opened by its owner and by everybody who must not get in.

A route that stands in neither PUBLIC nor PRIVATE fails `test_every_socket_is_listed`: add a row. What a
socket says to those who got in is in generation/live/tests/test_socket.py.
"""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.models import User
from blogai.core.db import in_database
from blogai.tests.clients import revoked_key
from blogai.tests.test_routes import ELSEWHERE, filled
from generation.live.tests.pages import Socket
from generation.pipeline.types import Brief
from generation.routing import websocket_urlpatterns
from generation.runs.start import RunOptions, start_run

pytestmark = pytest.mark.usefixtures("one_connection")


def a_conversation(owner: User) -> dict[str, object]:
    start_run(owner, RunOptions(brief=Brief(topic="Tides"), conversation="tides"))
    return {"name": "tides"}


PUBLIC: set[str] = set()
PRIVATE: dict[str, Callable[[User], dict[str, object]]] = {"ws/conversation/<str:name>": a_conversation}
"""A route -> what makes the things that its `<…>` name; their owner hears of them at once."""


def test_every_socket_is_listed() -> None:
    assert {str(route.pattern) for route in websocket_urlpatterns} == PUBLIC | PRIVATE.keys()


@pytest.fixture
def session(alice: User, settings: Any) -> str:
    client = Client()
    client.force_login(alice)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


@pytest.mark.parametrize("route", PRIVATE)
def test_private_sockets_let_their_owner_in(
    route: str, alice: User, mallory: User, key_for: Any, session: str, settings: Any
) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    path = "/" + filled(route, PRIVATE[route](alice))
    key, lacking, strangers = key_for(alice), key_for(alice, "generate", "manage"), key_for(mallory)
    revoked = revoked_key(alice)
    unauthenticated, refused = ("not_authenticated", 4401), ("permission_denied", 4403)

    async def knock() -> None:
        assert await first_frame(Socket(path=path, key=key)) == "run.snapshot"
        assert await first_frame(Socket(path=path, session=session)) == "run.snapshot"
        assert await first_frame(Socket(path=path), key) == "run.snapshot"
        assert await is_empty(Socket(path=path, key=strangers))
        assert await is_empty(Socket(path=path), strangers)

        for wrong, expected in ((revoked, unauthenticated), (lacking, refused)):
            assert await ending(Socket(path=path, key=wrong)) == expected
            assert await ending(Socket(path=path), {"type": "auth", "api_key": wrong}) == expected
        assert await ending(Socket(path=path), {"type": "sync"}) == unauthenticated
        assert await ending(Socket(path=path, session=session, origin=ELSEWHERE["Origin"])) == refused

        await in_database(User.objects.filter(pk=alice.pk).update)(is_active=False)
        assert await ending(Socket(path=path, key=key)) == unauthenticated
        assert await ending(Socket(path=path, session=session), {"type": "sync"}) == unauthenticated

    async_to_sync(knock)()


async def first_frame(opened: Socket, key: str = "") -> str:
    """The type of what the socket says first to whoever has got in, perhaps with a key in a frame."""
    async with opened as socket:
        await _authenticate(socket, key)
        return str((await socket.receive())["type"])


async def is_empty(opened: Socket, key: str = "") -> bool:
    """Whether the socket lets the caller in and has nothing to say: there might be no such thing."""
    async with opened as socket:
        await _authenticate(socket, key)
        await socket.let_in()
        quiet = await socket.silent(0.1)
        await socket.send({"type": "ping"})
        return quiet and await socket.receive() == {"type": "pong"}


async def ending(opened: Socket, frame: dict[str, str] | None = None) -> tuple[str, int]:
    """The codes of the error and of the close with which the socket turns the caller away.

    `frame` is for a socket that asks who is there.
    """
    async with opened as socket:
        if frame is not None:
            assert await socket.receive() == {"type": "auth.required"}
            await socket.send(frame)
        error, close = await socket.receive(), await socket.receive()
        assert (error["type"], close["type"]) == ("error", "closed")
        return error["code"], close["code"]


async def _authenticate(socket: Socket, key: str) -> None:
    if key:
        assert await socket.receive() == {"type": "auth.required"}
        await socket.send({"type": "auth", "api_key": key})
