"""A run as server-sent events: the frames of the socket, resumable with `Last-Event-ID`."""

import asyncio
import json
from collections.abc import AsyncIterator

from django.http import StreamingHttpResponse
from django.urls import reverse

from accounts.authentication import Caller
from blogai.core.errors import NotAuthenticated
from generation.live import connections
from generation.live.follower import Follower
from generation.models import Run
from generation.runs.frames import ENDINGS, Frame

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection open."""


def stream(caller: Caller, run: Run, after: int | None) -> StreamingHttpResponse:
    """The run's frames until it ends, starting with a snapshot after the milestones numbered above `after`.

    `Content-Location` is where the stream can be resumed, even if it answered a POST.
    """
    return StreamingHttpResponse(
        _events(caller, run, after),
        content_type="text/event-stream",
        headers={
            "Cache-Control": "no-store",
            "Content-Location": reverse("run-events", args=[run.pk]),
            "X-Accel-Buffering": "no",
        },
    )


async def _events(caller: Caller, run: Run, after: int | None) -> AsyncIterator[bytes]:
    connection = connections.register(caller, "stream")
    follower = Follower(
        run.owner_id, run.conversation.name, only=str(run.pk), after=after, connection=connection
    )
    frames = follower.frames()
    next_frame = asyncio.ensure_future(anext(frames))
    live = False  # True from the snapshot on; an ending before it is a replayed one
    try:
        while True:
            done, _ = await asyncio.wait([next_frame], timeout=KEEP_ALIVE)
            if not done:
                yield b": still here\n\n"
                continue
            frame = next_frame.result()
            yield _event(frame)
            live = live or frame["type"] == "run.snapshot"
            if live and _is_end(frame):
                return
            next_frame = asyncio.ensure_future(anext(frames))
    except NotAuthenticated as error:
        yield _event({"type": "error", "code": error.code, "detail": error.detail, "retry_after": None})
    finally:
        connections.unregister(connection)
        next_frame.cancel()
        await asyncio.wait([next_frame])
        if not next_frame.cancelled():
            next_frame.exception()  # or asyncio would log one that comes just as the client leaves
        await frames.aclose()


def _event(frame: Frame) -> bytes:
    lines = [f"event: {frame['type']}", f"data: {json.dumps(frame, ensure_ascii=False)}"]
    if "seq" in frame:
        lines.insert(0, f"id: {frame['seq']}")
    return ("\n".join(lines) + "\n\n").encode()


def _is_end(frame: Frame) -> bool:
    if frame["type"] == "run.snapshot":
        return frame["status"] not in Run.OPEN
    return frame["type"] in ENDINGS
