"""`/ws/conversation/{name}`: the socket that relays the runs of a conversation to its owner.

With `?rendered=1`, as our own page asks, unfinished text comes as HTML too (`generation.live.rendering`).
"""

import asyncio
import json
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from structlog.contextvars import bind_contextvars

from accounts.authentication import Caller, caller_from_scope, caller_of_key
from blogai.core.body import read_json
from blogai.core.client_address import address_of_scope, network_of
from blogai.core.db import OUTAGES, in_database
from blogai.core.errors import (
    BlogAIError,
    Malformed,
    NotAuthenticated,
    PermissionDenied,
    RateLimited,
    Unavailable,
    ValidationFailed,
)
from blogai.core.ratelimit.base import Limit, Rate
from blogai.core.ratelimit.memory import MemoryLimiter
from generation.conversations.services import NAME
from generation.live import connections
from generation.live.connections import Connection
from generation.live.follower import Follower
from generation.live.rendering import PageFrames
from generation.runs import control
from generation.runs.frames import Frame

logger = logging.getLogger(__name__)

AUTH_TIMEOUT = 5.0
"""Seconds within which a client must authenticate."""
SEND_TIMEOUT = 5.0
"""Seconds that a client may take to accept a frame. A slower one is closed and resumes when it reconnects."""
MAX_FRAME_BYTES = 64_000
FRAMES = Limit("frames", "", Rate(200, 1.0))
"""What a client may send over one socket."""
TOO_MANY_FRAMES = "This socket sent more than 200 frames a second."
MESSAGE_TOO_BIG, INTERNAL_ERROR, TRY_AGAIN_LATER = 1009, 1011, 1013
CLOSE_CODES: dict[type[BlogAIError], int] = {
    NotAuthenticated: 4401,
    PermissionDenied: 4403,
    ValidationFailed: 4404,
    RateLimited: 4429,
    Unavailable: TRY_AGAIN_LATER,
}
"""The close code for each error that ends a connection."""


class SlowClient(Exception):
    """The client did not accept a frame in time."""


class ConversationSocket(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Authenticates the client and relays frames. A stranger's conversation looks like an empty one."""

    channel_layer_alias = "none: the follower has its own channel, and works without one while Redis is down"
    follower: Follower | None = None
    connection: Connection | None = None
    task: asyncio.Task[None] | None = None
    waiting_from: str | None = None
    """The client's network, until it has said who it is."""

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        self.send_lock, self.closed = asyncio.Lock(), False
        self.frames = MemoryLimiter()
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.clean_up()

    async def connect(self) -> None:
        bind_contextvars(route="conversation")
        self.name = self.scope["url_route"]["kwargs"]["name"]
        self.rendered = self.scope.get("query_string") == b"rendered=1"
        await self.accept()
        if not re.fullmatch(NAME, self.name):
            await self.refuse(ValidationFailed("Use 1 to 100 letters, digits, hyphens and underscores."))
            return
        try:
            caller = await caller_from_scope(self.scope)
            if caller is not None:
                self.start_relay(caller)
                return
            self.start_waiting()
        except BlogAIError as error:
            await self.refuse(error)
            return
        except OUTAGES:
            await self.refuse(Unavailable(retry_after=2))
            return
        await self.send_frame({"type": "auth.required"})
        self.task = asyncio.create_task(self.close_unauthenticated())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closed:
            return  # frames that were on their way already
        if settings.RATE_LIMIT_ENABLED and not self.frames.hit([FRAMES]).admitted:
            await self.refuse(RateLimited(TOO_MANY_FRAMES, retry_after=1, scope=FRAMES.scope))
            return
        if text_data is None or len(text_data.encode()) > MAX_FRAME_BYTES:
            await self.close(MESSAGE_TOO_BIG)
            return
        try:
            await self.answer(text_data)
        except SlowClient:
            await self.close(TRY_AGAIN_LATER)
        except OUTAGES:
            await self.refuse(Unavailable(retry_after=2))

    async def answer(self, text: str) -> None:
        try:
            await self.handle_frame(_parsed(text))
        except BlogAIError as error:
            if self.connection is None and type(error) in CLOSE_CODES:
                await self.refuse(error)
            else:
                await self.send_error(error)

    async def clean_up(self) -> None:
        self.stop_waiting()
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])
        if self.connection is not None:
            connections.unregister(self.connection)

    async def handle_frame(self, frame: Frame) -> None:
        """Handle a frame sent by the client."""
        kind = frame.get("type")
        if kind == "ping":
            await self.send_frame({"type": "pong"})
        elif kind == "auth" and self.connection is None:
            self.start_relay(await self.caller_of(frame))
        elif self.connection is None or self.follower is None:
            raise NotAuthenticated('Send {"type":"auth","api_key":…} first.')
        elif kind == "sync":
            self.follower.sync(_run_of(frame), _after_of(frame))
        elif kind == "cancel":
            await self.cancel(self.connection.caller, _run_of(frame))
        else:
            raise ValidationFailed(f"We don’t know frames of type {str(kind)[:100]!r}.")

    async def caller_of(self, frame: Frame) -> Caller:
        return await caller_of_key(str(frame.get("api_key", "")), address_of_scope(self.scope))

    async def cancel(self, caller: Caller, run: str) -> None:
        caller.require("generate")
        await in_database(control.cancel)(caller.user, uuid.UUID(run))

    def start_waiting(self) -> None:
        network = network_of(address_of_scope(self.scope))
        connections.begin_unauthenticated(network)
        self.waiting_from = network

    def stop_waiting(self) -> None:
        if self.waiting_from is not None:
            connections.end_unauthenticated(self.waiting_from)
            self.waiting_from = None

    def start_relay(self, caller: Caller) -> None:
        bind_contextvars(user_id=caller.user.pk, **({"key_id": caller.key_id} if caller.key_id else {}))
        caller.require("read")
        self.connection = connections.register(caller, "socket")
        self.stop_waiting()
        if self.task is not None:
            self.task.cancel()
        self.follower = Follower(caller.user.pk, self.name, connection=self.connection)
        self.task = asyncio.create_task(self.relay(self.follower))

    async def relay(self, follower: Follower) -> None:
        try:
            await self.send_frame({"type": "ready", "conversation_id": self.name})
            page = PageFrames() if self.rendered else None
            async with aclosing(follower.frames()) as frames:
                async for frame in frames:
                    await self.send_frame(await page.dress(frame) if page else frame)
        except SlowClient:
            await self.close(TRY_AGAIN_LATER)
        except NotAuthenticated as error:
            await self.refuse(error)
        except OSError:
            return  # the client has gone; a disconnect message follows
        except Exception:
            logger.exception("could not relay frames to a socket")
            await self.close(INTERNAL_ERROR)

    async def close_unauthenticated(self) -> None:
        await asyncio.sleep(AUTH_TIMEOUT)
        await self.refuse(NotAuthenticated("We got no API key within 5 seconds."))

    async def send_frame(self, frame: Frame) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT), self.send_lock:
                if not self.closed:
                    await self.send(json.dumps(frame, ensure_ascii=False))
        except TimeoutError:
            raise SlowClient from None

    async def send_error(self, error: BlogAIError) -> None:
        after = error.extra.get("retry_after")
        await self.send_frame(
            {"type": "error", "code": error.code, "detail": error.detail, "retry_after": after}
        )

    async def refuse(self, error: BlogAIError) -> None:
        """Send the error and close the socket, even if the client does not accept the error."""
        with suppress(SlowClient, OSError):
            await self.send_error(error)
        await self.close(CLOSE_CODES[type(error)])

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        async with self.send_lock:
            if not self.closed:
                self.closed = True
                with suppress(OSError):  # the client has gone
                    await super().close(code, reason)


def _after_of(frame: Frame) -> int:
    after = frame.get("after", 0)
    if type(after) is not int or after < 0:  # True is an int too
        raise ValidationFailed("`after` must be 0 or the number of the last event you have.")
    return after


def _run_of(frame: Frame) -> str:
    try:
        return str(uuid.UUID(str(frame.get("run"))))
    except ValueError:
        raise ValidationFailed("`run` must be the id of a run.") from None


def _parsed(text: str) -> Frame:
    """The frame, read as strictly as the body of a request."""
    try:
        return read_json(text.encode())
    except ValidationFailed as error:
        raise Malformed(error.detail) from error
