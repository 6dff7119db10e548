"""The reference of the API, made of our own OpenAPI description: what its template shows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from drf_spectacular.generators import SchemaGenerator

from blogai.guide.code import highlight
from blogai.guide.schemas import NULL, Field, example, fields_of, type_of
from blogai.openapi import METHODS
from generation.posts.markdown import render_document

GROUPS = {
    "generate-blog": "Write a post",
    "runs": "Runs",
    "posts": "Posts",
    "models": "Models",
    "webhooks": "Webhooks",
    "me": "Your account",
    "usage": "Usage",
    "tiers": "Plans",
    "billing": "Billing",
    "api-keys": "API keys",
    "health": "Health",
}
"""The tags of the description in the order of the reference, and what each group is called."""
VERSION_PREFIX = "/api/v1"
JSON = "application/json"

type Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back when all is well: its type in words, and an example if it is JSON."""

    status: str
    says: SafeString
    example: SafeString


@dataclass(frozen=True, slots=True)
class Operation:
    """`permission` is empty if it needs no key; `alias` is its id at the other path, `also`."""

    id: str
    method: str
    path: str
    summary: str
    description: SafeString
    permission: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    replies: tuple[Reply, ...]
    curl: SafeString
    deprecated: bool
    alias: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    slug: str
    name: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Type:
    """An object that replies are made of, or a set of values."""

    name: str
    description: SafeString
    values: SafeString
    fields: tuple[Field, ...]


@cache
def document() -> Schema:
    """The OpenAPI description, as /openapi.json has it. It is the same for everybody."""
    made: Schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


@cache
def groups() -> tuple[Group, ...]:
    """Every operation once. One that has two paths names both."""
    paths = document()["paths"]
    made: dict[str, list[Operation]] = {tag: [] for tag in GROUPS}
    for path, methods in paths.items():
        for method in (method for method in METHODS if method in methods):
            short = path.removeprefix(VERSION_PREFIX)
            if short == path or method not in paths.get(short, {}):
                made[methods[method]["tags"][0]].append(_operation(path, method))
    return tuple(Group(tag, name, tuple(made[tag])) for tag, name in GROUPS.items())


@cache
def types() -> tuple[Type, ...]:
    """Every type that replies and bodies are made of, by name."""
    schemas = document()["components"]["schemas"]
    return tuple(_type(name, schemas[name]) for name in sorted(schemas) if name != NULL)


@cache
def html() -> SafeString:
    """All of it, rendered once: that takes longer than a page may."""
    return render_to_string("blogai/guide/_reference.html", {"groups": groups(), "types": types()})


def _operation(path: str, method: str) -> Operation:
    described = document()["paths"][path][method]
    also = VERSION_PREFIX + path if method in document()["paths"].get(VERSION_PREFIX + path, {}) else ""
    body = described.get("requestBody", {}).get("content", {}).get(JSON, {})
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        description=_markdown(described.get("description", "")),
        permission=next(
            (scopes[0] for each in described["security"] for scopes in each.values() if scopes), ""
        ),
        parameters=tuple(map(_parameter, described.get("parameters", []))),
        body=fields_of(body.get("schema", {}), document()),
        replies=tuple(_replies(described)),
        curl=highlight(_curl(path, method, described, body), "sh"),
        deprecated=described.get("deprecated", False),
        alias=document()["paths"][also][method]["operationId"] if also else "",
        also=also,
    )


def _parameter(described: Schema) -> Field:
    return Field(
        name=described["name"],
        where=described["in"],
        type=type_of(described["schema"]),
        required=described.get("required", False),
        description=_markdown(described.get("description", "")),
    )


def _replies(described: Schema) -> Iterator[Reply]:
    for status, reply in sorted(described["responses"].items()):
        if status.startswith("2") or status == "304":
            for kind, content in reply.get("content", {"": {}}).items():
                yield _reply(status, kind, content.get("schema", {}))


def _reply(status: str, kind: str, schema: Schema) -> Reply:
    if not schema:
        return Reply(status, SafeString("No body"), SafeString(""))
    if kind != JSON:
        return Reply(status, format_html("<code>{}</code>: {}", kind, type_of(schema)), SafeString(""))
    shown = json.dumps(example(schema, document()), indent=2, ensure_ascii=False)
    return Reply(status, type_of(schema), highlight(shown, "json"))


def _curl(path: str, method: str, described: Schema, body: Schema) -> str:
    """A command that does it, with made-up ids. Without `-X` where curl chooses the method itself."""
    for parameter in described.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", f"${parameter['name'].upper()}")
    verb = "" if method == "get" or (method == "post" and body) else f"-X {method.upper()} "
    address = settings.PUBLIC_URL.rstrip("/") + path
    lines = [f'curl {verb}"{address}"' if "$" in path else f"curl {verb}{address}"]
    if described["security"]:
        lines.append('-H "X-API-Key: $BLOG_AI_KEY"')
    if body:
        sent = _body_example(body)
        shown = json.dumps(sent, indent=2, ensure_ascii=False).replace("\n", "\n  ").replace("'", "'\\''")
        lines += [f'-H "Content-Type: {JSON}"', f"-d '{shown}'"]
    return " \\\n  ".join(lines)


def _body_example(body: Schema) -> Any:
    for each in body.get("examples", {}).values():
        return each["value"]
    return example(body["schema"], document(), body=True)


def _type(name: str, schema: Schema) -> Type:
    return Type(
        name=name,
        description=_markdown(_without_values(schema)),
        values=SafeString("") if schema.get("properties") else type_of(schema),
        fields=fields_of(schema, document()),
    )


def _without_values(schema: Schema) -> str:
    """The description without the list of values that drf-spectacular writes under it."""
    text: str = schema.get("description", "")
    return text.partition("* `")[0].strip() if "enum" in schema else text


def _markdown(text: str) -> SafeString:
    return mark_safe(render_document(text))  # noqa: S308 (sanitised by render_document)
