"""JSON objects in a model's reply, also those that a strict parser refuses.

Most replies are JSON, or have it between other text. What models add to it (trailing commas, comments, other
quotes, Python's literals) or leave out (a bracket) is repaired by json-repair. It is asked only for what the
strict parser refused, in bounded pieces and a bounded number of steps: some inputs send it into a loop.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from json_repair.json_parser import JSONParser

_STRICT = json.JSONDecoder(strict=False)  # line breaks and tabs inside strings are what the model meant
# Typographic quotes in the places of straight ones: after or before what JSON has between strings.
_OPENING_QUOTE = re.compile(r"([{\[,:]\s*+)[“”„‟]")
_CLOSING_QUOTE = re.compile(r"[“”](?=\s*+[\]},:])")
_BRACE = re.compile(r"[{}]")
_BRACKET = re.compile(r"[\[\]{}()]")

_TRIES = 500
"""Braces that may begin no JSON before the search for some ends."""

# What is repaired at most: characters of all pieces, brackets of one, brackets inside each other, and steps
# for each character. A plan of twelve sections has some 4,000 characters and 80 brackets, and takes 3 steps.
_CHARACTERS, _BRACKETS, _DEPTH, _STEPS = 20_000, 400, 32, 20

type Found = tuple[dict[str, Any], bool]
"""An object, and whether it was closed."""


def strict(reply: str) -> Iterator[Found]:
    """Every object that is JSON, outermost only, in order; in time proportional to the reply."""
    start, tries, effort = reply.find("{"), _TRIES, 4 * len(reply)
    while start >= 0 and tries > 0 and effort > 0:
        try:
            found, end = _STRICT.raw_decode(reply, start)
        except json.JSONDecodeError as error:
            tries, effort = tries - 1, effort - (error.pos - start)
            end = start + 1
        except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
            return
        else:
            yield found, True
        start = reply.find("{", end)


def repaired(reply: str) -> Iterator[Found]:
    """The objects that can be made of the pieces between braces, the longest first."""
    room = _CHARACTERS
    for text, closed in sorted(_pieces(reply), key=lambda piece: -len(piece[0])):
        if len(text) <= room and _is_plain(text):
            room -= len(text)
            found = _repair(text)
            if isinstance(found, dict):
                yield found, closed


def _pieces(reply: str) -> Iterator[tuple[str, bool]]:
    """(text, whether it is closed) of each outermost pair of braces, and of one that is never closed."""
    depth = start = 0
    for brace in _BRACE.finditer(reply):
        if brace[0] == "{":
            start = start if depth else brace.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                yield reply[start : brace.end()], True
    if depth:
        yield reply[start:].rstrip("` \t\r\n"), False


def _is_plain(text: str) -> bool:
    """Whether it has no more brackets, in no more levels, than a plan may have."""
    brackets = depth = 0
    for bracket in _BRACKET.finditer(text):
        opens = bracket[0] in "[{("
        brackets += opens
        depth = depth + 1 if opens else max(0, depth - 1)
        if brackets > _BRACKETS or depth > _DEPTH:
            return False
    return True


class _Parser(JSONParser):
    """json-repair's parser, which gives up after a number of steps."""

    def __init__(self, text: str) -> None:
        super().__init__(text, None, False)
        self._steps = _STEPS * len(text) + 1_000

    def get_char_at(self, count: int = 0) -> str | None:
        self._steps -= 1
        if self._steps < 0:
            raise ValueError("The repair takes too many steps.")
        return super().get_char_at(count)


def _repair(text: str) -> object:
    if '"' not in text:
        text = _OPENING_QUOTE.sub(r'\1"', _CLOSING_QUOTE.sub('"', text))
    try:
        return _Parser(text).parse()
    except (ValueError, RecursionError):
        return None
