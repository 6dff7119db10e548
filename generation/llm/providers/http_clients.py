"""One HTTP client for each provider and event loop, closed when the loop ends.

A run, a request or a test asks for a client and forgets it. asyncio closes the asynchronous generators of a
loop as its last act (`shutdown_asyncgens`, called by asyncio.run, by uvicorn and by Django's async_to_sync),
so one of them, held here, closes the clients: nobody has to remember.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable, Hashable
from typing import Protocol, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import httpx2


class Client(Protocol):
    async def close(self) -> None: ...


class _Pool:
    def __init__(self) -> None:
        self.clients: dict[Hashable, Client] = {}
        self.end = self._close_at_the_end()

    async def _close_at_the_end(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            for client in self.clients.values():
                await client.close()
            self.clients.clear()


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pool] = WeakKeyDictionary()


async def client_for[C: Client](key: Hashable, make: Callable[[], C]) -> C:
    """The running loop's client for `key`, made on first use."""
    loop = asyncio.get_running_loop()
    if (pool := _pools.get(loop)) is None:
        pool = _pools[loop] = _Pool()
        await anext(pool.end)  # the loop knows a generator from its first step on
    if key not in pool.clients:
        pool.clients[key] = make()
    return cast(C, pool.clients[key])


async def aclose() -> None:
    """Close the clients of the running loop now; the next call makes new ones."""
    if pool := _pools.pop(asyncio.get_running_loop(), None):
        await pool.end.aclose()


def transport(base_url: str) -> httpx2.AsyncClient | None:
    """The HTTP client to use for `base_url`; None: the SDK's own.

    On loopback no proxy stands between, and connections are not kept: the server in llama.cpp hangs up after
    five requests without saying so, and a new connection costs nothing there.
    """
    address = urlsplit(base_url)
    if address.scheme != "http" or address.hostname not in {"127.0.0.1", "localhost", "::1"}:
        return None
    # Without TLS no authority is ever consulted; loading them all would take 150 ms.
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx2.AsyncClient(
        verify=nobody, trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0)
    )
