"""What the house adds to a word between its provider and the reader: one post, and fifty streams."""

import asyncio

from benchmarks.bench import Bench
from benchmarks.readers import opened, write_and_read
from benchmarks.results import Figure, Measured, in_turns, percentile
from benchmarks.servers import Server, provider, serve
from generation.runs.broadcast import COALESCE

TOKENS_PER_SECOND = 25
MANY = 25
"""Posts at once; each is two streams for most of its time."""
MEDIAN_OVER, SLOWEST_OVER = 5, 25
"""Milliseconds over the window: of a post alone, and of the slowest of many."""


def measure(bench: Bench) -> Measured:
    words = 15 if bench.quick else 100
    pace = ("--tokens-per-second", str(TOKENS_PER_SECOND), "--words", str(words))
    with provider("benchmarks.stamped", *pace) as model, serve(bench.database, model) as server:
        asyncio.run(_ages(server, 1))  # the first post pays for imports
        bench.say(f"frames: 1 and {MANY} posts in turns …")
        alone, many = in_turns(
            bench.rounds, lambda: asyncio.run(_ages(server, 1)), lambda: asyncio.run(_ages(server, MANY))
        )
    figures = [
        *_figures("1 post", alone, MEDIAN_OVER, None),
        *_figures(f"{2 * MANY} streams of {MANY} posts", many, None, SLOWEST_OVER),
    ]
    return Measured(
        f"frames: from the provider to a reader, over the window of {COALESCE * 1000:g} ms", figures
    )


async def _ages(server: Server, posts: int) -> list[float]:
    async with opened(server, posts) as readers:
        await write_and_read(server, readers)
        return [age for reader in readers for age in reader.ages]


def _figures(
    what: str, rounds: list[list[float]], median: float | None, slowest: float | None
) -> list[Figure]:
    """Over a window that costs half of itself at the median, and all of itself the slowest."""
    ages, window = [1000 * age for each in rounds for age in each], 1000 * COALESCE
    of = f"{len(ages):,} frames, the oldest word of each"
    return [
        Figure(
            what=f"{what}, median", value=percentile(ages, 0.5) - window / 2, unit="ms", bar=median, of=of
        ),
        Figure(what=f"{what}, p99", value=percentile(ages, 0.99) - window, unit="ms", bar=slowest, of=of),
    ]
