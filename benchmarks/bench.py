"""What every measure is given, and how it says that a reply is not what it should be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from benchmarks.database import Database


@dataclass(frozen=True, slots=True)
class Bench:
    rounds: int
    quick: bool
    database: Database
    say: Callable[[str], object]


class Wrong(Exception):
    """A reply is not what it should be, so there is no figure."""


def ensure(true: object, otherwise: str) -> None:
    """A figure about a wrong reply is worth nothing, so the first one ends its measure: raises Wrong."""
    if not true:
        raise Wrong(otherwise)


def body_of(reply: httpx.Response, status: int = 200) -> Any:
    """The JSON of a reply that has the status it should have."""
    ensure(reply.status_code == status, f"{reply.request.url}: {reply.status_code} {reply.text[:300]}")
    return reply.json()
