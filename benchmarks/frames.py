"""The latency that the product adds between provider and reader, with one post and with fifty streams."""

import asyncio
import statistics

import httpx

from benchmarks.bench import Bench
from benchmarks.readers import LEAST_WORDS, opened, write_and_read
from benchmarks.results import Figure, Measured, interleaved, percentile
from benchmarks.servers import REPLY_TIMEOUT, Server, provider, serve
from benchmarks.stamped import ages
from generation.worker.broadcast import SEND_INTERVAL

TOKENS_PER_SECOND = 25
MANY = 25
"""Concurrent posts, each with two streams for most of the time."""
MEDIAN_OVER, SLOWEST_OVER = 1000 * SEND_INTERVAL / 2 + 5, 1000 * SEND_INTERVAL + 25
"""Additional latency in milliseconds: of a single post, whose words wait for half of the send interval, and
of the slowest of many, which wait for all of it."""


def measure(bench: Bench) -> Measured:
    words = LEAST_WORDS if bench.quick else 100
    pace = ("--tokens-per-second", str(TOKENS_PER_SECOND), "--words", str(words))
    with provider("benchmarks.stamped", *pace) as model, serve(bench.database, model) as server:
        asyncio.run(_ages(server, 1))  # warm-up: the first post includes imports
        bench.say(f"frames: 1 and {MANY} posts in turns …")
        direct, alone, many = interleaved(
            bench.rounds,
            lambda: _read(model),
            lambda: asyncio.run(_ages(server, 1)),
            lambda: asyncio.run(_ages(server, MANY)),
        )
    median, slowest = (_middle(direct, part) for part in (0.5, 0.99))
    figures = [
        *_figures("the provider itself", direct, None, None),
        *_figures("1 post", alone, median + MEDIAN_OVER, None),
        *_figures(f"{2 * MANY} streams of {MANY} posts", many, None, slowest + SLOWEST_OVER),
    ]
    return Measured(
        f"frames: from the provider to a reader, at most one in {SEND_INTERVAL * 1000:g} ms", figures
    )


def _read(model: str) -> list[float]:
    """The baseline: one reply read directly from the provider."""
    asked = {"model": "any", "stream": True, "messages": [{"role": "user", "content": "Write a part."}]}
    with httpx.stream("POST", f"{model}/chat/completions", json=asked, timeout=REPLY_TIMEOUT) as reply:
        return [age for line in reply.iter_lines() for age in ages(line)]


async def _ages(server: Server, posts: int) -> list[float]:
    async with opened(server, posts) as readers:
        await write_and_read(server, readers)
        return [age for reader in readers for age in reader.ages]


def _figures(
    what: str, rounds: list[list[float]], median: float | None, slowest: float | None
) -> list[Figure]:
    of = f"{sum(map(len, rounds)):,} frames, the oldest word of each; the median round"
    return [
        Figure(what=f"{what}, median", value=_middle(rounds, 0.5), unit="ms", bar=median, of=of),
        Figure(what=f"{what}, p99", value=_middle(rounds, 0.99), unit="ms", bar=slowest, of=of),
    ]


def _middle(rounds: list[list[float]], part: float) -> float:
    """The median of the rounds' percentiles, in milliseconds."""
    return 1000 * statistics.median(percentile(ages, part) for ages in rounds)
