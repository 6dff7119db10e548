"""Questions and answers, read from a model's Markdown and set in ours."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from generation.pipeline.headings import tidy
from generation.pipeline.types import Question

_HEADED = re.compile(r"^#{3,6}[ \t]+(?P<question>.+)$", re.MULTILINE)
_MARKED = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+|\d{1,2}[.)][ \t]+)?(?:\*\*|__)?"
    r"(?:(?:Q\d*|Question(?: \d+)?)[ \t]*[:.)])?[ \t]*(?:\*\*|__)?[ \t]*"
    r"(?P<question>[^\n.!]{3,200}?[?？؟])(?:\*\*|__)?(?=\s|$)",
    re.MULTILINE | re.IGNORECASE,
)
_NUMBERED = re.compile(r"^[ \t]*(?P<number>\d{1,2})[.)][ \t]+", re.MULTILINE)
_ANSWER = re.compile(
    r"^\s*[:\-–—]?\s*(?:\*\*|__)?(?:A\d*|Answer(?: \d+)?)[:.)](?:\*\*|__)?\s+", re.IGNORECASE
)
_LABEL = re.compile(r"^[^\n.:?!]{3,80}:\s+")


def read(text: str, asked: Sequence[str] = ()) -> tuple[Question, ...]:
    """The pairs in `text`; none when it has no such form.

    Three forms are read: questions as headings; numbered answers to the questions that were `asked`, which is
    how a small model replies; and lines that begin with a question.
    """
    return _pairs(_HEADED, text) or _answers(text, asked) or _pairs(_MARKED, text)


def as_markdown(questions: Iterable[Question]) -> str:
    """Each question as a level-3 heading, its answer below."""
    return "\n\n".join(f"### {pair.question}\n\n{pair.answer}" for pair in questions)


def _pairs(pattern: re.Pattern[str], text: str) -> tuple[Question, ...]:
    return _distinct((tidy(match["question"]), answer) for match, answer in _pieces(pattern, text))


def _answers(text: str, asked: Sequence[str]) -> tuple[Question, ...]:
    return _distinct(
        _own_question(answer) or (asked[number - 1], _LABEL.sub("", answer, count=1))
        for match, answer in _pieces(_NUMBERED, text)
        if 0 < (number := int(match["number"])) <= len(asked)
    )


def _own_question(item: str) -> tuple[str, str] | None:
    """(question, answer) of an item that begins with its question."""
    found = _MARKED.match(item)
    return (tidy(found["question"]), item[found.end() :]) if found else None


def _pieces(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every match, with the text between it and the next."""
    for match, following in pairwise([*pattern.finditer(text), None]):
        if match is not None:
            yield match, text[match.end() : following.start() if following else len(text)]


def _distinct(pairs: Iterable[tuple[str, str]]) -> tuple[Question, ...]:
    kept: dict[str, Question] = {}
    for question, answer in pairs:
        answer = _ANSWER.sub("", answer, count=1).strip()
        if question and any(character.isalnum() for character in answer):
            kept.setdefault(question.casefold(), Question(question=question, answer=answer))
    return tuple(kept.values())
