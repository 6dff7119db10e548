"""Paragraphs that were not meant for the reader: instructions, a model speaking of itself, bare markup.

A leak is told by its place and its form. That a text mentions a model, a tag or a token does not make it one.
"""

import re
from functools import lru_cache

from generation.pipeline.phrases import pattern, plain
from generation.pipeline.prose import prose
from generation.pipeline.refusals import refuses
from generation.pipeline.words import in_a_row, words

_OUR_MARKER = re.compile(r"</?blog-[a-z]{1,20}>")
_TOKEN = re.compile(
    r"^[ \t]*(?:<\|[\w ]{2,30}\|>|</?think(?:ing)?>)|(?:<\|[\w ]{2,30}\|>|</?think(?:ing)?>)$", re.MULTILINE
)
_PAGE = re.compile(
    r"[ \t]{0,40}<(?P<name>html|body|div|pre|article|section|main|p|h1|h2|!doctype html)\b[^>\n]{0,200}>",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"(?:i|i'm|my|(?:[a-zäöü]{2,12} )?(?:ich|ik)|je|j'|ne peux|me|mi|yo|no puedo|puedo|no tengo|io|non posso"
    r"|posso|non ho|eu|não posso|não tenho|nie mogę|mogę|nie mam|я|мне)\b"
    r"|[^。\n]{0,12}(?:我|私|无法|不能|できません"
    r"|かねます|ありません)"
)
_NAMES_ITSELF = ("i ", "i'm", "ich ", "je ", "soy ", "sono ", "sou ", "ik ", "jestem ", "я ", "我是", "私は")
_SORRY = re.compile(
    r"i'm sorry|i am sorry|es tut mir leid|je suis désolé|lo siento|mi dispiace|sinto muito|het spijt me"
)
_SENTENCE = re.compile(r"[^.!?。！？…\n]+")
_RUN = 7
"""Words of an instruction: long enough that only who copies one writes as many in a row."""


def paragraphs(text: str) -> list[str]:
    """`text` in paragraphs, in which a block of code counts as one with the blank lines in it."""
    found: list[str] = []
    in_code = False
    for paragraph in text.split("\n\n"):
        if in_code:
            found[-1] += f"\n\n{paragraph}"
        else:
            found.append(paragraph)
        fences = sum(line.lstrip().startswith(("```", "~~~")) for line in paragraph.split("\n"))
        in_code = in_code != bool(fences % 2)
    return found


def leaks(text: str, instructions: str) -> bool:
    return any(is_leak(paragraph, instructions) for paragraph in paragraphs(text))


def without_leaks(text: str, instructions: str) -> str:
    """The paragraphs of `text` that are meant for the reader."""
    return "\n\n".join(each for each in paragraphs(text) if not is_leak(each, instructions)).strip()


def is_leak(paragraph: str, instructions: str) -> bool:
    """Whether one paragraph was not meant for the reader."""
    text = prose(paragraph)
    return (
        ("<" in text and _has_marks(text))
        or any(_speaks_of_itself(sentence.strip(" *_#>-")) for sentence in _SENTENCE.findall(plain(text)))
        or not _instructed(instructions).isdisjoint(in_a_row(words(text), _RUN))
    )


def _has_marks(text: str) -> bool:
    return bool(_OUR_MARKER.search(text) or _TOKEN.search(text)) or _is_page(text)


def _is_page(text: str) -> bool:
    """Whether markup stands around the paragraph, not in it."""
    opened = _PAGE.match(text)
    if opened is None:
        return False
    return opened["name"].lower().startswith(("html", "body", "!")) or text.rstrip().endswith(">")


def _speaks_of_itself(sentence: str) -> bool:
    """Whether a sentence begins with what a model calls itself and goes on as "I", or declines."""
    speaker = pattern("speakers").match(sentence)
    if speaker is None:
        return bool(_SORRY.match(sentence)) and refuses(sentence)
    if speaker[0].startswith(_NAMES_ITSELF):
        return True
    return bool(_FIRST_PERSON.match(sentence[speaker.end() :].lstrip(" ,、，")))


@lru_cache(maxsize=48)  # a text is judged paragraph by paragraph
def _instructed(instructions: str) -> frozenset[tuple[str, ...]]:
    return frozenset(in_a_row(words(instructions), _RUN))
