"""What the library is narrowed to and ordered by, as it stands in the address."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import cast, get_args
from urllib.parse import urlencode

from django.urls import reverse

from generation.pipeline.types import LANGUAGE
from generation.posts.library import Sort
from generation.posts.narrowed import Narrowed, State

MAX_SEARCH = 200
"""Characters of a search term that are used."""
MAX_TAG = 100
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


def library_filters(sent: Mapping[str, str]) -> dict[str, str]:
    """What was asked for, as far as that is possible, without what is usual."""
    asked = {
        "q": sent.get("q", "").replace("\0", "").strip()[:MAX_SEARCH],
        "state": _one_of(get_args(State.__value__), sent.get("state")),
        "favourite": "1" if sent.get("favourite") in ("1", "true", "on") else "",
        "tag": sent.get("tag", "").replace("\0", "").strip()[:MAX_TAG],
        "language": _language(sent.get("language", "")),
        "since": _day(sent.get("since", "")),
        "until": _day(sent.get("until", "")),
        "sort": _one_of(get_args(Sort.__value__), sent.get("sort")),
    }
    return {name: value for name, value in asked.items() if value and value != "newest"}


def narrowed_by(filters: Mapping[str, str]) -> Narrowed:
    """The same for those who look for posts. `filters` comes from `library_filters`."""
    return Narrowed(
        search=filters.get("q", ""),
        state=cast(State, filters.get("state", "")),
        favourite="favourite" in filters,
        tag=filters.get("tag", ""),
        language=filters.get("language", ""),
        since=date.fromisoformat(filters["since"]) if "since" in filters else None,
        until=date.fromisoformat(filters["until"]) if "until" in filters else None,
    )


def library_url(query: Mapping[str, str]) -> str:
    """The library's URL with this query, without empty values."""
    query = {name: value for name, value in query.items() if value}
    return reverse("posts") + (f"?{urlencode(query)}" if query else "")


def _one_of(values: tuple[str, ...], sent: str | None) -> str:
    return sent if sent in values else ""


def _language(sent: str) -> str:
    return sent if re.fullmatch(LANGUAGE, sent) else ""


def _day(sent: str) -> str:
    with suppress(ValueError):
        if FIRST_DAY <= date.fromisoformat(sent) <= LAST_DAY:
            return date.fromisoformat(sent).isoformat()
    return ""
