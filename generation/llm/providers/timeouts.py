"""How long to wait for a model: to connect, for its first token, and between one chunk and the next."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from blogai.core.errors import ProviderTimeout


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 5
    first_token: float = 20
    idle: float = 15


DEFAULT = Timeouts()


class Stream[Chunk](Protocol):
    """What both SDKs return for a streamed reply."""

    async def __anext__(self) -> Chunk: ...

    async def close(self) -> None: ...


async def with_timeouts[Chunk](
    opening: Awaitable[Stream[Chunk]],
    timeouts: Timeouts,
    *,
    who: str,
    begun: Callable[[Chunk], bool],
    lost: tuple[type[Exception], ...],
) -> AsyncGenerator[Chunk, None]:
    """The chunks of a reply, from its opening to its end; a connection lost on the way is an end too.

    Everything until the first chunk that `begun` accepts shares the first-token timeout, so that pings and
    empty chunks do not extend it. Time that the reader spends on a chunk does not count. Raises
    ProviderTimeout naming `who`; errors of the opening pass as they are.
    """
    clock = asyncio.get_running_loop().time
    has_begun = False
    deadline = clock() + timeouts.first_token
    try:
        async with asyncio.timeout_at(deadline):
            stream = await opening
    except TimeoutError:
        raise _too_late(who, timeouts, has_begun=False) from None
    try:
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    chunk = await anext(stream)
            except StopAsyncIteration:
                return
            except lost:
                return
            except TimeoutError:
                raise _too_late(who, timeouts, has_begun=has_begun) from None
            has_begun = has_begun or begun(chunk)
            yield chunk
            if has_begun:
                deadline = clock() + timeouts.idle
    finally:
        await stream.close()


def _too_late(who: str, timeouts: Timeouts, *, has_begun: bool) -> ProviderTimeout:
    if has_begun:
        return ProviderTimeout(f"{who} stopped in the middle of a reply for {timeouts.idle:g} seconds.")
    return ProviderTimeout(f"{who} did not begin a reply within {timeouts.first_token:g} seconds.")
