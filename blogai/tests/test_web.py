"""Clients that read nothing: the web server disconnects them, without affecting others."""

import asyncio
import base64
import contextlib
import os
import socket
from typing import Any

import pytest

from blogai.api import DEFAULT_RETRY_AFTER
from blogai.maintenance import RETRY_AFTER
from blogai.serving import connection_limits, gunicorn, web
from blogai.tests.in_process import converse, serving

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


def request(kind: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    upgrade += f"Sec-WebSocket-Key: {key}\r\n"
    return f"GET /flood HTTP/1.1\r\nHost: localhost\r\n{upgrade if kind == 'socket' else ''}\r\n".encode()


@pytest.mark.parametrize("kind", ["socket", "reply"])
async def test_a_stalled_reader_is_cut_off_and_holds_nobody_up(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "STALL_TIMEOUT", 1.0)
    application = Flood()
    async with serving(application) as port:
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


class Rest:
    """Replies as much as fits into the buffers of the system, a little more, and ends."""

    sent = left = 0
    """Bytes in all, and those in our own buffer at the end: so few that flow control does not notice."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        transport = receive.__self__.transport
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            piece: dict[str, Any] = {"type": "websocket.send", "text": PIECE[:30_000]}
            end: dict[str, Any] = {"type": "websocket.close"}
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            piece = {"type": "http.response.body", "body": PIECE[:30_000].encode(), "more_body": True}
            end = {"type": "http.response.body", "body": b""}
        while not transport.get_write_buffer_size():
            await send(piece)
            self.sent += 30_000
            await asyncio.sleep(0)
        await send(end)
        self.left = transport.get_write_buffer_size()


@pytest.mark.parametrize("kind", ["socket", "reply", "last reply"])
async def test_who_does_not_take_the_rest_is_cut_off_too(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "STALL_TIMEOUT", 0.3)
    monkeypatch.setitem(web.OPTIONS, "timeout_keep_alive", 0.1)
    application = Rest()
    async with serving(application) as port:
        with socket.create_connection(("127.0.0.1", port)) as stalled:
            head = b"\r\nConnection: close\r\n\r\n" if kind == "last reply" else b"\r\n\r\n"
            stalled.sendall(request(kind).replace(b"\r\n\r\n", head))
            await asyncio.sleep(0.8)
            assert 0 < application.left < 64_000
            stalled.settimeout(0.5)
            received = 0
            while piece := await asyncio.to_thread(stalled.recv, 1_000_000):
                received += len(piece)
    assert received < application.sent, "the rest was dropped with the connection"


async def test_a_slow_reader_is_not_a_stalled_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "STALL_TIMEOUT", 0.2)

    async def large(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 2_000_000})

    async with serving(large) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=500_000)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        size = 0
        while piece := await reader.read(500_000):
            size += len(piece)
            await asyncio.sleep(0.05 if size < 1_500_000 else 0)
        assert size > 2_000_000
        writer.close()


async def test_pings_of_who_reads_nothing_are_not_all_answered() -> None:
    """Else the answers would fill the memory as fast as the client can send."""
    ping, waiting = b"\x89\xfd\0\0\0\0" + b"x" * 125, 0

    async def application(scope: Any, receive: Any, send: Any) -> None:
        nonlocal waiting
        await send({"type": "websocket.accept"})
        transport = receive.__self__.transport
        for _ in range(500):
            await asyncio.sleep(0.001)
            waiting = max(waiting, transport.get_write_buffer_size())

    async with serving(application) as port:
        with socket.socket() as reads_nothing:
            reads_nothing.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reads_nothing.connect(("127.0.0.1", port))
            reads_nothing.sendall(request("socket"))
            await asyncio.sleep(0.1)
            reads_nothing.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                await asyncio.to_thread(reads_nothing.sendall, ping * 40_000)
    assert 0 < waiting < 300_000


async def test_a_frame_in_countless_fragments_is_refused() -> None:
    seen: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        while not seen or seen[-1]["type"] != "websocket.disconnect":
            seen.append(await receive())

    empty, start, end = b"\x00\x80\0\0\0\0", b"\x01\x81\0\0\0\0x", b"\x80\x81\0\0\0\0y"
    async with serving(application) as port:
        frames = start + empty * 900 + end + start + empty * 2_000
        received = await converse(port, request("socket"), frames, pause=0.1)
    assert [message.get("text", message.get("code")) for message in seen[1:]] == ["xy", 1009]
    assert b"too many fragments" in received


async def test_who_answers_no_ping_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(web.OPTIONS, "ws_ping_interval", 0.1)
    monkeypatch.setitem(web.OPTIONS, "ws_ping_timeout", 0.3)
    application = Flood()
    async with serving(application) as port:
        stalled = socket.create_connection(("127.0.0.1", port))
        stalled.sendall(request("socket"))
        await asyncio.wait_for(application.cut_off.wait(), 3)
        stalled.close()


def test_nobody_comes_back_on_a_connection_that_is_just_being_closed() -> None:
    """A client that retries just when the server closes an idle connection would get a reset."""
    for options in (web.OPTIONS, gunicorn.Worker.CONFIG_KWARGS):
        assert options["timeout_keep_alive"] > max(DEFAULT_RETRY_AFTER, RETRY_AFTER)


def test_an_idle_socket_is_asked_whether_it_is_there() -> None:
    assert web.OPTIONS["ws_ping_interval"] == 30
    assert web.OPTIONS["ws_max_size"] == 64_000
