"""Limits the size of request bodies at the ASGI level: no view sees a larger one, and the client gets a 413.

A client whose server answers while it is still sending may never see the answer. Up to 16 MB are therefore
read and discarded first; for larger bodies the connection is closed after the answer.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

TOO_LARGE = "blogai.body_too_large"
"""Set in the scope of such a request, which `middleware.problems` then rejects."""
LIMIT = 1_000_000
"""Bytes that a body may have."""
TEXT = 6_100_000
"""Bytes of a body with a text of 2 MB: JSON's escapes and a form's make three of one."""
FILE = 10_000_000
"""Bytes that a file may have."""
LARGER = (
    (re.compile(r"(/api/v1)?/posts/import"), FILE + 100_000),
    (re.compile(r"/api/v1/posts/[^/]+/(text|proposals/[^/]+/accept)"), TEXT),
    (re.compile(r"/posts/[^/]+/edit(/preview)?"), TEXT),
)
"""Paths whose bodies may be larger. DATA_UPLOAD_MAX_MEMORY_SIZE, which holds for all but files, is TEXT."""
DISCARDED = 16_000_000
"""Bytes that are read and discarded before the answer."""

type Scope = dict[str, Any]
type Message = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def limit_for(path: str) -> int:
    """How many bytes a body may have that is sent there."""
    return next((limit for pattern, limit in LARGER if pattern.fullmatch(path)), LIMIT)


def sentence_for(path: str) -> str:
    """What to say about a body that is larger."""
    return f"The request body is larger than {limit_for(path) // 1_000_000} MB."


class BodyLimit:
    """Passes an empty body to the application in place of one over the limit."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = _Body(scope, receive, limit=limit_for(scope.get("path", "")))

        async def send_or_close(message: Message) -> None:
            if body.unread and message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        await self.application(scope, body.receive, send_or_close)


class _Body:
    def __init__(self, scope: Scope, receive: Receive, *, limit: int) -> None:
        self.scope, self.source, self.limit = scope, receive, limit
        self.size = 0
        self.unread = False
        """Whether the client is still sending what will not be read."""

    async def receive(self) -> Message:
        message = await self._next()
        if self.size <= self.limit or message["type"] != "http.request":
            return message
        self.scope[TOO_LARGE] = True
        while message["type"] == "http.request" and message.get("more_body") and self.size <= DISCARDED:
            message = await self._next()
        if message["type"] != "http.request":
            return message
        self.unread = bool(message.get("more_body"))
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _next(self) -> Message:
        """The next message. Once the body has been cut off, the rest of it is skipped."""
        message = await self.source()
        while self.unread and message["type"] == "http.request":
            message = await self.source()
        self.size += len(message.get("body", b""))
        return message
