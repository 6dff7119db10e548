"""What a request gets that the stop cuts short: an answer, where uvicorn would log a failure and say 500."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.http import HttpRequest

from blogai.api import problem
from blogai.errors import Unavailable

type Scope = dict[str, Any]
type Send = Callable[[Mapping[str, Any]], Awaitable[None]]
type Application = Callable[[Scope, Any, Send], Awaitable[None]]


class Farewell:
    """The application. Whoever still waits at the stop is told to come back; a stream under way ends."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        begun = False

        async def send_and_note(message: Mapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.application(scope, receive, send_and_note)
        except asyncio.CancelledError:  # only uvicorn cancels a request, and only when its patience ends
            if scope["type"] == "http":
                await _end(send, begun)


async def _end(send: Send, begun: bool) -> None:
    body = b""
    if not begun:
        reply = problem(Unavailable("Blog AI is restarting: try again.", retry_after=2), HttpRequest())
        body = reply.content
        headers = [(name.lower().encode(), value.encode()) for name, value in reply.items()]
        await send({"type": "http.response.start", "status": reply.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
