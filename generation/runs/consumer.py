"""`/ws/conversation/{name}`: relays a conversation's runs to whoever may see them."""

import asyncio
import json
import re
import uuid
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from accounts.authentication import Caller, caller_from_scope, caller_of_key
from blogai.db import in_database
from blogai.errors import BlogAIError, Malformed, NotAuthenticated, PermissionDenied, ValidationFailed
from generation.conversations.services import NAME
from generation.runs import control, frames
from generation.runs.broadcast import tell
from generation.runs.follow import Follower
from generation.runs.frames import Frame

AUTH_WITHIN = 5.0
"""Seconds to say who is there."""
LARGEST_FRAME = 64_000
UNAUTHENTICATED, FORBIDDEN, NO_SUCH_NAME, TOO_BIG = 4401, 4403, 4404, 1009


class ConversationSocket(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Checks, follows, relays. A stranger's conversation looks like one in which nothing has happened yet."""

    follower: Follower | None = None
    task: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self.name = self.scope["url_route"]["kwargs"]["name"]
        await self.accept()
        if not re.fullmatch(NAME, self.name):
            await self.refuse(
                ValidationFailed("A conversation's name is 1 to 100 letters, digits, - or _."), NO_SUCH_NAME
            )
            return
        try:
            caller = await caller_from_scope(self.scope)
        except BlogAIError as error:
            await self.refuse(error, FORBIDDEN if isinstance(error, PermissionDenied) else UNAUTHENTICATED)
            return
        if caller is None:
            await self.tell({"type": "auth.required"})
            self.task = asyncio.create_task(self.hang_up())
        else:
            await self.begin(caller)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None or len(text_data) > LARGEST_FRAME:
            await self.close(TOO_BIG)
            return
        try:
            await self.obey(_parsed(text_data))
        except BlogAIError as error:
            if isinstance(error, NotAuthenticated):
                await self.refuse(error, UNAUTHENTICATED)
            else:
                await self.tell_error(error)

    async def disconnect(self, code: int) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])

    async def obey(self, frame: Frame) -> None:
        """Do what a client's frame asks for."""
        kind = frame.get("type")
        if kind == "ping":
            await self.tell({"type": "pong"})
        elif kind == "auth" and self.follower is None:
            await self.begin(await caller_of_key(str(frame.get("api_key", ""))))
        elif self.follower is None:
            raise NotAuthenticated('Send {"type":"auth","api_key":…} first.')
        elif kind == "sync":
            self.follower.sync(_run_of(frame), _after_of(frame))
        elif kind == "cancel":
            await self.cancel(_run_of(frame))
        else:
            raise ValidationFailed(f"There is no frame of type {kind!r}.")

    async def cancel(self, run: str) -> None:
        self.caller.require("generate")
        cancelled, ending = await in_database(control.cancel)(self.caller.user, uuid.UUID(run))
        await tell(frames.group_of(cancelled.owner_id, cancelled.conversation.name), [ending])

    async def begin(self, caller: Caller) -> None:
        caller.require("read")
        self.caller = caller
        if self.task is not None:
            self.task.cancel()
        self.follower = Follower(caller.user.pk, self.name)
        self.task = asyncio.create_task(self.relay(self.follower))

    async def relay(self, follower: Follower) -> None:
        async for frame in follower.frames():
            await self.tell(frame)

    async def hang_up(self) -> None:
        await asyncio.sleep(AUTH_WITHIN)
        await self.refuse(NotAuthenticated("Nobody signed in within 5 seconds."), UNAUTHENTICATED)

    async def tell(self, frame: Frame) -> None:
        await self.send(json.dumps(frame, ensure_ascii=False))

    async def tell_error(self, error: BlogAIError) -> None:
        await self.tell({"type": "error", "code": error.code, "detail": error.detail, "retry_after": None})

    async def refuse(self, error: BlogAIError, code: int) -> None:
        await self.tell_error(error)
        await self.close(code)


def _after_of(frame: Frame) -> int:
    after = frame.get("after", 0)
    if not isinstance(after, int) or after < 0:
        raise ValidationFailed("`after` is the number of the last event you have, 0 or more.")
    return after


def _run_of(frame: Frame) -> str:
    try:
        return str(uuid.UUID(str(frame.get("run"))))
    except ValueError:
        raise ValidationFailed("`run` is the id of a run.") from None


def _parsed(text: str) -> Frame:
    try:
        frame: Any = json.loads(text)
    except ValueError:
        raise Malformed("A frame is one JSON object.") from None
    if not isinstance(frame, dict):
        raise Malformed("A frame is one JSON object.")
    return frame
