"""JSON Schemas in words: what a type is, which fields it has, and an example of it."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from generation.posts.markdown import render_document

SCHEMAS = "#/components/schemas/"
NULL = "NullEnum"
"""What drf-spectacular calls a value that can only be null."""
BOUNDS = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
)
"""The bounds that readers are told, and of what. Patterns are for programs: /openapi.json has them."""
FORMATS = {
    "uuid": ("id", "0199c6a2-7f3e-7c51-a8a4-5d1f0c9b2e60"),
    "date-time": ("time, UTC", "2026-11-27T21:04:05Z"),
    "date": ("date", "2026-11-27"),
    "decimal": ("decimal string", "0.50"),
    "email": ("email", "you@example.com"),
    "uri": ("address", "https://example.com/blog-ai"),
    "uri-reference": ("address", "/api/v1/runs/0199c6a2-7f3e-7c51-a8a4-5d1f0c9b2e60"),
}
"""What the formats are called, and an example of each."""
EXAMPLES = {
    "topic": "How tides work",
    "title": "How Tides Work",
    "slug": "how-tides-work",
    "name": "newsletter",
    "language": "en",
    "conversation_id": "my-thread",
    "heading": "The pull of the moon",
    "url": "https://example.com/blog-ai",
    "callback_url": "https://example.com/blog-ai",
    "provider": "openai",
}
"""Texts that say more than "…"."""

type Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object, or a parameter; `where` says in what it is sent."""

    name: str
    type: SafeString
    required: bool
    description: SafeString
    where: str = ""


def fields_of(schema: Schema, document: Schema) -> tuple[Field, ...]:
    """The fields of an object, or of the items of a list."""
    schema = resolved(schema, document)
    required = schema.get("required", [])
    return tuple(
        Field(
            name=name,
            type=type_of(each),
            required=name in required,
            description=_description(each),
        )
        for name, each in schema.get("properties", {}).items()
    )


def type_of(schema: Schema) -> SafeString:
    """The type in words, with links to those that have a name: `list of Question, up to 8 items`."""
    return format_html_join(", ", "{}", ((each,) for each in (_kind(schema), *_bounds(schema))))


def name_of(schema: Schema) -> str:
    """The name of the type that the schema refers to."""
    return str(schema.get("$ref", "")).removeprefix(SCHEMAS)


def resolved(schema: Schema, document: Schema) -> Schema:
    """What a reference leads to."""
    name = name_of(schema)
    found: Schema = document["components"]["schemas"][name] if name else schema
    return found


def example(schema: Schema, document: Schema, name: str = "", *, body: bool = False) -> Any:
    """A value of the type. Of a body only the fields that must be there, or else the first two."""
    schema = resolved(schema, document)
    for key in ("allOf", "oneOf", "anyOf"):
        if key in schema:
            return example(schema[key][0], document, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kinds = schema.get("type", "object")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        fields = schema.get("properties", {})
        if body:
            fields = {each: fields[each] for each in schema.get("required") or list(fields)[:2]}
        return {each: example(of, document, each) for each, of in fields.items()}
    if kind == "array":
        return [example(schema["items"], document, name)]
    if kind == "string":
        return EXAMPLES.get(name) or FORMATS.get(schema.get("format", ""), ("", "…"))[1]
    return {"integer": schema.get("minimum", 3), "number": 1.5, "boolean": True}.get(kind)


def _kind(schema: Schema) -> SafeString:
    name = name_of(schema)
    if name == NULL:
        return SafeString("null")
    if name:
        return format_html('<a href="#schema-{0}">{0}</a>', name)
    for key in ("allOf", "oneOf", "anyOf"):
        if key in schema:
            # A text that may be empty is described as two.
            kinds = [type_of(each) for each in schema[key] if each.get("maxLength") != 0]
            return format_html_join(" or ", "{}", ((each,) for each in dict.fromkeys(kinds)))
    if "const" in schema:
        return format_html("<code>{}</code>", _shown(schema["const"]))
    if "enum" in schema:
        return format_html_join(" or ", "<code>{}</code>", ((_shown(each),) for each in schema["enum"]))
    kinds = schema.get("type", "object")
    named = [_name(each, schema) for each in (kinds if isinstance(kinds, list) else [kinds])]
    return format_html_join(" or ", "{}", ((each,) for each in named))


def _name(kind: str, schema: Schema) -> SafeString:
    if kind == "array":
        bounds = _bounds(schema["items"])
        return format_html(
            "list of {}{}", _kind(schema["items"]), f" ({', '.join(bounds)})" if bounds else ""
        )
    if kind == "string":
        return SafeString(FORMATS.get(schema.get("format", ""), ("string",))[0])
    return SafeString(kind)


def _bounds(schema: Schema) -> list[str]:
    """What a value must keep to, and the one that it has if it is left out."""
    said = []
    for lowest, highest, unit in BOUNDS:
        low, high = schema.get(lowest), schema.get(highest)
        if high is not None:
            said.append(f"up to {high:,}{unit}" if low is None else f"{low:,} to {high:,}{unit}")
        elif low is not None:
            said.append(f"{low:,} or more{unit}")
    default = schema.get("default")
    return said if default in (None, "", []) else [*said, f"{_shown(default)} if left out"]


def _shown(value: object) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _description(schema: Schema) -> SafeString:
    text = str(schema.get("description", "")).partition("* `")[0].strip()
    return mark_safe(render_document(text))  # noqa: S308 (sanitised by render_document)
