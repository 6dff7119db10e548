"""The web server that `serve` and gunicorn's workers run: its limits, its timeouts and how it stops.

Imports no Django: gunicorn imports its worker class before the settings can be read.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from blogai.serving.connection_limits import RequestLimits, StallTimeout
from health import draining

if TYPE_CHECKING:
    from blogai.serving.graceful_shutdown import GracefulShutdown

GRACEFUL_TIMEOUT = 2  # for running requests; waiting requests and streams are told to come back
MAX_FRAME_BYTES = 64_000
"""Larger frames are not even read."""
MAX_FRAGMENTS = 1_000
"""Of one frame."""


class Http(StallTimeout, RequestLimits):
    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect_end()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._expect_end()

    def _refuse(self, status: HTTPStatus) -> None:
        super()._refuse(status)
        self._expect_end()


class WebSocket(StallTimeout, WebSocketsSansIOProtocol):
    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.close":
            self._expect_progress()  # uvicorn closes the transport later, if the client does not

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._expect_end()

    def handle_ping(self) -> None:
        """Answer it, unless earlier answers are waiting: who reads none could fill our memory with them."""
        if self.transport.get_write_buffer_size() < MAX_FRAME_BYTES:
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_cont(self, event: Frame) -> None:
        """Refuse a frame in countless fragments: empty ones take memory, and are under any limit of size."""
        if self.close_sent:
            return
        if len(self.frames) < MAX_FRAGMENTS:
            super().handle_cont(event)
        else:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            self.handle_parser_exception()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._expect_end()

    def keepalive_timeout(self) -> None:
        """Abort: a client that answers no ping will not accept pending data either."""
        super().keepalive_timeout()
        self.transport.abort()


OPTIONS: dict[str, Any] = {
    "http": Http,
    "ws": WebSocket,
    "ws_max_size": MAX_FRAME_BYTES,
    "ws_per_message_deflate": False,  # frames are small, so compression costs more than it saves
    "ws_ping_interval": 30.0,
    "ws_ping_timeout": 20.0,
    # Longer than any Retry-After, and than proxies keep idle connections, so that neither sends a request on
    # a connection that is just being closed.
    "timeout_keep_alive": 75,
    "lifespan": "off",
    "server_header": False,
    "proxy_headers": False,  # TRUSTED_PROXY_HOPS decides which headers to trust
    "timeout_graceful_shutdown": GRACEFUL_TIMEOUT,
}
"""Arguments for uvicorn.Config."""


class Server(uvicorn.Server):
    """uvicorn without its signal handlers, which would re-raise signals and interrupt our shutdown."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


async def drain(shutdown: "GracefulShutdown", seconds: float) -> None:
    """Report this process as not ready, serve requests for some more seconds, then close the sockets."""
    draining.begun.set()
    await asyncio.sleep(seconds)
    await shutdown.close_sockets()
