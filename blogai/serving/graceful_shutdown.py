"""Tells clients to reconnect when the server stops, where uvicorn would log an error and answer 500."""

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
RECONNECT_MS = (200, 1000)
"""Clients reconnect after a random time between these, so that they do not all come back at once, and are
back within two seconds even on a busy server."""
GOODBYE_TIMEOUT = 1.0
"""Seconds for all sockets together. Those of stalled clients are closed without a message."""


class GracefulShutdown:
    """Wraps the application. Requests that are still waiting at shutdown get a 503, and streams end."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._sockets: set[Socket] = set()
        self._stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._relay_socket(scope, receive, send)
            return
        content_type: bytes | None = None  # of a reply that has started

        async def send_and_note(message: Message) -> None:
            nonlocal content_type
            if message["type"] == "http.response.start":
                content_type = _content_type(message)
            await send(message)

        try:
            await self._application(scope, receive, send_and_note)
        except asyncio.CancelledError:  # uvicorn cancels requests only after its graceful timeout
            if scope["type"] == "http":
                await _end(scope, send, content_type)

    async def close_sockets(self) -> None:
        """Send `reconnect` to every open socket, and to any that opens later, and close it with 1012."""
        self._stopping = True
        stopping = [asyncio.create_task(socket.say_goodbye()) for socket in self._sockets]
        if stopping:
            await asyncio.wait(stopping, timeout=GOODBYE_TIMEOUT)

    async def _relay_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = Socket(receive, send, stopping=self._stopping)
        self._sockets.add(socket)
        try:
            await self._application(scope, socket.receive, socket.send)
        finally:
            self._sockets.discard(socket)


class Socket:
    """A socket as the application sees it. After `say_goodbye` the application sees a disconnect."""

    def __init__(self, receive: Receive, send: Send, *, stopping: bool) -> None:
        self._receive = receive
        self._send = send
        self._stopping = stopping
        self._open = False
        self._closed = False
        self._disconnected: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def receive(self) -> Any:
        message = asyncio.ensure_future(self._receive())
        try:
            await asyncio.wait([message, self._disconnected], return_when=asyncio.FIRST_COMPLETED)
            return (
                message.result() if message.done() else {"type": "websocket.disconnect", "code": RESTARTING}
            )
        finally:
            message.cancel()

    async def send(self, message: Message) -> None:
        if self._closed:
            return
        self._open = message["type"] != "websocket.close"
        await self._send(message)
        if self._stopping:
            await self.say_goodbye()

    async def say_goodbye(self) -> None:
        """Ask the client to reconnect and close the socket; if it is not accepted yet, do so once it is."""
        self._stopping = True
        if not self._open or self._closed:
            return
        self._closed = True
        try:
            await self._send({"type": "websocket.send", "text": json.dumps(_reconnect())})
            await self._send({"type": "websocket.close", "code": RESTARTING, "reason": "restarting"})
        except OSError:  # uvicorn's ClientDisconnected
            return  # the client has gone
        finally:
            self._disconnected.set_result(None)


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
