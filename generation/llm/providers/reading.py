"""Opening a streamed reply and reading it to its end, whichever API it comes through.

The SDKs send the request and make the errors; the bytes of the reply are decoded here. An SDK's own stream
costs several times as much a chunk, and ends at things that the standard ignores.
"""

import asyncio
import json
import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Protocol

import httpx2

from blogai.core.errors import ProviderError, ProviderTimeout
from generation.llm.base import Finish, Text
from generation.llm.providers import finish_reasons
from generation.llm.providers.chat_chunks import ErrorInReply, Unreadable
from generation.llm.providers.errors import ProviderErrors, is_loading, told
from generation.llm.providers.event_stream import MAX_EVENT_BYTES, Event, EventStream, TooLarge
from generation.llm.providers.learned import Learned, Request
from generation.llm.providers.timeouts import GRACE, WARM, Timeouts, until

MAX_CHANGES = 8
"""Requests of one call that are sent again because the server refused a parameter."""
LOADING_PAUSE = 1.0
"""Seconds between two looks at a server that loads its model."""
DRAIN_SECONDS = 0.05
BOM = b"\xef\xbb\xbf"


class Reader(Protocol):
    """Reads the JSON of one API, and knows what has been said so far."""

    finish: str
    """Why the reply ended, in the provider's word, as `finish_reasons.said` gives it."""
    refused: bool
    begun: bool
    """Whether a token has come: of the answer, of a refusal, or of thoughts."""
    progress: bool
    """Whether the last event brought anything but a sign of life."""
    done: bool
    """Whether the provider said that nothing follows."""

    def read(self, event: Event) -> str:
        """The text that the event adds. Raises ValueError and ErrorInReply."""

    def read_whole(self, body: object) -> str:
        """The text of a reply that came as one JSON object."""

    def tokens(self, *, has_text: bool) -> tuple[int | None, int | None]:
        """Tokens in and out; None where the provider did not count or its count cannot be true."""


@dataclass(slots=True)
class BeginDeadline:
    """Until when the first token must have come, by the clock of the event loop."""

    timeouts: Timeouts
    learned: Learned
    queues: bool
    """The server may take calls one after another: while it answers another one, this one waits its turn."""
    _started: float = field(init=False)
    _seconds: float = field(init=False)

    def __post_init__(self) -> None:
        self._started = asyncio.get_running_loop().time()
        warm = self._started - self.learned.heard_at < WARM
        self._seconds = self.timeouts.first_token if warm else self.timeouts.loading

    def __call__(self) -> float:
        answering = self.learned.heard_at + self.timeouts.first_token if self.queues else -math.inf
        return max(self._started + self._seconds, answering)

    def loading(self) -> None:
        """The server said that it loads the model."""
        self._seconds = self.timeouts.loading

    @property
    def seconds(self) -> float:
        return self._seconds


async def opened[E: Exception](
    post: Callable[[Request], Awaitable[httpx2.Response]],
    request: Callable[[], Request],
    refusals: type[E],
    learned: Learned,
    begin: BeginDeadline,
    errors: ProviderErrors,
) -> httpx2.Response:
    """The response to the request, sent again without what the server refuses, or once it has its model.

    Raises the SDK's error where neither helps.
    """
    changes = 0
    while True:
        asked = request()
        try:
            return await post(asked)
        except refusals as error:
            status, body = error.status_code, error.body  # type: ignore[attr-defined]
            if is_loading(status, body):
                begin.loading()
                await asyncio.sleep(LOADING_PAUSE)
                continue
            changes += 1
            if changes > MAX_CHANGES or status not in (400, 422) or not learned.refused(asked, told(body)):
                raise
            errors.log("refused a parameter, which is left out from now on", body)


async def replied(
    opening: Awaitable[httpx2.Response],
    reader: Reader,
    begin: BeginDeadline,
    errors: ProviderErrors,
) -> AsyncGenerator[Text | Finish, None]:
    """The reply, as `base.Provider.stream` gives it. Raises our errors, and the SDK's on opening."""
    pieces: list[str] = []
    try:
        response = await until(opening, begin)
    except TimeoutError:
        raise errors.slow_to_begin(begin.seconds) from None
    try:
        async with aclosing(_texts(response, reader, begin, errors)) as texts:
            async for text in texts:
                pieces.append(text)
                yield Text(text)
    finally:
        await response.aclose()
    if finish := _finish(reader, "".join(pieces), begin.learned, errors):
        yield finish


def _finish(reader: Reader, text: str, learned: Learned, errors: ProviderErrors) -> Finish | None:
    """Why the reply ended; None where it was cut. Raises ProviderError for an end that is a failure."""
    word = reader.finish
    if not word and not (reader.done and finish_reasons.ends_like_a_text(text)):
        return None
    reason = finish_reasons.reason_of(word, text) if word else "stop"
    if reader.refused:
        reason = "refusal"
    if reason == "failure":
        raise errors.failed_finish(word)
    if reason == "length" and finish_reasons.only_thoughts(text):
        learned.needs_room()
    return Finish(reason, *reader.tokens(has_text=bool(text)))


async def _texts(
    response: httpx2.Response, reader: Reader, begin: BeginDeadline, errors: ProviderErrors
) -> AsyncGenerator[str, None]:
    """The pieces of text; an empty one while the model thinks. A lost connection is an end too."""
    clock = asyncio.get_running_loop().time
    body = _Body(reader)
    chunks = response.aiter_bytes()
    deadline = math.inf
    while not reader.done:
        try:
            chunk = await _next(chunks, deadline if reader.begun else begin)
        except httpx2.RequestError:
            return
        except TimeoutError:
            if reader.finish:
                return
            raise _too_late(reader, begin, errors) from None
        texts, failure = _read(body, chunk, reader, errors)
        if texts:
            yield "".join(texts)  # what came together goes on together: one by one costs as much again
        if failure is not None:
            raise failure
        if chunk is None:
            return
        if texts:
            begin.learned.heard_at = clock()
            deadline = clock() + (GRACE if reader.finish else begin.timeouts.idle)
    await _drain(chunks)


def _read(
    body: "_Body", chunk: bytes | None, reader: Reader, errors: ProviderErrors
) -> tuple[list[str], ProviderError | None]:
    """The texts in the bytes, one for each event that brought something, and what failed behind them."""
    texts: list[str] = []
    try:
        for text in body.texts(chunk) if chunk is not None else body.end():
            if reader.progress:
                texts.append(text)
    except ErrorInReply as error:
        return texts, errors.in_reply(error.body)
    except (ValueError, RecursionError) as error:
        return texts, errors.garbled(str(error))
    return texts, None


async def _next(chunks: AsyncGenerator[bytes, None], deadline: float | Callable[[], float]) -> bytes | None:
    """The next bytes, or None at the end. Raises TimeoutError."""
    if callable(deadline):
        return await until(anext(chunks, None), deadline)
    async with asyncio.timeout_at(deadline):
        return await anext(chunks, None)


async def _drain(chunks: AsyncGenerator[bytes, None]) -> None:
    """Read the end of the response where it is there already, so that the connection can be used again."""
    with suppress(TimeoutError, httpx2.RequestError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await anext(chunks, None)


def _too_late(reader: Reader, begin: BeginDeadline, errors: ProviderErrors) -> ProviderTimeout:
    return errors.stalled(begin.timeouts.idle) if reader.begun else errors.slow_to_begin(begin.seconds)


class _Body:
    """The bytes of a response as pieces of text, be it an event stream or plain JSON."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._events: EventStream | None = None
        self._bytes = bytearray()

    def texts(self, chunk: bytes) -> Iterator[str]:
        """The text of each event that `chunk` completes. Raises ValueError and ErrorInReply."""
        if self._events is None:
            self._bytes += chunk
            if len(self._bytes) > MAX_EVENT_BYTES:
                raise TooLarge("A reply without end.")
            start = bytes(self._bytes).removeprefix(BOM).lstrip()[:1]
            if start == b"<":
                raise Unreadable("A page where a reply should be.")
            if start in (b"", b"{", b"["):
                return
            self._events, chunk = EventStream(), bytes(self._bytes)
        for event in self._events.feed(chunk):
            yield self._reader.read(event)

    def end(self) -> Iterator[str]:
        """What the end of the response completes. Half an event is nothing: the reply was cut."""
        if self._events is None:
            for each in _objects(self._bytes.decode("utf-8-sig", "replace")):
                yield self._reader.read_whole(each)
            return
        with suppress(ValueError):
            for event in self._events.close():
                yield self._reader.read(event)


def _objects(body: str) -> list[object]:
    """One JSON text, or one a line. Raises ValueError."""
    try:
        return [json.loads(body)] if body.strip() else []
    except ValueError:
        return [json.loads(line) for line in body.splitlines() if line.strip()]
