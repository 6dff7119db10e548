"""What stands in front of Markdown: TOML between `+++`, or the plain part of YAML between `---`.

A key and its value on one line, a list in brackets or in lines with hyphens, and folded text. Nothing else of
YAML is read: no types, references or nesting.
"""

import json
import re
import tomllib
from collections.abc import Iterator

type FrontMatter = dict[str, str | list[str]]

MAX_LINES = 200
_KEY = re.compile(r"([A-Za-z_][\w-]*):(?:[ \t]+(.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.+)")


def taken_off(text: str) -> tuple[FrontMatter, str]:
    """The front matter and the text behind it. What isn't front matter stays in the text."""
    fence, _, rest = text.partition("\n")
    fence = fence.rstrip()
    if fence not in ("---", "+++"):
        return {}, text
    lines = rest.split("\n", MAX_LINES)[:MAX_LINES]
    end = next((number for number, line in enumerate(lines) if line.rstrip() == fence), None)
    if end is None:
        return {}, text
    read = _toml("\n".join(lines[:end])) if fence == "+++" else _yaml(lines[:end])
    return (
        (read, rest.split("\n", end + 1)[end + 1] if rest.count("\n") > end else "") if read else ({}, text)
    )


def _toml(text: str) -> FrontMatter:
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    return {
        name.lower(): [str(each) for each in value] if isinstance(value, list) else str(value)
        for name, value in found.items()
        if not isinstance(value, dict)
    }


def _yaml(lines: list[str]) -> FrontMatter:
    found: FrontMatter = {}
    for name, value, below in _keys(lines):
        items = [_plain(item[1]) for item in map(_ITEM.fullmatch, below) if item]
        if value in (">", ">-", "|", "|-"):
            found[name] = " ".join(line.strip() for line in below).strip()
        elif value.startswith("[") and value.endswith("]"):
            found[name] = [_plain(each) for each in value[1:-1].split(",") if each.strip()]
        else:
            found[name] = items if items and not value else _plain(value)
    return found


def _keys(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Each key with what stands behind it, and in the lines below."""
    key: re.Match[str] | None = None
    below: list[str] = []
    for line in lines:
        if found := _KEY.fullmatch(line.rstrip()):
            if key:
                yield key[1].lower(), (key[2] or "").strip(), below
            key, below = found, []
        elif line.strip() and not line.startswith("#"):
            below.append(line)
    if key:
        yield key[1].lower(), (key[2] or "").strip(), below


def _plain(value: str) -> str:
    """A value without its quotes."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        try:
            return str(json.loads(value))
        except ValueError:
            return value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value
