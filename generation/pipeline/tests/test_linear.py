"""No text keeps a function of the pipeline busy: its time grows with the text and not much faster."""

import time
import timeit
from collections.abc import Callable

import pytest

from generation.pipeline import chatter, defects, material
from generation.pipeline.cleaning import Cleaner, cleaned, one_line, self_contained
from generation.pipeline.detection import is_other_language
from generation.pipeline.tests.patterns import pattern, pattern_names
from generation.pipeline.thoughts import answer
from generation.pipeline.words import count, excerpt, shingles, whole_sentences

INSTRUCTIONS = "Use the keywords where they fit of themselves, and nowhere else."
SHORT, MIDDLE, LONG = 10_000, 20_000, 50_000
EXPONENT = 1.2
NOISE = 2.0
"""A machine that is busy with something else doubles a time now and then. A square is five times as much."""
FLOOR = 0.25
"""Seconds of processor time. What takes no more for the longest text is not compared."""


def streamed(text: str) -> None:
    cleaner = Cleaner(("Pots and soil", "Section 1"), number=1)
    for start in range(0, len(text), 40):
        cleaner.feed(text[start : start + 40])
    cleaner.close()


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "answer": answer,
    "cleaned": cleaned,
    "streamed": streamed,
    "one_line": one_line,
    "self_contained": self_contained,
    "find": lambda text: defects.find(text, INSTRUCTIONS),
    "without loops": lambda text: defects.remainder(text, "loop", INSTRUCTIONS),
    "without leaks": lambda text: defects.remainder(text, "leak", INSTRUCTIONS),
    "is_other_language": lambda text: is_other_language(text, "de"),
    "opening": chatter.opening,
    "without_offer": chatter.without_offer,
    "inert": material.inert,
    "count": count,
    "shingles": shingles,
    "whole_sentences": whole_sentences,
    "excerpt": lambda text: excerpt(text, len(text) // 2),
}


@pytest.mark.worker
@pytest.mark.parametrize("name", pattern_names())
def test_time_grows_like_length(name: str) -> None:
    texts = {size: pattern(name, size) for size in (SHORT, MIDDLE, LONG)}
    for function, call in FUNCTIONS.items():
        if _seconds(call, texts[LONG]) <= FLOOR:
            continue
        seconds = {size: min(_seconds(call, text) for _ in range(2)) for size, text in texts.items()}
        for size in (SHORT, MIDDLE):
            allowed = NOISE * seconds[size] * (len(texts[LONG]) / len(texts[size])) ** EXPONENT
            assert seconds[LONG] <= max(allowed, FLOOR), f"{function}: {seconds}"


def _seconds(call: Callable[[str], object], text: str) -> float:
    """Of processor time. timeit holds back the garbage collector, whose work grows with the tests before."""
    shingles.cache_clear()
    return timeit.timeit(lambda: call(text), timer=time.process_time, number=1)
