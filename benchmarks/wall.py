"""The wall time of a post against its floor: three rounds of calls, however many sections."""

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

from rich.table import Table

from benchmarks.servers import Serving, provider, serve

SECONDS_PER_CALL = 0.5
ROUNDS = 3
"""Outline; sections and introduction; conclusion and questions."""
OVERHEAD = 0.15
"""Seconds that a post may take beyond 1.10 of its floor."""


def measure(*, rounds: int, sizes: tuple[int, ...], say: Callable[[str], object]) -> Table:
    """Ours at its full width and, in turns with it, ours one call at a time."""
    table = Table(title=f"Wall time of a post, {SECONDS_PER_CALL} s a call, median of {rounds}")
    for column in ("sections", "calls", "at once", "wall", "of the floor", "bar", "of one at a time"):
        table.add_column(column, justify="right")
    with ExitStack() as running:
        model = running.enter_context(provider(seconds_per_call=SECONDS_PER_CALL))
        wide = running.enter_context(serve(model.openai_url))
        narrow = running.enter_context(serve(model.openai_url, LLM_MAX_CONCURRENCY="1"))
        for side in (wide, narrow):
            post(side, 1)  # the first request pays for imports
        for sections in sizes:
            say(f"{sections} sections, {rounds} rounds …")
            model.calls.clear()
            model.max_in_flight = 0
            ours = [post(wide, sections)]
            calls, at_once = len(model.calls), model.max_in_flight
            peer = [post(narrow, sections)]
            for _ in range(rounds - 1):
                ours.append(post(wide, sections))
                peer.append(post(narrow, sections))
            table.add_row(*_row(sections, calls, at_once, statistics.median(ours), statistics.median(peer)))
    return table


def post(side: Serving, sections: int) -> float:
    """Seconds until the post was there; its text is looked at."""
    began = time.perf_counter()
    reply = side.client.post("/generate-blog", json={"topic": "How tides work", "sections": sections})
    took = time.perf_counter() - began
    body = reply.json()
    if reply.status_code != 201 or len(body["sections"]) != sections:
        raise SystemExit(f"the reply is not a post: {reply.status_code} {reply.text[:300]}")
    if not all(section["markdown"] in body["content_markdown"] for section in body["sections"]):
        raise SystemExit("the post does not hold its own sections")
    return took


def _row(sections: int, calls: int, at_once: int, ours: float, peer: float) -> tuple[str, ...]:
    floor = ROUNDS * SECONDS_PER_CALL
    bar = 1.10 + OVERHEAD / floor
    verdict = "" if ours / floor <= bar else "  over"
    return (
        str(sections),
        str(calls),
        str(at_once),
        f"{ours:.2f} s",
        f"{ours / floor:.3f}{verdict}",
        f"{bar:.3f}",
        f"{ours / peer:.2f}",
    )
