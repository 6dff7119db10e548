"""What the house adds to a word between its provider and the reader, for one post and for fifty at once."""

import asyncio

from benchmarks.bench import Bench
from benchmarks.readers import opened, write_and_read
from benchmarks.results import Figure, Measured, in_turns, percentile
from benchmarks.servers import Server, provider, serve
from generation.runs.broadcast import COALESCE

TOKENS_PER_SECOND = 25
MANY = 50
MEDIAN_OVER, SLOWEST_OVER = 0.005, 0.025
"""Seconds over the window in which words are gathered: half of it at the median, all of it for the slowest."""


def measure(bench: Bench) -> Measured:
    words = 40 if bench.quick else 100
    pace = ("--tokens-per-second", str(TOKENS_PER_SECOND), "--words", str(words))
    with provider("benchmarks.stamped", *pace) as model, serve(bench.database, model) as server:
        asyncio.run(_ages(server, 1))  # the first post pays for imports
        bench.say(f"frames: 1 and {MANY} posts in turns …")
        alone, many = in_turns(
            bench.rounds, lambda: asyncio.run(_ages(server, 1)), lambda: asyncio.run(_ages(server, MANY))
        )
    figures = [*_figures("1 post", alone), *_figures(f"{MANY} posts at once", many)]
    return Measured(f"frames: from the provider to a reader, over a window of {COALESCE * 1000:g} ms", figures)


async def _ages(server: Server, posts: int) -> list[float]:
    async with opened(server, posts) as readers:
        await write_and_read(server, readers)
        return [age for reader in readers for age in reader.ages]


def _figures(what: str, rounds: list[list[float]]) -> list[Figure]:
    ages = [age for each in rounds for age in each]
    of = f"{len(ages):,} frames, the oldest word of each, {2 * TOKENS_PER_SECOND} words a second and post"
    return [
        Figure(
            what=f"{what}, {name}",
            value=1000 * (percentile(ages, share) - window),
            unit="ms",
            bar=1000 * bar,
            of=of,
        )
        for name, share, window, bar in (
            ("median", 0.5, COALESCE / 2, MEDIAN_OVER),
            ("p99", 0.99, COALESCE, SLOWEST_OVER),
        )
    ]
