"""Replies that are what was asked for, JSON or prose; the same prompt gets the same reply."""

import json
import random
import re
from typing import Any

from generation.llm.simulated.asked import Asked

DEFAULT_WORDS = 120
DEFAULT_ITEMS = 3


def _words(text: str) -> list[str]:
    return text.split()


_ADJECTIVES = _words(
    """
    careful patient quiet narrow honest early local seasonal modest steady bright plain distant
    sturdy gentle measured recent simple common precise hidden sudden warm fragile generous humble
    lively mature neutral open practical rapid shared tidy useful vivid weekly young annual broad
    calm dense even formal green hollow
    """
)
_NOUNS = _words(
    """
    gardens readers ledgers harbours editors markets kitchens bridges teachers archives orchards
    machines letters rivers workshops neighbours budgets forests customers paintings schedules
    engines villages recipes signals habits cameras meadows invoices stations lessons windows
    committees patterns routes seeds tools visitors warehouses journals lanterns mountains notebooks
    opinions passengers questions repairs surveys timetables
    """
)
_VERBS = _words(
    """
    compare improve measure protect collect explain follow gather record repair replace support
    question shape supply trust weigh balance borrow carry design divide enrich filter guide honour
    invite join keep limit notice observe prepare reach settle teach unite value welcome
    """
)
_LINKS = _words(
    """
    against beside without through behind towards under near across among beyond within
    """
)

# A bound that an API does not enforce stands in the description instead: "(maxLength: 160)", "{minItems: 5}".
_TOLD = r"\b{word}: (\d+)"

_ASKS_FOR_QUESTIONS = re.compile(r"question[^.]*\bline that begins with ###")
_GIVEN_QUESTIONS = re.compile(r"<[\w-]*questions>\n(.+?)\n</", re.DOTALL)


def reply(asked: Asked, *, items: int | None = None) -> str:
    """The reply to `asked`. `items`: how many the first array of objects gets, whatever the schema allows."""
    # The same prompt must get the same reply in every process; nothing here is secret.
    writer = _Writer(random.Random(asked.prompt), asked, items)  # noqa: S311
    return writer.json() if asked.schema is not None else writer.prose()


class _Writer:
    def __init__(self, choice: random.Random, asked: Asked, items: int | None) -> None:
        self._choice = choice
        self._asked = asked
        self._root: dict[str, Any] = asked.schema or {}
        self._items = items
        self._used: set[str] = set()

    def prose(self) -> str:
        """Markdown of the length that the prompt names ("about 200 words"), under questions if it asks so."""
        wanted = re.search(r"(\d+) words", self._asked.user)
        words = int(wanted[1]) if wanted else DEFAULT_WORDS
        if not _ASKS_FOR_QUESTIONS.search(self._asked.user):
            return self._paragraphs(words)
        given = _GIVEN_QUESTIONS.search(self._asked.user)
        questions = given[1].splitlines() if given else [self._question() for _ in range(DEFAULT_ITEMS)]
        return "\n\n".join(f"### {each}\n\n{self._paragraphs(words // len(questions))}" for each in questions)

    def _paragraphs(self, words: int) -> str:
        paragraphs: list[str] = []
        while words > 0:
            sentences = [self._sentence() for _ in range(self._choice.randint(4, 7))]
            paragraphs.append(" ".join(sentences))
            words -= len(paragraphs[-1].split())
        return "\n\n".join(paragraphs)

    def json(self) -> str:
        return json.dumps(self._value(self._root, "reply"), ensure_ascii=False)

    def _value(self, schema: dict[str, Any], name: str) -> Any:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._choice.choice(schema["enum"])
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = next(each for each in kind if each != "null")
        if kind == "object":
            return {key: self._value(part, key) for key, part in schema.get("properties", {}).items()}
        if kind == "array":
            return self._array(schema, name)
        if kind in ("integer", "number"):
            return schema.get("minimum", schema.get("maximum", 1))
        return {"boolean": True, "null": None}.get(kind) if kind != "string" else self._string(schema, name)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema that `$ref`, `anyOf` and the like come down to."""
        if "$ref" in schema:
            target: Any = self._root
            for key in schema["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            return self._resolved(target)
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self._resolved(next(each for each in schema[word] if each.get("type") != "null"))
        if "allOf" in schema:
            return {key: value for part in schema["allOf"] for key, value in self._resolved(part).items()}
        return schema

    def _array(self, schema: dict[str, Any], name: str) -> list[Any]:
        least, most = _bound(schema, "minItems"), _bound(schema, "maxItems")
        count = least or min(DEFAULT_ITEMS, most if most is not None else DEFAULT_ITEMS)
        item = self._resolved(schema.get("items", {}))
        if self._items is not None and "properties" in item:
            count, self._items = self._items, None
        return [self._value(item, name) for _ in range(count)]

    def _string(self, schema: dict[str, Any], name: str) -> str:
        """A text that fits `name` and the bounds, and that this reply has not used yet."""
        most = _bound(schema, "maxLength")
        for _ in range(100):
            text = self._fitted(self._text(name, most), _bound(schema, "minLength") or 0, most)
            text = _matching(text, schema.get("pattern"))
            if text not in self._used:
                break
        self._used.add(text)
        return text

    def _text(self, name: str, most: int | None) -> str:
        name = name.lower()
        if "slug" in name:
            return "-".join(self._phrase().lower().split())
        if name in ("tag", "tags", "keyword", "keywords"):
            return f"{self._pick(_ADJECTIVES)} {self._pick(_NOUNS)}"
        if "question" in name:
            return self._question()
        if "title" in name or "heading" in name or (most is not None and most <= 80):
            return self._phrase()
        return self._sentence()

    def _fitted(self, text: str, least: int, most: int | None) -> str:
        while len(text) < least:
            text = f"{text} {self._sentence()}"
        if most is not None and len(text) > most:
            text = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[:most]
        return text

    def _phrase(self) -> str:
        return " ".join(self._pick(kind) for kind in (_ADJECTIVES, _NOUNS, _VERBS, _NOUNS)).capitalize()

    def _question(self) -> str:
        return f"Why do {self._phrase().lower()}?"

    def _sentence(self) -> str:
        """No word in it is fixed, so that two texts hardly ever share five in a row."""
        kinds = (_ADJECTIVES, _NOUNS, _VERBS, _ADJECTIVES, _NOUNS, _LINKS, _ADJECTIVES, _NOUNS)
        text = " ".join(self._pick(kind) for kind in kinds[: self._choice.choice((5, 8, 8))])
        return f"{text.capitalize()}."

    def _pick(self, words: list[str]) -> str:
        return self._choice.choice(words)


def _bound(schema: dict[str, Any], word: str) -> int | None:
    if isinstance(schema.get(word), int):
        return int(schema[word])
    told = re.search(_TOLD.format(word=word), str(schema.get("description", "")))
    return int(told[1]) if told else None


def _matching(text: str, pattern: str | None) -> str:
    """`text`, or a plainer form of it that `pattern` accepts."""
    if pattern is None:
        return text
    words = re.findall(r"[a-z]+", text.lower())
    for candidate in (text, "-".join(words), "_".join(words), "".join(words), words[0], "1", "2026-01-01"):
        if re.search(pattern, candidate):
            return candidate
    raise ValueError(f"No text for the pattern {pattern!r}: teach it to generation.llm.simulated.writing.")
