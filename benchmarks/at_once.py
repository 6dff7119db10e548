"""Concurrent posts on one worker against a single post, and the memory that each of them takes."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import httpx

from benchmarks.bench import Bench, body_of
from benchmarks.database import Person
from benchmarks.results import Figure, Measured, interleaved, percentile
from benchmarks.servers import REPLY_TIMEOUT, Server, provider, serve
from benchmarks.wall import check_post

SECTIONS = 3
STARTS_PER_SECOND = 20
"""Fifty users do not press the button in the same millisecond."""


def measure(bench: Bench) -> Measured:
    delay = 1 if bench.quick else 3
    counts = (1, 10) if bench.quick else (1, 10, 50)
    memory: list[float] = []
    with (
        provider("generation.llm.simulated", "--first-token", str(delay)) as model,
        serve(bench.database, model) as server,
    ):
        asyncio.run(write_at_once(server, 1))  # warm-up: the first post includes imports
        bench.say(f"at_once: {', '.join(map(str, counts))} posts, in turns …")
        found = interleaved(
            bench.rounds,
            *(lambda n=n: asyncio.run(write_at_once(server, n)) for n in counts[:-1]),
            lambda: asyncio.run(_watched(server, counts[-1], memory)),
        )
    alone, *others = found
    figures = [_figure(count, posts, alone) for count, posts in zip(counts[1:], others, strict=True)]
    figures.append(
        Figure(
            what="memory of a post being written",
            value=max(memory),
            unit="KB",
            of=f"the most, {counts[-1]} at once",
        )
    )
    return Measured(f"at_once: posts of {SECTIONS} sections, {delay} s a call, then all of it", figures)


def _figure(count: int, rounds: list[list[float]], alone: list[list[float]]) -> Figure:
    """The median round, since the machine may have been busy during others."""
    ratios = sorted(
        (percentile(posts, 0.95) / one, percentile(posts, 0.95), one)
        for posts, (one,) in zip(rounds, alone, strict=True)
    )
    ratio, slow, one = ratios[len(ratios) // 2]
    of = f"p95 {slow:.2f} s against {one:.2f} s alone; {ratios[0][0]:.2f} to {ratios[-1][0]:.2f} × in all"
    return Figure(what=f"{count} at once", value=ratio, bar=1.3, of=of)


async def write_at_once(server: Server, count: int, sections: int = SECTIONS) -> list[float]:
    """The seconds that each of the posts took, from its request to its reply."""
    async with httpx.AsyncClient(base_url=server.url, timeout=REPLY_TIMEOUT) as client:
        return await asyncio.gather(
            *(_write(client, person, number, sections) for number, person in enumerate(server.people[:count]))
        )


async def _write(client: httpx.AsyncClient, person: Person, number: int, sections: int) -> float:
    await asyncio.sleep(number / STARTS_PER_SECOND)
    brief = {"topic": "How tides work", "sections": sections}
    began = time.perf_counter()
    reply = await client.post("/generate-blog", json=brief, headers={"X-API-Key": person.key})
    took = time.perf_counter() - began
    check_post(body_of(reply, 201), sections)
    return took


async def _watched(server: Server, count: int, memory: list[float]) -> list[float]:
    """Like `write_at_once`; appends to `memory` the kilobytes by which the process grew, per post."""
    before, most = server.process.kilobytes, 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, await asyncio.to_thread(lambda: server.process.kilobytes))
            await asyncio.sleep(0.2)

    async with _in_background(watch()):
        seconds = await write_at_once(server, count)
    memory.append((most - before) / count)
    return seconds


@contextlib.asynccontextmanager
async def _in_background(work: "asyncio._CoroutineLike[None]") -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
