"""Serves a stylesheet together with those it imports as one file, to save requests.

The sources stay plain CSS: loaded one by one, they give a browser the same result.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage

FOLDER = "css"
IMPORT = re.compile(r'^@import url\("([^":]+)"\) layer\(([a-z]+)\);\n', re.MULTILINE)
REFERENCE = re.compile(r'url\("(?!data:|/)([^":]+)"\)')


def joined(path: Path) -> str:
    """The stylesheet with each `@import url("…") layer(…)` replaced by the file, in its layer."""

    def inlined(found: re.Match[str]) -> str:
        source = path.parent / found[1]
        folder = Path(found[1]).parent
        text = REFERENCE.sub(lambda at: f'url("{_tidy(folder / at[1])}")', source.read_text())
        return f"@layer {found[2]} {{\n{text}}}\n"

    return IMPORT.sub(inlined, path.read_text())


class Stylesheets(BaseFinder):
    """Finds the joined versions of stylesheets in static/css that import others. Must be the first finder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.root = settings.BASE_DIR / "static"
        self.storage = Joined(location=self.root)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str]:  # type: ignore[override]
        """The joined file, stored under DATA_DIR because a finder has to return a path."""
        source = self.root / path
        if not self._is_entry(source):
            return []
        place = settings.DATA_DIR / "static" / path
        text = joined(source)
        if not place.is_file() or place.read_text() != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        return [str(place)] if find_all else str(place)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for source in sorted((self.root / FOLDER).glob("*.css")):
            if self._is_entry(source):
                yield f"{FOLDER}/{source.name}", self.storage

    def _is_entry(self, source: Path) -> bool:
        in_folder = source.parent == self.root / FOLDER and source.suffix == ".css"
        return in_folder and source.is_file() and bool(IMPORT.search(source.read_text()))


class Joined(FileSystemStorage):
    """The storage that `collectstatic` copies from, with the joined text in place of the original."""

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        return ContentFile(joined(Path(self.path(name))).encode(), name=name)


def _tidy(path: Path) -> str:
    """Normalise `components/../x` to `x`, which the hashing of file names does not do."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
