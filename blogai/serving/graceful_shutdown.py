"""What clients that the stop cuts short get: a goodbye, where uvicorn would log a failure and say 500."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

from blogai.api import problem
from blogai.core.errors import Unavailable
from blogai.middleware import request_id

type Message = Mapping[str, Any]
type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[Scope, Any, Send], Awaitable[None]]

RESTARTING = 1012
RECONNECT_MS = (200, 1500)
"""When sockets are asked to come back: not all at once."""
GOODBYE_SECONDS = 1.0
"""For all sockets together: one whose reader has stalled is closed without a word."""


class Farewell:
    """The application. Whoever still waits at the stop is told to come back; a stream under way ends."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._sockets: set[Socket] = set()
        self._leaving = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._relay_socket(scope, receive, send)
            return
        content_type: bytes | None = None  # of a reply that is under way

        async def send_and_note(message: Message) -> None:
            nonlocal content_type
            if message["type"] == "http.response.start":
                content_type = _content_type(message)
            await send(message)

        try:
            await self._application(scope, receive, send_and_note)
        except asyncio.CancelledError:  # only uvicorn cancels a request, and only when its patience ends
            if scope["type"] == "http":
                await _end(scope, send, content_type)

    async def close_sockets(self) -> None:
        """Every open socket gets a `reconnect` frame and is closed with 1012; so is any that still comes."""
        self._leaving = True
        leaving = [asyncio.create_task(socket.leave()) for socket in self._sockets]
        if leaving:
            await asyncio.wait(leaving, timeout=GOODBYE_SECONDS)

    async def _relay_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = Socket(receive, send, leaving=self._leaving)
        self._sockets.add(socket)
        try:
            await self._application(scope, socket.receive, socket.send)
        finally:
            self._sockets.discard(socket)


class Socket:
    """A socket as the application sees it; `leave` takes it away, and the application only sees it closed."""

    def __init__(self, receive: Receive, send: Send, *, leaving: bool) -> None:
        self._receive = receive
        self._send = send
        self._leaving = leaving
        self._open = False
        self._said_goodbye = False
        self._left: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def receive(self) -> Any:
        message = asyncio.ensure_future(self._receive())
        try:
            await asyncio.wait([message, self._left], return_when=asyncio.FIRST_COMPLETED)
            return (
                message.result() if message.done() else {"type": "websocket.disconnect", "code": RESTARTING}
            )
        finally:
            message.cancel()

    async def send(self, message: Message) -> None:
        if self._said_goodbye:
            return
        self._open = message["type"] != "websocket.close"
        await self._send(message)
        if self._leaving:
            await self.leave()

    async def leave(self) -> None:
        """Say goodbye. One that is not accepted yet hears it once it is."""
        self._leaving = True
        if not self._open or self._said_goodbye:
            return
        self._said_goodbye = True
        try:
            await self._send({"type": "websocket.send", "text": json.dumps(_reconnect())})
            await self._send({"type": "websocket.close", "code": RESTARTING, "reason": "restarting"})
        except OSError:  # uvicorn's ClientDisconnected
            return  # there is nobody left to say goodbye to
        finally:
            self._left.set_result(None)


def _reconnect() -> dict[str, Any]:
    return {"type": "reconnect", "after_ms": random.randint(*RECONNECT_MS)}  # noqa: S311


def _restarting(request: HttpRequest) -> HttpResponse:
    return problem(Unavailable("Blog AI is restarting: try again.", retry_after=2), request)


def _content_type(message: Message) -> bytes:
    return next((value for name, value in message["headers"] if name.lower() == b"content-type"), b"")


async def _end(scope: Scope, send: Send, content_type: bytes | None) -> None:
    body = b""
    if content_type is not None and content_type.startswith(b"text/event-stream"):
        frame = _reconnect()
        body = f"retry: {frame['after_ms']}\nevent: reconnect\ndata: {json.dumps(frame)}\n\n".encode()
    elif content_type is None:
        reply = request_id(_restarting)(ASGIRequest(scope, BytesIO()))
        body = reply.content
        headers = [(name.lower().encode(), value.encode()) for name, value in reply.items()]
        await send({"type": "http.response.start", "status": reply.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
