"""What can be wrong with one written part, and what of it may be published all the same."""

from dataclasses import dataclass
from typing import Literal

from generation.pipeline.leaks import leaks, without_leaks
from generation.pipeline.loops import loop_start
from generation.pipeline.refusals import is_refusal
from generation.pipeline.words import whole_sentences

type Kind = Literal["empty", "cut", "refused", "form", "short", "leak", "loop", "length", "language"]

NOTES: dict[Kind, str] = {
    "length": "hit its length limit",
    "loop": "repeated itself, so we cut the repetition",
    "leak": "contained stray instructions or markup, which we left out",
    "language": "isn’t in the language you asked for",
}
"""Defects with which a part may be published, the lightest first, and the note that it then carries."""


@dataclass(frozen=True, slots=True)
class Defect:
    """`reason` is a sentence for the reader who sees the part start again."""

    kind: Kind
    reason: str


EMPTY = Defect("empty", "The model wrote nothing.")
CUT = Defect("cut", "The text was cut short.")
REFUSED = Defect("refused", "The model declined.")
FORM = Defect("form", "The text wasn’t in the right form.")
SHORT = Defect("short", "The text was far too short.")
LENGTH = Defect("length", "The text hit its length limit.")
LEAK = Defect("leak", "The text contained stray instructions or markup.")
LOOP = Defect("loop", "The text repeated itself.")
LANGUAGE = Defect("language", "The text was in the wrong language.")


def find(text: str, instructions: str) -> Defect | None:
    """What the words of `text` give away: a refusal, a loop, a leak."""
    if not any(character.isalnum() for character in text):
        return EMPTY
    if is_refusal(text):
        return REFUSED
    if loop_start(text) is not None:
        return LOOP
    return LEAK if leaks(text, instructions) else None


def remainder(text: str, kind: Kind, instructions: str) -> str:
    """What of a defective text may be published: whole sentences without loops or leaks; maybe nothing."""
    if kind in ("length", "loop"):
        text = whole_sentences(text[: loop_start(text)])
    return without_leaks(text, instructions) if kind in NOTES else ""
