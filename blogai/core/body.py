"""Reading a JSON body, the same for DRF's views and plain ones: strictly, with errors that name the place.

- 400 malformed: what came is not a JSON object in UTF-8; the sentence says where it breaks
- 413 payload_too_large: from Django, past DATA_UPLOAD_MAX_MEMORY_SIZE
- 415 unsupported_media_type: it does not say that it is JSON
- 422 validation_error: a field is wrong or unknown, or holds characters that no database text can hold
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NoReturn

from django.http import HttpRequest
from rest_framework import serializers

from blogai.core.errors import Malformed, UnsupportedMediaType, ValidationFailed

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MAX_VALUES = 10_000
"""Texts, numbers, lists and objects of a body together, several times what the largest one takes."""
MAX_NAMED = 20
"""How many wrong fields a reply names, so that it stays small whatever was sent."""


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses fields it does not know, by name. `aliases` are other names of its fields."""

    aliases: ClassVar[dict[str, str]] = {}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        named, errors = self._by_own_names(data)
        try:
            value = super().to_internal_value(named)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            raise serializers.ValidationError({**error.detail, **errors}) from error
        if errors:
            raise serializers.ValidationError(errors)
        return value

    def _by_own_names(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
        known = {name for name, field in self.fields.items() if not field.read_only}
        named: dict[str, Any] = {}
        errors: dict[str, list[str]] = {}
        for sent, value in data.items():
            name = self.aliases.get(sent, sent)
            if name not in known:
                errors[sent] = ["Unknown field."]
            elif name in named:
                errors[sent] = [f"The same as {name}: send one of them."]
            else:
                named[name] = value
        return named, errors


class TextField(serializers.CharField):
    """A string and nothing else: DRF's own field takes numbers too.

    `refused` names characters that it must not have, as inside the brackets of a regular expression.
    """

    refused: ClassVar[str] = ""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class FlagField(serializers.BooleanField):
    """true or false: DRF's own field takes 0, "no" and more for false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class WholeNumberField(serializers.IntegerField):
    """A number: DRF's own field takes one in a text too."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


def parse(serializer_class: type[serializers.Serializer[Any]], request: HttpRequest) -> dict[str, Any]:
    """The validated fields of the request's body; a BlogAIError says what is wrong with it."""
    if request.content_type != "application/json":
        sent = (request.content_type or "nothing")[:100]
        raise UnsupportedMediaType(f"Send JSON with the header Content-Type: application/json, not {sent}.")
    serializer = serializer_class(data=read_json(request.body))
    if not serializer.is_valid():
        raise invalid(serializer.errors)
    validated: dict[str, Any] = serializer.validated_data
    return validated


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`."""
    text = _decoded(body)
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise Malformed(
            f"The body is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise Malformed("The body is nested too deeply.") from error
    except ValueError as error:  # an integer of thousands of digits
        raise Malformed("The body has a number with too many digits.") from error
    if not isinstance(data, dict):
        raise Malformed(f"The body must be a JSON object, {{…}}, not {_kind(data)}.")
    _refuse_crowds(data)
    if "\\u" in text:  # only an escape can name these characters: raw ones are not JSON, or not UTF-8
        _refuse_unstorable(data)
    return data


def invalid(errors: Any) -> ValidationFailed:
    """The 422 for a serializer's errors: field by field, nested ones as `keywords.2`."""
    flat: dict[str, list[str]] = {}
    for name, sentence in _flattened(errors):
        flat.setdefault(name[:100], []).append(sentence)
    return _refusal(flat)


def _decoded(body: bytes) -> str:
    if not body.strip():
        raise Malformed("The body is empty: send a JSON object, {…}.")
    try:
        return body.decode("utf-8-sig")  # some Windows programs begin with a byte order mark
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8: it breaks at byte {error.start + 1}.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"The body is not valid JSON: {name} is not a number.")


def _refuse_crowds(data: dict[str, Any]) -> None:
    """Refuse infinite numbers, and more values than any body needs, by the name of one field."""
    left = MAX_VALUES
    for name, field in data.items():
        waiting: list[Any] = [field]
        while waiting:
            value = waiting.pop()
            if isinstance(value, float) and math.isinf(value):
                raise Malformed(f"The body has a number that is too large, in {name[:100]}.")
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            left -= 1 + len(inner)
            if left < 0:
                raise _refusal({name[:100]: [f"Has more values than a body may have: {MAX_VALUES:,}."]})
            waiting += inner


def _kind(data: object) -> str:
    if isinstance(data, list):
        return "a list"
    if isinstance(data, str):
        return "a string"
    return "null" if data is None else "a number" if not isinstance(data, bool) else "true or false"


def _refuse_unstorable(data: dict[str, Any]) -> None:
    sentence = "Has a character that cannot be stored: NUL, or half of a surrogate pair."
    found = {
        UNSTORABLE.sub("\ufffd", place)[:100]: [
            sentence
        ]  # half a pair in a reply is not JSON to every client
        for place, text in _strings(data)
        if UNSTORABLE.search(text)
    }
    if found:
        raise _refusal(found)


def _strings(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every string and key of `data` with its place, without recursion: the input chose the depth."""
    waiting: list[tuple[str, Any]] = [("", data)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            for key, inner in value.items():
                inside = f"{place}.{key}" if place else key
                yield inside, key
                waiting.append((inside, inner))
        elif isinstance(value, list):
            waiting += [(f"{place}.{number}", inner) for number, inner in enumerate(value)]


def _flattened(errors: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            yield from _flattened(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(errors, list):
        for number, inner in enumerate(errors):
            nested = isinstance(inner, Mapping | list)
            yield from _flattened(inner, f"{place}.{number}" if nested and place else place)
    else:
        yield place or "body", str(errors)


def _refusal(errors: dict[str, list[str]]) -> ValidationFailed:
    shown = dict(list(errors.items())[:MAX_NAMED])
    name, sentences = next(iter(shown.items()))
    others = f" And {len(errors) - 1} more." if len(errors) > 1 else ""
    return ValidationFailed(f"{name}: {sentences[0]}{others}", errors=shown)
