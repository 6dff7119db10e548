"""Our web server in the event loop of a test, with any ASGI application."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from blogai.serving import web


@asynccontextmanager
async def serving(application: Any) -> AsyncIterator[int]:
    """Runs the web server; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Connections inherit it: with a small buffer, it shows soon that nobody reads.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        config = uvicorn.Config(application, log_config=None, access_log=False, **web.OPTIONS)
        server = web.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await server.ready.wait()
        yield listener.getsockname()[1]
        server.should_exit = True
        await task


async def converse(port: int, *pieces: bytes, pause: float = 0.0, patience: float = 5.0) -> bytes:
    """Sends the pieces, a pause after each, and gives all that comes until the server closes the connection.

    Raises TimeoutError if it does not.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sending = asyncio.create_task(_send(writer, pieces, pause))
    try:
        async with asyncio.timeout(patience):
            return await _read(reader)
    finally:
        sending.cancel()
        await asyncio.wait([sending])
        writer.close()


async def _send(writer: asyncio.StreamWriter, pieces: tuple[bytes, ...], pause: float) -> None:
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)


async def _read(reader: asyncio.StreamReader) -> bytes:
    """All that comes. A server that closes with something of ours unread resets the connection."""
    received = b""
    try:
        while piece := await reader.read(65_536):
            received += piece
    except ConnectionError:
        pass
    return received
