"""The connections to a server: they sign requests, repeat what failed for now, and raise our errors."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

import httpx

from .errors import ConnectionFailed, error_for
from .generated.version import VERSION
from .retry import Attempts, Retry

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
WRITING = 300.0
"""Seconds for the reply to a request for a post: the server answers after 280 at the latest."""
SILENCE = 45.0
"""Seconds without a byte after which a stream counts as broken: the server says something every 15."""


def options(api_key: str, base_url: str, **more: Any) -> dict[str, Any]:
    """What both kinds of connection are made with; `more` is what httpx is to know besides."""
    headers = {"User-Agent": f"blog-ai-python/{VERSION}", **more.pop("headers", {}), "X-API-Key": api_key}
    return {"base_url": base_url, "headers": headers, "timeout": TIMEOUT, **more}


def prepare(request: httpx.Request) -> None:
    """A request for a post gets a key, under which it may be repeated, and time for its reply."""
    if request.method == "POST" and request.url.path.endswith("/generate-blog"):
        request.headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        request.extensions["timeout"] = {**request.extensions["timeout"], "read": WRITING}
    if request.headers.get("Accept") == "text/event-stream":
        request.extensions["timeout"] = {**request.extensions["timeout"], "read": SILENCE}


class Connection(httpx.Client):
    """Returns successful replies only."""

    def __init__(self, retry: Retry, **options: Any) -> None:
        super().__init__(**options)
        self._retry = retry

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        prepare(request)
        attempts = Attempts(request, self._retry)
        while True:
            try:
                response = super().send(request, **options)
                if response.is_success:
                    return response
                response.read()
            except httpx.TransportError as error:
                pause = attempts.pause_after(error)
                if pause is None:
                    raise ConnectionFailed(f"{request.method} {request.url}: {error!r}") from error
            else:
                pause = attempts.pause_after(response)
                if pause is None:
                    raise error_for(response)
            time.sleep(pause)


class AsyncConnection(httpx.AsyncClient):
    """Returns successful replies only."""

    def __init__(self, retry: Retry, **options: Any) -> None:
        super().__init__(**options)
        self._retry = retry

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        prepare(request)
        attempts = Attempts(request, self._retry)
        while True:
            try:
                response = await super().send(request, **options)
                if response.is_success:
                    return response
                await response.aread()
            except httpx.TransportError as error:
                pause = attempts.pause_after(error)
                if pause is None:
                    raise ConnectionFailed(f"{request.method} {request.url}: {error!r}") from error
            else:
                pause = attempts.pause_after(response)
                if pause is None:
                    raise error_for(response)
            await asyncio.sleep(pause)
