"""A thousand readers on one process: each gets every frame; how late, and what a socket takes."""

import asyncio

from benchmarks.bench import Bench
from benchmarks.readers import opened, write_and_read
from benchmarks.results import Figure, Measured, percentile
from benchmarks.servers import Server, provider, serve
from generation.runs.broadcast import COALESCE

PEOPLE, EACH = 50, 20
TOKENS_PER_SECOND = 1.5


def measure(bench: Bench) -> Measured:
    words = 6 if bench.quick else 20
    pace = ("--tokens-per-second", str(TOKENS_PER_SECOND), "--words", str(words))
    with provider("benchmarks.stamped", *pace) as model, serve(bench.database, model) as server:
        return asyncio.run(_measure(bench, server))


async def _measure(bench: Bench, server: Server) -> Measured:
    async with opened(server, 1) as readers:
        await write_and_read(server, readers)  # the first post pays for imports
    before = server.process.kilobytes
    bench.say(f"sockets: opening {PEOPLE * EACH:,} …")
    async with opened(server, PEOPLE, EACH) as readers:
        idle = server.process.kilobytes
        for number in range(1 if bench.quick else bench.rounds):
            bench.say(f"sockets: {PEOPLE} posts, {EACH} readers each, {number + 1} …")
            await write_and_read(server, readers)
        busy = server.process.kilobytes
    ages = [age for reader in readers for age in reader.ages]
    frames = sum(reader.frames for reader in readers)
    of = f"{len(readers):,} sockets of {PEOPLE} people"
    return Measured(
        f"sockets: {len(readers):,} readers of {PEOPLE} posts",
        [
            Figure(what="frames that arrived", value=frames, unit="", of=f"every one, in order, text equal; {of}"),
            Figure(what="age of a frame, median", value=1000 * (percentile(ages, 0.5) - COALESCE / 2), unit="ms",
                   of="over half the window"),
            Figure(
                what="age of a frame, p99",
                value=1000 * (percentile(ages, 0.99) - COALESCE),
                unit="ms",
                bar=100,
                of=f"over the window of {COALESCE * 1000:g} ms",
            ),
            Figure(what="memory, connected", value=(idle - before) / len(readers), unit="KB", bar=100, of=of),
            Figure(what="memory, after reading", value=(busy - before) / len(readers), unit="KB", bar=100,
                   of="with the posts' own"),
        ],
    )
