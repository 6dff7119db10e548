"""Stripe's objects as JSON in one SQLite file, or in memory: every request is one transaction.

Nothing is kept outside of it, so several threads and processes may share a file.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

type Thing = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, customer TEXT,
    due INTEGER, data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS things_listed ON things (kind, customer);
CREATE INDEX IF NOT EXISTS things_due ON things (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, due REAL, status INTEGER
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
MOST = {"event": 2_000, "billing_portal.session": 200, "checkout.session": 2_000}
"""Of which kinds only the newest are kept, and how many."""
MOST_THINGS = 50_000
EVERY = 100
"""Old ones are looked for once in so many new ones."""


class Full(Exception):
    """The simulated Stripe holds as many objects as it may: start with a new file."""


class Store:
    def __init__(self, path: Path | None = None) -> None:
        self._lock = RLock()
        if path:
            path.touch(mode=0o600)  # signing secrets are in it
        self._sqlite = sqlite3.connect(
            path or ":memory:", timeout=10, isolation_level=None, check_same_thread=False
        )
        if path:
            self._sqlite.execute("PRAGMA journal_mode = WAL")
            self._sqlite.execute("PRAGMA synchronous = NORMAL")
        self._sqlite.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._sqlite.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One at a time, over all processes; undone by an exception. Inside another one it is part of it."""
        with self._lock:
            if self._sqlite.in_transaction:
                yield
                return
            self._sqlite.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._sqlite.execute("ROLLBACK")
                raise
            self._sqlite.execute("COMMIT")

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        """For changes; what is read, `select` has, since a cursor may not be read beside another thread's."""
        with self._lock:
            return self._sqlite.execute(sql, values)

    def select(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._sqlite.execute(sql, values).fetchall()

    def serialized(self) -> bytes:
        """All of it, for `deserialize`."""
        with self._lock:
            return self._sqlite.serialize()

    def deserialize(self, serialized: bytes) -> None:
        """Take the place of what is here. Not for a store in a file."""
        with self._lock:
            self._sqlite.deserialize(serialized)

    # Objects ----------------------------------------------------------------------------------------

    def get(self, thing_id: str) -> Thing | None:
        rows = self.select("SELECT data FROM things WHERE id = ?", thing_id)
        return json.loads(rows[0][0]) if rows else None

    def put(self, thing: Thing, due: int | None) -> None:
        """Insert or replace. `due` is when time will change it next."""
        values = (thing["object"], thing.get("customer"), due, json.dumps(thing))
        update = "UPDATE things SET kind = ?, customer = ?, due = ?, data = ? WHERE id = ?"
        if not self.execute(update, *values, thing["id"]).rowcount:
            insert = "INSERT INTO things (kind, customer, due, data, id) VALUES (?, ?, ?, ?, ?)"
            seq = self.execute(insert, *values, thing["id"]).lastrowid or 0
            if seq % EVERY == 0:
                self._forget_old_ones()

    def delete(self, thing_id: str) -> None:
        self.execute("DELETE FROM things WHERE id = ?", thing_id)

    def all(self, kind: str, customer: str | None = None) -> list[Thing]:
        """Newest first."""
        sql = "SELECT data FROM things WHERE kind = ? AND (? IS NULL OR customer = ?) ORDER BY seq DESC"
        return [json.loads(row[0]) for row in self.select(sql, kind, customer, customer)]

    def next_due(self, until: int) -> tuple[int, Thing] | None:
        """What time changes first, if it does so until then."""
        sql = "SELECT due, data FROM things WHERE due <= ? ORDER BY due, seq LIMIT 1"
        rows = self.select(sql, until)
        return (rows[0][0], json.loads(rows[0][1])) if rows else None

    def _forget_old_ones(self) -> None:
        for kind, most in MOST.items():
            sql = (
                "DELETE FROM things WHERE kind = ? AND due IS NULL AND seq NOT IN "
                "(SELECT seq FROM things WHERE kind = ? ORDER BY seq DESC LIMIT ?)"
            )
            self.execute(sql, kind, kind, most)
        self.execute(
            "DELETE FROM deliveries WHERE due IS NULL AND id <= (SELECT max(id) FROM deliveries) - 2000"
        )
        self.execute("DELETE FROM replies WHERE rowid <= (SELECT max(rowid) FROM replies) - 5000")
        if self.select("SELECT count(*) FROM things")[0][0] > MOST_THINGS:
            raise Full(Full.__doc__)

    # Settings ---------------------------------------------------------------------------------------

    def setting(self, name: str, default: Any) -> Any:
        rows = self.select("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(rows[0][0]) if rows else default

    def set(self, name: str, value: Any) -> None:
        sql = "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self.execute(sql, name, json.dumps(value))
