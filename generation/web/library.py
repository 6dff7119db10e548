"""The library: the page with all posts of a user."""

import uuid
from collections.abc import Mapping
from typing import Any, cast, get_args
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from blogai.core.errors import NotFound
from generation.posts import services
from generation.posts.library import LibraryPage, Sort, State, library_page
from generation.runs.discard import discarded
from generation.web.new_post import EXAMPLES
from generation.web.page import SignedInPage

MAX_SEARCH = 200
"""Characters of a search term that are used."""
STATES = {
    "": "All",
    "finished": "Finished",
    "writing": "Being written",
    "stopped": "Stopped",
    "failed": "Failed",
}
SORTS = {"newest": "Newest", "oldest": "Oldest", "title": "Title", "words": "Longest"}


class Library(SignedInPage):
    """`?q=` searches, `?state=` filters, `?sort=` orders, `?before=` gives the page after that post.

    While a post on the page is being written, the list asks for itself; `?watching=` are those posts.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = library_filters(request.GET)
        page = library_page(
            self.user,
            search=filters.get("q", ""),
            state=cast(State, filters.get("state", "")),
            sort=cast(Sort, filters.get("sort", "newest")),
            before=_uuid(request.GET.get("before")),
        )
        context = {"library_page": page, "filters": filters, "here": self.here(filters, page)}
        if "HX-Request" in request.headers:
            context["ready"] = self.ready(page)
            return render(request, "generation/posts/_list.html", context)
        context |= self.around(filters, page)
        return render(request, "generation/posts/library.html", context)

    def here(self, filters: dict[str, str], page: LibraryPage) -> str:
        """Where the list asks for itself; empty if nothing on it will change by itself."""
        if not page.written_now:
            return ""
        watching = ",".join(map(str, page.written_now))
        return library_url({**filters, "before": self.request.GET.get("before", ""), "watching": watching})

    def ready(self, page: LibraryPage) -> list[str]:
        """The titles of the posts that were being written and are finished."""
        watched = self.request.GET.get("watching", "").split(",")
        return [entry.title for entry in page.entries if entry.has_post and str(entry.id) in watched]

    def around(self, filters: dict[str, str], page: LibraryPage) -> dict[str, Any]:
        """What is around the list."""
        paged = "before" in self.request.GET
        return {
            "states": [
                (each, name, library_url({**filters, "state": each})) for each, name in STATES.items()
            ],
            "sorts": [(each, name, library_url({**filters, "sort": each})) for each, name in SORTS.items()],
            "sort": filters.get("sort", "newest"),
            "sorted_by": SORTS[filters.get("sort", "newest")],
            "next": page.next and library_url({**filters, "before": str(page.next)}),
            "first": library_url(filters) if paged else "",
            "narrowed": bool(filters.get("q") or filters.get("state")),
            "deleted": self.deleted(),
            "examples": EXAMPLES,
        }

    def deleted(self) -> dict[str, Any] | None:
        """The post whose deletion led here, while that can be undone."""
        post_id = _uuid(self.request.GET.get("deleted"))
        if post_id is None:
            return None
        post = services.restorable(self.user, post_id).only("id", "title").first()
        if post is not None:
            return {"id": post_id, "title": post.title}
        run = discarded(self.user, post_id).only("brief", "outline").first()
        return (
            None
            if run is None
            else {"id": post_id, "title": (run.outline or {}).get("title", run.brief["topic"])}
        )


def library_filters(sent: Mapping[str, str]) -> dict[str, str]:
    """What the library is narrowed to and ordered by, as far as that is possible, without what is usual."""
    asked = {
        "q": sent.get("q", "").strip()[:MAX_SEARCH],
        "state": sent.get("state", "") if sent.get("state") in get_args(State.__value__) else "",
        "sort": sent.get("sort", "") if sent.get("sort") in get_args(Sort.__value__) else "",
    }
    return {name: value for name, value in asked.items() if value and value != "newest"}


def library_url(query: Mapping[str, str]) -> str:
    """The library's URL with this query, without empty values."""
    query = {name: value for name, value in query.items() if value}
    return reverse("posts") + (f"?{urlencode(query)}" if query else "")


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise NotFound("There’s nothing at this address.") from None
