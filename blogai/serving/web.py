"""The web server, as `serve` and gunicorn's workers both run it: what it allows a connection, how it stops.

Imports nothing of Django: gunicorn looks its worker up before there are settings.
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
    from blogai.serving.graceful_shutdown import Farewell

WEB_SECONDS = 2  # for replies under way; who waits for a run or reads a stream comes back
STALLED_SECONDS = 20.0
"""A reader who takes nothing for as long is cut off: closing politely would wait for them."""
LARGEST_FRAME = 64_000
"""Bytes: nothing larger is even read."""


class _Impatient(asyncio.Protocol):
    """uvicorn's protocols wait for a reader who has stalled, for ever."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _cut: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._cut = self.loop.call_later(STALLED_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._keep()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._keep()
        super().connection_lost(exc)

    def _keep(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None


class Http(_Impatient, HttpToolsProtocol):
    pass


class WebSocket(_Impatient, WebSocketsSansIOProtocol):
    def keepalive_timeout(self) -> None:
        """One who answers no ping will not take what is still to be written."""
        super().keepalive_timeout()
        self.transport.abort()


OPTIONS: dict[str, Any] = {
    "http": Http,
    "ws": WebSocket,
    "ws_max_size": LARGEST_FRAME,
    "ws_per_message_deflate": False,  # frames are small: it costs more memory and time than it saves
    "ws_ping_interval": 30.0,
    "ws_ping_timeout": 20.0,
    # Longer than who is told to retry stays away, and than a proxy keeps an idle connection: neither may come
    # back on one that is just being closed.
    "timeout_keep_alive": 75,
    "lifespan": "off",
    "server_header": False,
    "proxy_headers": False,  # TRUSTED_PROXY_HOPS says whom to believe, and from which end
    "timeout_graceful_shutdown": WEB_SECONDS,
}
"""Of uvicorn.Config."""


class Web(uvicorn.Server):
    """uvicorn, but for signals: it would raise them again after its end and so cut everyone else's short."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


async def drain(farewell: "Farewell", seconds: float) -> None:
    """From now on nothing new should come; what comes in these seconds all the same is served."""
    draining.begun.set()
    await asyncio.sleep(seconds)
    await farewell.close_sockets()
