"""Strict parsing of JSON bodies for DRF views and plain views alike. Errors name the field.

- 400 malformed: what came is not a JSON object in UTF-8; the sentence says where it breaks
- 413 payload_too_large: past the limit of `blogai.body_limit`
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
"""The most values in a body, lists and objects included: several times what the largest valid one has."""
MAX_NAMED = 20
"""The most invalid fields a reply names, which keeps it small whatever was sent."""


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that rejects unknown fields by name. `aliases` are alternative names of its fields."""

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
                errors[sent] = [f"This is the same as {name}. Send only one of them."]
            else:
                named[name] = value
        return named, errors


class TextField(serializers.CharField):
    """Accepts only a string; DRF's own field accepts numbers too.

    `refused` names characters that it must not have, as inside the brackets of a regular expression.
    """

    refused: ClassVar[str] = ""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class FlagField(serializers.BooleanField):
    """Accepts only true or false; DRF's own field also accepts 0, "no" and more."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class WholeNumberField(serializers.IntegerField):
    """Accepts only a number; DRF's own field also accepts one in a string."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


def parse(serializer_class: type[serializers.Serializer[Any]], request: HttpRequest) -> dict[str, Any]:
    """The validated fields of the request's body. Raises a BlogAIError that says what is wrong with it."""
    if request.content_type != "application/json":
        sent = (request.content_type or "nothing")[:100]
        raise UnsupportedMediaType(f"Send JSON with Content-Type: application/json, not {sent}.")
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
            f"The body isn’t valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise Malformed("The body is nested too deeply.") from error
    except ValueError as error:  # an integer of thousands of digits
        raise Malformed("The body has a number with too many digits.") from error
    if not isinstance(data, dict):
        raise Malformed(f"Send a JSON object, {{…}}, not {_kind(data)}.")
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
        raise Malformed("The body is empty. Send a JSON object, {…}.")
    try:
        return body.decode("utf-8-sig")  # some Windows programs begin with a byte order mark
    except UnicodeDecodeError as error:
        raise Malformed(f"The body isn’t UTF-8: byte {error.start + 1} is invalid.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"The body isn’t valid JSON: {name} isn’t a number.")


def _refuse_crowds(data: dict[str, Any]) -> None:
    """Reject infinite numbers, and more values than any body needs. The error names one field."""
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
                raise _refusal(
                    {name[:100]: [f"This has too many values: a body can have up to {MAX_VALUES:,}."]}
                )
            waiting += inner


def _kind(data: object) -> str:
    if isinstance(data, list):
        return "a list"
    if isinstance(data, str):
        return "a string"
    return "null" if data is None else "a number" if not isinstance(data, bool) else "true or false"


def _refuse_unstorable(data: dict[str, Any]) -> None:
    sentence = "This contains a character we can’t store: NUL, or half of a surrogate pair."
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
    """Every string and key in `data` with its place. No recursion, because the client controls the depth."""
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
