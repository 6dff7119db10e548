"""A zip file with somebody's data, written row by row, so that memory does not grow with the data."""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import IO, Any, Self
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from blogai.core.db import release_connections

CHUNK = 100
"""Rows in memory at the same time."""
MANIFEST, README = "manifest.json", "README.txt"
WELCOME = """\
Everything that Blog AI keeps about your account.

posts/           your posts as Markdown, one file each
*.json           all the rest: a list of records, one on each line
ledger.csv       what each post took from your plan
manifest.json    every file with its size, its number of records and its SHA-256 checksum

Times are in UTC. Passwords, keys and other secrets are left out, and so is what belongs to nobody.
"""


class Entry:
    """A file of the archive while it is written: its number of records, its size and its checksum."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name, self.records, self.size = name, 0, 0
        self._file, self._sha256 = file, sha256()

    def write(self, text: str) -> None:
        data = text.encode()
        self._file.write(data)
        self._sha256.update(data)
        self.size += len(data)

    def facts(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "records": self.records,
            "bytes": self.size,
            "sha256": self._sha256.hexdigest(),
        }


class Archive:
    """Its methods are generators: each step writes some more. `records` counts what has been written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.records = 0
        self.models: set[type[Model]] = set()
        """What its tables are of."""
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)
        self._facts: list[str] = []

    def table[M: Model](
        self,
        name: str,
        model: type[M],
        rows: Iterable[M],
        *,
        leave_out: Collection[str] = (),
        shown: Mapping[str, Callable[[Any], Any]] = {},
    ) -> Iterator[None]:
        """A JSON file: a list with the columns of each row but those that are left out, one row on each line.

        `shown` has functions for columns that are not shown as they are.
        """
        self.models.add(model)
        columns = [field.attname for field in model._meta.concrete_fields if field.name not in leave_out]
        with self._open(name) as entry:
            entry.write("[")
            for row in rows:
                record = {column: shown.get(column, _same)(getattr(row, column)) for column in columns}
                entry.write(",\n" if entry.records else "\n")
                entry.write(json.dumps(record, cls=DjangoJSONEncoder, ensure_ascii=False))
                yield from self._counted(entry)
            entry.write("\n]\n")

    def csv[M: Model](
        self, name: str, model: type[M], rows: Iterable[M], columns: Sequence[str]
    ) -> Iterator[None]:
        """A CSV file with these columns."""
        self.models.add(model)
        with self._open(name) as entry:
            entry.write(_line(columns))
            for row in rows:
                entry.write(_line([getattr(row, column) for column in columns]))
                yield from self._counted(entry)

    def texts(self, texts: Iterable[tuple[str, str]]) -> Iterator[None]:
        """A file for each (name, text)."""
        for name, text in texts:
            with self._open(name) as entry:
                entry.write(text)
                yield from self._counted(entry)

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write the manifest, with what it says about the whole."""
        with self._open(README) as entry:
            entry.write(WELCOME)
        files = ",\n".join(self._facts)
        heading = json.dumps({**about, "records": self.records}, cls=DjangoJSONEncoder)
        self._zip.writestr(MANIFEST, f'{heading[:-1]}, "files": [\n{files}\n]}}\n')
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Also for one that is not finished, or it would close itself once its file is gone."""
        self._zip.close()

    def _counted(self, entry: Entry) -> Iterator[None]:
        """One more record; a step is over with each chunk."""
        entry.records += 1
        self.records += 1
        if self.records % CHUNK == 0:
            yield

    @contextmanager
    def _open(self, name: str) -> Iterator[Entry]:
        with self._zip.open(name, "w", force_zip64=not name.endswith(".md")) as file:
            entry = Entry(name, file)
            yield entry
        self._facts.append(json.dumps(entry.facts()))


def in_chunks[M: Model](rows: "QuerySet[M, M]") -> Iterator[M]:
    """Every row in the order of its key. No connection is held while a chunk is worked on."""
    rows = rows.order_by("pk")
    chunk = list(rows[:CHUNK])
    while chunk:
        release_connections()
        yield from chunk
        chunk = list(rows.filter(pk__gt=chunk[-1].pk)[:CHUNK]) if len(chunk) == CHUNK else []


def _same(value: object) -> object:
    return value


def _line(row: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(row)
    return line.getvalue()
