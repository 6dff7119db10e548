"""The events of a run, over as many connections as it takes.

`StreamState` decides what is asked for and handed out; `Stream` and `AsyncStream` wait and read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from types import TracebackType
from typing import Any

import httpx

from .connection import AsyncConnection, Connection
from .draft import Draft
from .errors import ConnectionFailed, error_of
from .events import Decoder, Event, Following
from .retry import Retry


class StreamState:
    """One run, seen from a client. No I/O."""

    def __init__(self, first: httpx.Request, retry: Retry) -> None:
        self.draft = Draft()
        self.run_id: str | None = None
        self._first = first
        self._resume: httpx.URL | None = None
        self._following = Following()
        self._retry = retry
        self._pauses = retry.pauses()
        self._pause: float | None = None

    @property
    def ended(self) -> bool:
        return self._following.ended

    def request(self) -> httpx.Request:
        """What to send next: the first request, until it has said where its stream is resumed."""
        if self._resume is None:
            return self._first
        headers = {**self._first.headers, "Last-Event-ID": str(self._following.seq)}
        for name in ("Content-Length", "Content-Type", "Idempotency-Key"):
            headers.pop(name.lower(), None)
        return httpx.Request("GET", self._resume, headers=headers, extensions=self._first.extensions)

    def connected(self, response: httpx.Response) -> Decoder:
        self._following.connected()
        location = response.headers.get("Content-Location")
        if location:
            # Only the path: the key goes to the server that it was given for, and to no other.
            path = response.request.url.join(location).raw_path
            self._resume = response.request.url.copy_with(raw_path=path)
        return Decoder()

    def events(self, frames: Iterator[dict[str, Any]]) -> Iterator[Event]:
        for frame in frames:
            if frame["type"] == "reconnect":
                self._pause = frame["after_ms"] / 1000
                continue
            if frame["type"] == "error":
                raise error_of({"status": 401, **frame})
            for event in self._following.accept(frame):
                if event["type"] != "run.snapshot":
                    self._pauses = self._retry.pauses()  # it goes on: patience begins anew
                self.run_id = event["run"]
                self.draft.apply(event)
                yield event

    def pause(self, cause: httpx.TransportError | None) -> float:
        """Seconds before the next connection. Raises ConnectionFailed after too many without an event."""
        asked, self._pause = self._pause, None
        pause = next(self._pauses, None)
        if pause is None:
            raise ConnectionFailed("The stream was cut off again and again.") from cause
        return pause if asked is None else asked


class Stream:
    """An iterator over the events of a run that ends with the run. `draft` is the post so far.

    Leaving it does not stop the run.
    """

    def __init__(self, connection: Connection, first: httpx.Request, retry: Retry) -> None:
        self._connection = connection
        self._state = StreamState(first, retry)
        self._events = self._read()

    @property
    def draft(self) -> Draft:
        return self._state.draft

    @property
    def run_id(self) -> str | None:
        """None before the first event."""
        return self._state.run_id

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        return next(self._events)

    def close(self) -> None:
        self._events.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> Generator[Event, None, None]:
        cause = None
        while True:
            response = self._connection.send(self._state.request(), stream=True)
            try:
                decoder = self._state.connected(response)
                for piece in response.iter_bytes():
                    yield from self._state.events(decoder.feed(piece))
                    if self._state.ended:
                        return
            except httpx.TransportError as error:
                cause = error
            finally:
                response.close()
            time.sleep(self._state.pause(cause))


class AsyncStream:
    """An asynchronous iterator over the events of a run that ends with the run. `draft` is the post so far.

    Leaving it does not stop the run.
    """

    def __init__(self, connection: AsyncConnection, first: httpx.Request, retry: Retry) -> None:
        self._connection = connection
        self._state = StreamState(first, retry)
        self._events = self._read()

    @property
    def draft(self) -> Draft:
        return self._state.draft

    @property
    def run_id(self) -> str | None:
        """None before the first event."""
        return self._state.run_id

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        return await anext(self._events)

    async def aclose(self) -> None:
        await self._events.aclose()

    async def __aenter__(self) -> AsyncStream:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _read(self) -> AsyncGenerator[Event, None]:
        cause = None
        while True:
            response = await self._connection.send(self._state.request(), stream=True)
            try:
                decoder = self._state.connected(response)
                async for piece in response.aiter_bytes():
                    for event in self._state.events(decoder.feed(piece)):
                        yield event
                    if self._state.ended:
                        return
            except httpx.TransportError as error:
                cause = error
            finally:
                await response.aclose()
            await asyncio.sleep(self._state.pause(cause))
