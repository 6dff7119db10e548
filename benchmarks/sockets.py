"""A thousand sockets on one process: the latency of their frames, and their memory."""

import asyncio

from benchmarks.bench import Bench
from benchmarks.readers import LEAST_WORDS, opened, write_and_read
from benchmarks.results import Figure, Measured, percentile
from benchmarks.servers import Server, provider, serve

PEOPLE, EACH = 50, 20
LIVE = 20
"""People whose posts are written at the same time; the sockets of the others are idle."""
TOKENS_PER_SECOND = 2


def measure(bench: Bench) -> Measured:
    pace = ("--tokens-per-second", str(TOKENS_PER_SECOND), "--words", str(LEAST_WORDS))
    with provider("benchmarks.stamped", *pace) as model, serve(bench.database, model) as server:
        return asyncio.run(_measure(bench, server))


async def _measure(bench: Bench, server: Server) -> Measured:
    async with opened(server, 1) as readers:
        await write_and_read(server, readers)  # warm-up: the first post includes imports
    before = server.process.kilobytes
    people = LIVE if bench.quick else PEOPLE
    bench.say(f"sockets: opening {people * EACH:,} …")
    async with opened(server, people, EACH) as readers:
        connected = server.process.kilobytes
        for number in range(1 if bench.quick else 3):
            bench.say(f"sockets: {people} posts, {LIVE} at a time, {EACH} readers each, {number + 1} …")
            for first in range(0, people * EACH, LIVE * EACH):
                await write_and_read(server, readers[first : first + LIVE * EACH])
        after = server.process.kilobytes
    ages = [1000 * age for reader in readers for age in reader.ages]
    of = f"{sum(reader.frames for reader in readers):,} frames, none missing, every text whole"
    return Measured(
        f"sockets: {len(readers):,} on one process, {LIVE * EACH} of them reading at a time",
        [
            Figure(what="age of a frame, median", value=percentile(ages, 0.5), unit="ms", of=of),
            Figure(what="age of a frame, p99", value=percentile(ages, 0.99), unit="ms", bar=100, of=of),
            Figure(what="memory, connected", value=(connected - before) / len(readers), unit="KB", bar=100),
            Figure(what="memory, having read", value=(after - before) / len(readers), unit="KB", bar=100),
        ],
    )
