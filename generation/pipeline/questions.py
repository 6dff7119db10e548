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
    r"(?P<question>[^\n.!]{3,200}?[?？؟])(?:\*\*|__)?(?=[\s:]|$)",
    re.MULTILINE | re.IGNORECASE,
)
_NUMBERED = re.compile(r"^[ \t]*(?P<number>\d{1,2})[.)][ \t]+", re.MULTILINE)
_ANSWER = re.compile(
    r"^\s*:?\s*(?:(?:[-–—]\s*)?(?:\*\*|__)?(?:A\d*|Answer(?: \d+)?)[:.)](?:\*\*|__)?\s+)?", re.IGNORECASE
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
        _answer(item, asked[number - 1])
        for match, item in _pieces(_NUMBERED, text)
        if 0 < (number := int(match["number"])) <= len(asked)
    )


def _answer(item: str, asked: str) -> tuple[str, str]:
    """(question, answer) of a numbered item: its own question if it begins with one, else the one `asked`."""
    own = _MARKED.match(item)
    answer = item[own.end() :] if own else _LABEL.sub("", item, count=1)
    # After the first paragraph such a model talks about the task.
    return tidy(own["question"]) if own else asked, answer.lstrip(" :\n").split("\n\n")[0]


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
