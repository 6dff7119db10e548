"""What a client may do to a connection: how slowly it may send and read, and how much it may send.

uvicorn leaves all of this open. Its protocols get the limits by inheritance, in `web`.
"""

import asyncio
from http import HTTPStatus
from typing import Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STALL_TIMEOUT, STALL_BYTES = 20.0, 20_000
"""A client that accepts fewer bytes in as many seconds, while more is waiting, is disconnected."""
HEAD_TIMEOUT, BODY_TIMEOUT = 10.0, 60.0
"""Seconds within which the head and then the body of a request must have arrived."""
MAX_HEAD_BYTES = 64_000
MAX_REQUEST_BYTES = 20_000_000
"""All that is read of a request, chunk sizes and trailers included; `body_limit` counts only the body."""
REFUSAL = "HTTP/1.1 {status.value} {status.phrase}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class StallTimeout(asyncio.Protocol):
    """Aborts connections of stalled clients, for which uvicorn's protocols would wait forever.

    A client is stalled if it accepts less than STALL_BYTES in STALL_TIMEOUT although more is waiting for it,
    even if its connection is to be closed after that.
    """

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _timer: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_progress()

    def resume_writing(self) -> None:
        self._cancel_timer()
        self._expect_end()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timer()
        super().connection_lost(exc)

    def _expect_end(self) -> None:
        """A transport that is closing sends its buffer first, however long that takes."""
        if self.transport.is_closing():
            self._expect_progress()

    def _expect_progress(self) -> None:
        if self._timer is None:
            waiting = self.transport.get_write_buffer_size()
            self._timer = self.loop.call_later(STALL_TIMEOUT, self._check_progress, waiting)

    def _check_progress(self, waiting_before: int) -> None:
        self._timer = None
        if waiting_before - self.transport.get_write_buffer_size() < STALL_BYTES:
            self.transport.abort()
        else:
            self._expect_progress()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class RequestLimits(HttpToolsProtocol):
    """Bounds the time and the bytes that a request may take to arrive. uvicorn bounds neither.

    It also ignores trailers, which uvicorn would add to the headers: a proxy that checks or replaces headers
    does not look at trailers.
    """

    _receiving: Literal["head", "body"] | None = None
    """The part of a request that has begun to arrive and is not complete."""
    _received = 0
    """Bytes of that part."""
    _slow: asyncio.TimerHandle | None = None
    _upgraded = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_slow()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._receiving == "head" and self._received > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._receiving == "body" and self._received > MAX_REQUEST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            super().data_received(data)
            if self._slow is None and not self._upgraded and (self._receiving or not self._is_replying()):
                self._start_timer()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._receiving, self._received = "head", 0

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._receiving == "head":
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._receiving, self._received = "body", 0
        self._cancel_slow()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._receiving = None
        self._cancel_slow()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._upgraded = True
        self._cancel_slow()
        super().handle_websocket_upgrade()

    def _is_replying(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _start_timer(self) -> None:
        seconds = BODY_TIMEOUT if self._receiving == "body" else HEAD_TIMEOUT
        self._slow = self.loop.call_later(seconds, self._too_slow)

    def _cancel_slow(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _too_slow(self) -> None:
        """Refuse the request, unless it waits for us: for an earlier reply, or until its body is read."""
        self._slow = None
        if self.flow.read_paused or (self._is_replying() and self._receiving != "body"):
            if self._receiving:
                self._start_timer()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        """Close the connection, after a reply if a request has begun and no other reply has."""
        in_body = self._receiving == "body" and not self.cycle.response_started and not self.pipeline
        if in_body or (self._receiving == "head" and not self._is_replying()):
            self.transport.write(REFUSAL.format(status=status).encode())
        self.transport.close()
