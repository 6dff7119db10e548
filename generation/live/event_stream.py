"""A run as server-sent events: the frames of the socket, resumable with `Last-Event-ID`."""

import asyncio
import json
from collections.abc import AsyncIterator

from django.http import StreamingHttpResponse
from django.urls import reverse

from accounts.authentication import Caller
from blogai.core.errors import NotAuthenticated
from generation.live import connections
from generation.live.follow import Follower
from generation.models import Run
from generation.runs.frames import ENDINGS, Frame

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment tells proxies that somebody is there."""


def stream(caller: Caller, run: Run, after: int | None) -> StreamingHttpResponse:
    """The run's frames until it ends; first a snapshot, behind the milestones after number `after`.

    `Content-Location` is where the stream can be resumed, also one that answered a POST.
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
    connection = connections.take(caller, "stream")
    follower = Follower(
        run.owner_id, run.conversation.name, only=str(run.pk), after=after, connection=connection
    )
    frames = follower.frames()
    coming = asyncio.ensure_future(anext(frames))
    live = False  # from the snapshot on; an ending before it is a replayed one
    try:
        while True:
            done, _ = await asyncio.wait([coming], timeout=KEEP_ALIVE)
            if not done:
                yield b": still here\n\n"
                continue
            frame = coming.result()
            yield _event(frame)
            live = live or frame["type"] == "run.snapshot"
            if live and _is_end(frame):
                return
            coming = asyncio.ensure_future(anext(frames))
    except NotAuthenticated as error:
        yield _event({"type": "error", "code": error.code, "detail": error.detail, "retry_after": None})
    finally:
        connections.leave(connection)
        coming.cancel()
        await asyncio.wait([coming])
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
