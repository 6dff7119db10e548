"""Clients that read nothing: the web server disconnects them, without affecting others."""

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from blogai.api import DEFAULT_RETRY_AFTER
from blogai.middleware import MAINTENANCE_RETRY_AFTER
from blogai.serving import gunicorn, web

PIECE = "x" * 60_000


class Flood:
    """Sends for as long as it can, and counts the bytes."""

    def __init__(self) -> None:
        self.sent = 0
        self.cut_off = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/hello":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            piece: dict[str, Any] = {"type": "websocket.send", "text": PIECE}
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            piece = {"type": "http.response.body", "body": PIECE.encode(), "more_body": True}
        flooding = asyncio.create_task(self._flood(send, piece))
        while (await receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
            pass
        self.cut_off.set()
        flooding.cancel()
        await asyncio.wait([flooding])

    async def _flood(self, send: Any, piece: Any) -> None:
        while True:
            await send(piece)
            self.sent += 1
            await asyncio.sleep(0)


@asynccontextmanager
async def listening(application: Flood) -> AsyncIterator[int]:
    """Runs our web server; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(application, log_config=None, access_log=False, **web.OPTIONS)
        server = web.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await server.ready.wait()
        yield listener.getsockname()[1]
        server.should_exit = True
        await serving


def request(kind: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    upgrade += f"Sec-WebSocket-Key: {key}\r\n"
    return f"GET /flood HTTP/1.1\r\nHost: localhost\r\n{upgrade if kind == 'socket' else ''}\r\n".encode()


@pytest.mark.parametrize("kind", ["socket", "reply"])
async def test_a_stalled_reader_is_cut_off_and_holds_nobody_up(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "STALL_TIMEOUT", 1.0)
    application = Flood()
    async with listening(application) as port:
        stalled = socket.create_connection(("127.0.0.1", port))
        stalled.sendall(request(kind))
        await asyncio.sleep(0.5)
        sent = application.sent
        assert sent > 0
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert b" 204 " in await asyncio.wait_for(reader.read(), 1)
        writer.close()
        await asyncio.sleep(0.3)
        assert application.sent == sent, "what is not read piles up"
        await asyncio.wait_for(application.cut_off.wait(), 3)
        stalled.close()


async def test_who_answers_no_ping_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(web.OPTIONS, "ws_ping_interval", 0.1)
    monkeypatch.setitem(web.OPTIONS, "ws_ping_timeout", 0.3)
    application = Flood()
    async with listening(application) as port:
        stalled = socket.create_connection(("127.0.0.1", port))
        stalled.sendall(request("socket"))
        await asyncio.wait_for(application.cut_off.wait(), 3)
        stalled.close()


def test_nobody_comes_back_on_a_connection_that_is_just_being_closed() -> None:
    """A client that retries just when the server closes an idle connection would get a reset."""
    for options in (web.OPTIONS, gunicorn.Worker.CONFIG_KWARGS):
        assert options["timeout_keep_alive"] > max(DEFAULT_RETRY_AFTER, MAINTENANCE_RETRY_AFTER)


def test_an_idle_socket_is_asked_whether_it_is_there() -> None:
    assert web.OPTIONS["ws_ping_interval"] == 30
    assert web.OPTIONS["ws_max_size"] == 64_000
