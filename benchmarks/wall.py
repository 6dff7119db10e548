"""The duration of a post against its ideal: three rounds of calls for any number of sections."""

import asyncio
import math
import random
import statistics
import time
from contextlib import ExitStack
from functools import partial
from typing import Any

from benchmarks.bench import Bench, body_of, require
from benchmarks.results import Figure, Measured, interleaved
from benchmarks.servers import Server, serve
from generation.llm import simulated
from generation.llm.simulated import Answer, Gate

OVERHEAD = 0.15
"""Seconds that a post may take in addition to 1.10 times its ideal."""
SPREAD = 0.5
"""The sigma of lognormal delays: one call in twenty takes more than twice the median."""
PEER = 8
"""Sections of the post that is also written with one call at a time, for comparison."""


class Delays(Gate):
    """Delays every call by a random time, and records the delays in order."""

    def __init__(self, median: float) -> None:
        self.median = median
        self.drawn: list[float] = []
        self._choice = random.Random(4)  # noqa: S311 (a benchmark must be repeatable)

    async def permit(self) -> None:
        seconds = self._choice.lognormvariate(math.log(self.median), SPREAD)
        self.drawn.append(seconds)
        await asyncio.sleep(seconds)

    def ideal(self, sections: int) -> float:
        """The sum of the slowest calls of each round: outline; body; conclusion and FAQ."""
        require(len(self.drawn) == sections + 4, f"{len(self.drawn)} calls for {sections} sections")
        rounds = (self.drawn[:1], self.drawn[1:-2], self.drawn[-2:])
        return sum(max(delays) for delays in rounds)


def measure(bench: Bench) -> Measured:
    delay = 0.2 if bench.quick else 0.5
    delays = Delays(delay)
    figures = []
    with ExitStack() as running:
        fixed = running.enter_context(simulated.serve(seconds_per_call=delay))
        varied = running.enter_context(simulated.serve())
        varied.script.add(Answer(gate=delays), times=None)
        wide = running.enter_context(
            serve(
                bench.database,
                fixed.openai_url,
                ANTHROPIC_API_KEY="simulated",
                ANTHROPIC_BASE_URL=varied.anthropic_url,
            )
        )
        narrow = running.enter_context(serve(bench.database, fixed.openai_url, LLM_MAX_CONCURRENCY="1"))
        for side in (wide, narrow):
            write(side, 1)  # warm-up: the first request includes imports

        def equal(sections: int) -> tuple[float, float]:
            return write(wide, sections), 3 * delay

        def drawn(sections: int) -> tuple[float, float]:
            delays.drawn.clear()
            return write(wide, sections, provider="anthropic"), delays.ideal(sections)

        for sections in (5,) if bench.quick else (2, 5, 8, 12):
            bench.say(f"wall: {sections} sections …")
            fixed.max_in_flight = 0
            found = interleaved(bench.rounds, partial(equal, sections), partial(drawn, sections))
            of = f"{sections + 4} calls of {delay} s, {fixed.max_in_flight} at once"
            figures.append(_against_ideal(f"{sections} sections", found[0], of))
            figures.append(
                _against_ideal(f"{sections} sections, lognormal", found[1], "each call its own delay")
            )
        bench.say(f"wall: {PEER} sections, one call at a time …")
        ours, peer = interleaved(bench.rounds, lambda: write(wide, PEER), lambda: write(narrow, PEER))
    one, other = statistics.median(ours), statistics.median(peer)
    of = f"{one:.2f} s against {other:.2f} s"
    figures.append(Figure(what=f"{PEER} sections, of one call at a time", value=one / other, bar=0.30, of=of))
    return Measured("wall: a post, against the ideal of its three rounds", figures)


def write(side: Server, sections: int, **brief: str) -> float:
    """Write a post and check it; returns the seconds it took."""
    asked = {"topic": "How tides work", "sections": sections, **brief}
    began = time.perf_counter()
    reply = side.client.post("/generate-blog", json=asked)
    took = time.perf_counter() - began
    check_post(body_of(reply, 201), sections)
    return took


def check_post(post: dict[str, Any], sections: int) -> None:
    """Check that the reply is a complete post with this many sections."""
    parts = post["sections"]
    require(len(parts) == sections, "the post has not the sections asked for")
    whole = all(part["markdown"] and part["markdown"] in post["content_markdown"] for part in parts)
    require(whole, "the post does not hold its own sections")


def _against_ideal(what: str, rounds: list[tuple[float, float]], of: str) -> Figure:
    """The round with the median ratio to its ideal."""
    ratios = sorted((took / ideal, took, ideal) for took, ideal in rounds)
    ratio, took, ideal = ratios[len(ratios) // 2]
    bar = 1.10 + OVERHEAD / ideal
    return Figure(what=what, value=ratio, bar=bar, of=f"{took:.2f} s against {ideal:.2f} s; {of}")
