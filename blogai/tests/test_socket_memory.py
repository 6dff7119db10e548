"""Sockets that come and go, over TCP: afterwards the memory is as before."""

import asyncio
import gc
import logging
import tracemalloc
from collections.abc import Iterable

import pytest

from blogai.asgi import application
from blogai.tests.in_process import serving
from blogai.tests.test_web import request
from generation.live import connections

pytestmark = pytest.mark.worker

HANDSHAKE = request("socket").replace(b"/flood", b"/ws/conversation/a")
WAYS = {
    "closes": (HANDSHAKE, b"\x88\x80\0\0\0\0"),
    "disappears": (HANDSHAKE,),
    "speaks before it signs in": (HANDSHAKE, b'\x81\x8f\0\0\0\0{"type":"ping"}'),
    "ends in the middle of the handshake": (HANDSHAKE[:60],),
    "does not wait for the handshake": (HANDSHAKE + b"\x88\x80\0\0\0\0",),
}
TIMES = 60
"""For each way, in each of four rounds: 1,200 connections in all."""


async def come_and_go(port: int, pieces: Iterable[bytes]) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.002)
    writer.transport.abort()


async def round_of_all(port: int) -> int:
    """Bytes in use after everybody has gone."""
    for _ in range(TIMES):
        await asyncio.gather(*(come_and_go(port, pieces) for pieces in WAYS.values()))
    while len(asyncio.all_tasks()) > 2:  # this one and the server
        await asyncio.sleep(0.02)
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


async def test_sockets_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    # pytest keeps every line of the log until the test ends, and each socket has two.
    monkeypatch.setattr(logging.root, "handlers", [])
    async with serving(application) as port:
        tracemalloc.start()
        try:
            await round_of_all(port)  # what a first use keeps
            before = await round_of_all(port)
            await round_of_all(port)
            after = await round_of_all(port)
        finally:
            tracemalloc.stop()
    assert not connections._connections
    assert (after - before) / (2 * len(WAYS) * TIMES) < 500, "bytes that each connection left"
