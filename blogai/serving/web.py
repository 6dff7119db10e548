"""The web server that `serve` and gunicorn's workers run: its limits, its timeouts and how it stops.

Imports no Django: gunicorn imports its worker class before the settings can be read.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from health import draining

if TYPE_CHECKING:
    from blogai.serving.graceful_shutdown import GracefulShutdown

GRACEFUL_TIMEOUT = 2  # for running requests; waiting requests and streams are told to come back
STALL_TIMEOUT = 20.0
"""Seconds after which a client that accepts no data is disconnected."""
MAX_FRAME_BYTES = 64_000
"""Larger frames are not even read."""


class StallTimeout(asyncio.Protocol):
    """Aborts connections of stalled clients, for which uvicorn's protocols would wait forever."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _timer: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._timer = self.loop.call_later(STALL_TIMEOUT, self.transport.abort)

    def resume_writing(self) -> None:
        self._cancel_timer()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timer()
        super().connection_lost(exc)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Http(StallTimeout, HttpToolsProtocol):
    pass


class WebSocket(StallTimeout, WebSocketsSansIOProtocol):
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
