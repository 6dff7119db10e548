"""What the generated functions answer with."""

from __future__ import annotations

from typing import Protocol, TypeVar

import httpx

from .errors import BlogAIError

Reply = TypeVar("Reply")
Item = TypeVar("Item")


class Page(Protocol[Item]):
    """A page of any list of the API."""

    results: list[Item]
    next_: str | None


def described(reply: Reply | None) -> Reply:
    """The reply. The generated functions answer None for a success that the API does not describe."""
    if reply is None:
        raise BlogAIError("The server answered in a way that this version of the client does not know.")
    return reply


def cursor_of(page: Page[Item]) -> str | None:
    """Where the next page begins. Only this of the link is used: behind a proxy its host may be another."""
    return httpx.URL(page.next_).params.get("cursor") if page.next_ else None
