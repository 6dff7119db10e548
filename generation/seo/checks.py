"""What a check finds, and how a keyword is found among words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from generation.pipeline.words import words

type State = Literal["good", "could_be_better", "not_applicable"]

STATES = {"good": "Good", "could_be_better": "Could be better", "not_applicable": "Doesn’t apply"}
_ENDING, _STEM = 2, 4
"""Letters by which two forms of a word may differ at the end, and those that they must have in common."""


@dataclass(frozen=True, slots=True)
class Check:
    """`id` never changes; the others are for readers. `figure` has its unit, `value` is the number in it.

    `why` says why it matters, `advice` what to do; it is empty where there is nothing to do.
    """

    id: str
    name: str
    state: State
    figure: str
    value: float | None
    why: str
    advice: str = ""

    @property
    def verdict(self) -> str:
        return STATES[self.state]


def judged(
    id: str, name: str, good: bool, figure: str, value: float | None, *, why: str, advice: str
) -> Check:
    """A check that applies. Its advice is for whoever could do better."""
    state: State = "good" if good else "could_be_better"
    return Check(id, name, state, figure, value, why, "" if good else advice)


def not_applicable(id: str, name: str, figure: str, *, why: str, advice: str = "") -> Check:
    return Check(id, name, "not_applicable", figure, None, why, advice)


def occurrences(keyword: str, among: Sequence[str]) -> int:
    """How often the keyword stands in a text of these words, the same with an ending more or less."""
    sought = words(keyword)
    if not sought:
        return 0
    found = place = 0
    while place <= len(among) - len(sought):
        if all(_same(word, among[place + step]) for step, word in enumerate(sought)):
            found += 1
            place += len(sought)
        else:
            place += 1
    return found


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _STEM and len(longer) - len(shorter) <= _ENDING and longer.startswith(shorter)


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
