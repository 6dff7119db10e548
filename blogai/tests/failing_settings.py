"""The settings, with a product that fails where it is asked to, holding what nobody may see."""

import asyncio
from typing import Any

from django.http import HttpRequest

from blogai import settings
from blogai.settings import *  # noqa: F403

MIDDLEWARE = [*settings.MIDDLEWARE, "blogai.tests.failing_settings.fails"]
WORKER = "blogai.tests.failing_settings.work"


def fails(get_response: Any) -> Any:
    """A request with the header X-Fails ends in an exception, whose message and locals are what it sent."""
    from generation.live.consumer import ConversationSocket

    async def cancel(self: Any, caller: Any, run: str) -> None:
        held = {**self.scope}
        raise RuntimeError(f"cannot cancel {held}")

    ConversationSocket.cancel = cancel  # type: ignore[method-assign] # the socket fails too

    def middleware(request: HttpRequest) -> Any:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if "X-Fails" in request.headers:
            everything = f"{request.body!r} {request.get_full_path()} {request.headers} {kwargs}"
            raise RuntimeError(everything)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


async def work(stop: asyncio.Event, ready: asyncio.Event) -> None:
    """A worker that fails to write about anything that is broken."""
    from generation.pipeline import run as pipeline
    from generation.worker.jobs import work as take_jobs

    async def write_or_fail(brief: Any, *rest: Any) -> Any:
        if brief.topic.startswith("broken"):
            raise RuntimeError(f"cannot write about {brief.topic}")
        return await write(brief, *rest)

    write, pipeline.write = pipeline.write, write_or_fail  # type: ignore[assignment]
    await take_jobs(stop, ready)
