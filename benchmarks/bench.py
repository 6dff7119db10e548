"""What every benchmark is given, and how it checks replies."""

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


class WrongReply(Exception):
    """A reply is wrong, so the benchmark has no result."""


def require(condition: object, message: str) -> None:
    """Raises WrongReply unless the condition holds: measuring wrong replies would be pointless."""
    if not condition:
        raise WrongReply(message)


def body_of(reply: httpx.Response, status: int = 200) -> Any:
    """The JSON body of a reply. Raises WrongReply for another status."""
    require(reply.status_code == status, f"{reply.request.url}: {reply.status_code} {reply.text[:300]}")
    return reply.json()
