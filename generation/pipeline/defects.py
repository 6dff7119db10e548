"""What can be wrong with one written part, and what remains of it when it has to be used all the same."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from generation.pipeline.words import CHARACTERS, shingles, unspaced, whole_sentences, words

type Kind = Literal["empty", "cut", "refused", "form", "leak", "loop", "length"]

MENDABLE: dict[Kind, str] = {
    "length": "ended at its length limit",
    "loop": "repeated itself; the repetition was cut",
    "leak": "was mixed with instructions or markup; those paragraphs were left out",
}
"""Faults whose remainder may be published, the lightest first, with the note that it then carries."""


@dataclass(frozen=True, slots=True)
class Defect:
    """`reason` is a sentence for the reader who sees the part start again."""

    kind: Kind
    reason: str


EMPTY = Defect("empty", "The model wrote nothing.")
CUT = Defect("cut", "The text was cut short.")
REFUSED = Defect("refused", "The model declined.")
FORM = Defect("form", "The text did not have the form that was asked for.")
LENGTH = Defect("length", "The text ran into its length limit.")
LEAK = Defect("leak", "The text was mixed with instructions or markup.")
LOOP = Defect("loop", "The text repeated itself.")

_MACHINERY = re.compile(
    r"<\|[\w ]{2,30}\|>|\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>|</think(?:ing)?>|</s>\s*$"
    r"|</?[a-z]+-[a-z-]+>|</?(?:html|body|div|pre|code)>"
    r"|\bas an AI,|\bas an? (?:AI|artificial intelligence|(?:large )?language)(?: language)? (?:model|assist)"
    r"|\bI(?: a|['’])m an? (?:large )?(?:AI|artificial intelligence|language)(?: language)? (?:model|assist)"
    r"|\b(?:revised|edited|rewritten|concise) version of (?:your|the) (?:text|paragraph|post)"
    r"|\bI(?:['’]ve| have)? made (?:the following|some|a few)(?: minor)? (?:changes|edits)"
    r"|\bI hope this (?:blog post |post |article )?(?:helps|is helpful)\b"
    r"|\blet me know if you (?:need|have) any (?:further|other|more)\b",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:(?:sure|certainly|of course|absolutely|okay)\b[^\n]{0,40}?[,!.:] *)?"
    r"(?:here(?: i|['’])s|here are|below is|I(?: ha|['’])ve written) (?:an?|the|your|some) (?:[\w-]+ ){0,4}?"
    r"(?:sections?|introduction|conclusion|FAQs?|questions|paragraphs?|article|post|text|draft|version|response)\b"
    r"|(?:sure|certainly|of course|absolutely)[,!.] (?:here|I|let)\b"
    r"|Here(?: i|['’])s (?:an? |the )?(?:[\w-]+ )?(?:sample|way to (?:start|begin|open|end|close))\b"
    r"|(?:I['’]m|I am) (?:glad|happy) (?:you|to (?:help|hear))\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"(?:I['’]m sorry|I am sorry|sorry|I apologi[sz]e),? (?:but )?I (?:can['’]t|cannot|am unable|am not able)"
    r"|I (?:can(?:['’]t|not)|am (?:unable|not able) to) (?:help|assist|write|provide|create|fulfil|comply)",
    re.IGNORECASE,
)
_CODE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1|\Z)|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def find(text: str, instructions: str) -> Defect | None:
    """What the words of `text` give away: a refusal, a leak, a loop. Code in it is not looked at."""
    if not any(character.isalnum() for character in text):
        return EMPTY
    prose = _prose(text)
    if _REFUSAL.match(prose):
        return REFUSED
    paragraphs = prose.split("\n\n")
    known = _instructed(instructions)
    if _REMARK.match(prose) or any(_leaks(paragraph, known) for paragraph in paragraphs):
        return LEAK
    return LOOP if loop_start(text) is not None else None


def remainder(text: str, kind: Kind, instructions: str) -> str:
    """What of a faulty text may be published: whole sentences, without leak or repetition; maybe nothing."""
    if kind == "length":
        return whole_sentences(text) or text
    if kind == "loop":
        start = loop_start(text)
        return whole_sentences(text[:start]) if start is not None else text
    if kind == "leak":
        known = _instructed(instructions)
        kept = [
            paragraph
            for number, paragraph in enumerate(text.split("\n\n"))
            if not _leaks(_prose(paragraph), known) and not (number == 0 and _REMARK.match(paragraph))
        ]
        return "\n\n".join(kept).strip()
    return ""


def _prose(text: str) -> str:
    """`text` with code blanked, every other character in its place."""
    return _CODE.sub(lambda code: re.sub(r"\S", " ", code[0]), text)


def _leaks(paragraph: str, known: frozenset[tuple[str, ...]]) -> bool:
    return bool(_MACHINERY.search(paragraph)) or not known.isdisjoint(_runs(paragraph))


@lru_cache(maxsize=48)  # a text is looked through several times while it grows
def _instructed(instructions: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_runs(instructions))


def _runs(text: str) -> set[tuple[str, ...]]:
    """Sequences of 7 words: long enough that only who copies an instruction writes one of its own."""
    sequence = words(text)
    return {tuple(sequence[start : start + 7]) for start in range(len(sequence) - 6)}


_SENTENCE = re.compile(r"[^.!?。！？؟।\n]+")
_TOKEN = re.compile(rf"[{CHARACTERS}]|[^\W{CHARACTERS}]+|[^\w\s]")
_RULES = "|-:*_="
"""What tables and rules are made of, which repeat."""
_LOOKED_AT = 1000
_LONGEST_PERIOD = 40
"""Tokens."""


def loop_start(text: str) -> int | None:
    """Where `text` begins to say again what it goes on saying, or None.

    A loop is a sentence of five words or more (twelve where words are not spaced) that comes three times,
    numbers aside; a paragraph more than half of whose 5-word sequences stand in one before it; or up to 40
    tokens repeated back to back, four times and over 20 tokens at least, among the last thousand.
    """
    prose = _prose(text)
    starts = (_same_sentence(prose), _same_paragraph(prose), _same_tokens(prose))
    return min((start for start in starts if start is not None), default=None)


def _same_sentence(prose: str) -> int | None:
    seen: dict[tuple[str, ...], list[int]] = {}
    for match in _SENTENCE.finditer(prose):
        said = tuple(word for word in words(match[0]) if not word.isdecimal())
        if len(said) < (12 if unspaced(list(said)) else 5):
            continue
        places = seen.setdefault(said, [])
        places.append(match.start())
        if len(places) == 3:
            return places[1]
    return None


def _same_paragraph(prose: str) -> int | None:
    seen: list[frozenset[tuple[str, ...]]] = []
    for match in re.finditer(r"[^\n]+", prose):
        said = shingles(match[0])
        if len(said) < 10:
            continue
        if any(len(said & before) * 2 > len(said) for before in seen):
            return match.start()
        seen.append(said)
    return None


def _same_tokens(prose: str) -> int | None:
    tokens = [token for token in _TOKEN.findall(prose) if token not in _RULES][-_LOOKED_AT:]
    if not _comes_back_soon(tokens):
        return None
    found = [match for match in _TOKEN.finditer(prose) if match[0] not in _RULES][-_LOOKED_AT:]
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // 2) + 1):
        equal, enough = 0, max(3 * period, 20)
        for index, (token, later) in enumerate(zip(tokens, tokens[period:], strict=False)):
            if token != later:
                equal = 0
                continue
            equal += 1
            if equal == enough:
                return found[index + period - equal + 1].start()
    return None


def _comes_back_soon(tokens: list[str]) -> bool:
    """Whether 8 tokens stand twice within the longest period, as they do in every loop of 20 or more."""
    last: dict[tuple[str, ...], int] = {}
    for index, run in enumerate(zip(*(tokens[start:] for start in range(8)), strict=False)):
        if index - last.get(run, -_LONGEST_PERIOD - 1) <= _LONGEST_PERIOD:
            return True
        last[run] = index
    return False
