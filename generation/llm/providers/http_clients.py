"""One HTTP client for each provider and event loop, closed when the loop ends.

A run, a request or a test asks for a client and forgets it. asyncio closes the asynchronous generators of a
loop as its last act (`shutdown_asyncgens`, called by asyncio.run, by uvicorn and by Django's async_to_sync),
so one of them, held here, closes the clients: nobody has to remember.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable
from typing import Any, Protocol, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import httpx2

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MAX_ERROR_BYTES = 16_384
"""As sent; an error needs a few hundred."""


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


def transport(base_url: str, default: type[httpx2.AsyncClient]) -> httpx2.AsyncClient:
    """The HTTP client to use for `base_url`; `default` is the SDK's own kind of client.

    Redirects are not followed: httpx keeps headers that it does not know for credentials (`api-key`,
    `x-api-key`, a gateway's) on the way to another host. The body of an error is read to a limit.

    On loopback no proxy stands between, and connections are not kept: the server in llama.cpp hangs up after
    five requests without saying so, and a new connection costs nothing there.
    """
    address = urlsplit(base_url)
    hooks: dict[str, list[Callable[..., Any]]] = {"response": [_limit_errors]}
    if address.scheme != "http" or address.hostname not in LOOPBACK:
        return default(follow_redirects=False, event_hooks=hooks)
    # Without TLS no authority is ever consulted; loading them all would take 150 ms.
    no_authorities = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx2.AsyncClient(
        verify=no_authorities,
        trust_env=False,
        limits=httpx2.Limits(max_keepalive_connections=0),
        event_hooks=hooks,
    )


async def _limit_errors(response: httpx2.Response) -> None:
    """The SDKs read the whole body of an error, which might be a gigabyte in a few kilobytes of gzip."""
    if not response.is_success and isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Limited(response.stream)


class _Limited(httpx2.AsyncByteStream):
    """The first bytes of a stream."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_ERROR_BYTES
        async for chunk in self._stream:
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self._stream.aclose()
