"""Questions and answers, read from a model's Markdown and set in ours."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from generation.pipeline.headings import tidy
from generation.pipeline.labels import Label, bare, is_answer, question_label, without_answer_label
from generation.pipeline.types import Question

_HEADING = re.compile(r"#{3,6}[ \t]")
_NUMBER = re.compile(r"(\d{1,2})[.)][ \t]")
_TOPIC = re.compile(r"[^\n.:?!]{3,80}:\s")
_ASKED = re.compile(r"[^.!?？؟]{2,200}(?:[?؟](?=[\s:*_]|\Z)|？)[*_]{0,3}:?")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, what of its answer is on its own line, and the line after it."""

    question: str
    begun: str
    after: int
    is_sure: bool = True


type _Reader = Callable[[list[str], int], _Asked | None]


def read(text: str, asked: Sequence[str] = ()) -> tuple[Question, ...]:
    """The pairs in `text`, without labels; none when it has no such form.

    Four forms are read: questions and answers with labels; questions as headings; numbered answers to the
    questions that were `asked`, which is how a small model replies; and lines that begin with a question.
    """
    lines = text.split("\n")
    return (
        _labelled_pairs(lines)
        or _distinct(_pairs(lines, _headed))
        or _distinct(_numbered(lines, asked))
        or _distinct(_pairs(lines, _asking))
    )


def as_markdown(questions: Iterable[Question]) -> str:
    """Each question as a level-3 heading, its answer below."""
    return "\n\n".join(f"### {pair.question}\n\n{pair.answer}" for pair in questions)


def unlabelled(question: str) -> str:
    """A question on one line, without "Question 1:", its number, or marks around it."""
    label = question_label(question)
    return tidy(label.rest if label and label.rest else bare(question))


def _labelled_pairs(lines: list[str]) -> tuple[Question, ...]:
    """Questions with a label. One that may be a word of the text needs an answer with a label too."""
    pairs = [*_pieces(lines, _labelled)]
    if all(asked.is_sure or _has_answer_label(answer) for asked, answer in pairs):
        return _distinct(((asked.question, answer) for asked, answer in pairs), is_labelled=True)
    return ()


def _has_answer_label(answer: str) -> bool:
    return any(is_answer(line) for line in answer.split("\n"))


def _pairs(lines: list[str], reader: _Reader) -> Iterator[tuple[str, str]]:
    return ((asked.question, answer) for asked, answer in _pieces(lines, reader))


def _pieces(lines: list[str], reader: _Reader) -> Iterator[tuple[_Asked, str]]:
    """Every question with the text between it and the next."""
    found = [(place, asked) for place in range(len(lines)) if (asked := reader(lines, place))]
    ends = [*(place for place, _ in found[1:]), len(lines)]
    for (_, asked), end in zip(found, ends, strict=False):
        yield asked, "\n".join([asked.begun, *lines[asked.after : end]])


def _labelled(lines: list[str], place: int) -> _Asked | None:
    label = question_label(lines[place])
    return _from_label(label, lines, place) if label else None


def _from_label(label: Label, lines: list[str], place: int) -> _Asked | None:
    if not label.rest:
        return _next_line(lines, place, label.is_sure)
    asked = _ASKED.match(label.rest)
    if asked:
        return _Asked(tidy(asked[0]), label.rest[asked.end() :], place + 1, label.is_sure)
    return _Asked(tidy(label.rest), "", place + 1, label.is_sure)


def _next_line(lines: list[str], place: int, is_sure: bool = True) -> _Asked | None:
    """The question of a label that stands alone: in the next line that is not blank, among the next three."""
    for after, line in enumerate(lines[place + 1 : place + 4], place + 2):
        if line.strip():
            return _Asked(unlabelled(line), "", after, is_sure)
    return None


def _headed(lines: list[str], place: int) -> _Asked | None:
    line = lines[place]
    if not _HEADING.match(line) or is_answer(line):
        return None
    label = question_label(line)
    if label and not label.rest:
        return _next_line(lines, place)
    return _Asked(unlabelled(line), "", place + 1)


def _asking(lines: list[str], place: int) -> _Asked | None:
    return _asked(_question_text(lines[place]), place + 1)


def _question_text(line: str) -> str:
    label = question_label(line)
    return label.rest if label else bare(line)


def _asked(text: str, after: int = 1) -> _Asked | None:
    asked = _ASKED.match(text)
    return _Asked(tidy(asked[0]), text[asked.end() :], after) if asked else None


def _numbered(lines: list[str], asked: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(question, answer) of each numbered item: its own question if it begins with one, or that `asked`."""
    for item, answer in _pieces(lines, _item):
        if not 0 < int(item.question) <= len(asked):
            continue
        own = _asked(_question_text(item.begun))
        rest = own.begun if own else _without_topic(item.begun)
        answer = rest + answer[len(item.begun) :]
        # After the first paragraph such a model talks about the task.
        yield own.question if own else asked[int(item.question) - 1], answer.lstrip(" :\n").split("\n\n")[0]


def _item(lines: list[str], place: int) -> _Asked | None:
    line = lines[place].lstrip(" \t")
    number = _NUMBER.match(line)
    return _Asked(number[1], line[number.end() :].lstrip(" \t"), place + 1) if number else None


def _without_topic(item: str) -> str:
    topic = _TOPIC.match(item)
    return item[topic.end() :].lstrip() if topic else item


def _distinct(pairs: Iterable[tuple[str, str]], *, is_labelled: bool = False) -> tuple[Question, ...]:
    kept: dict[str, Question] = {}
    for question, answer in pairs:
        answer = without_answer_label(answer, is_sure=is_labelled).strip()
        if question and any(character.isalnum() for character in answer):
            kept.setdefault(question.casefold(), Question(question=question, answer=answer))
    return tuple(kept.values())
