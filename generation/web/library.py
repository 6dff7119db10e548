"""The library: the page with all posts of a user."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format

from blogai.core.errors import NotFound
from generation.exports.formats import available
from generation.posts import services
from generation.posts.library import LibraryPage, Sort, library_page
from generation.runs.discard import discarded
from generation.web.brief_form import language_name
from generation.web.library_filters import library_filters, library_url, narrowed_by
from generation.web.new_post import EXAMPLES
from generation.web.page import SignedInPage

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
        fragment = "HX-Request" in request.headers
        page = library_page(
            self.user,
            narrowed_by(filters),
            sort=cast(Sort, filters.get("sort", "newest")),
            before=_uuid(request.GET.get("before")),
            with_choices=not fragment,
        )
        context = {"library_page": page, "filters": filters, "here": self.here(filters, page)}
        if fragment:
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
        paged, choices = "before" in self.request.GET, page.choices
        return {
            "states": [
                (each, name, library_url({**filters, "state": each})) for each, name in STATES.items()
            ],
            "sorts": [(each, name, library_url({**filters, "sort": each})) for each, name in SORTS.items()],
            "sort": filters.get("sort", "newest"),
            "sorted_by": SORTS[filters.get("sort", "newest")],
            "next": page.next and library_url({**filters, "before": str(page.next)}),
            "first": library_url(filters) if paged else "",
            "narrowed": bool(narrowed_by(filters)),
            "choices": choices,
            "formats": available(),
            "saved": [(name, library_url(library_filters(query))) for _, name, query in choices.saved],
            "languages": [(code, language_name(code)) for code in choices.languages],
            "kept": [(name, filters.get(name, "")) for name in ("q", "state", "sort")],
            "chips": list(_chips(filters)),
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


def _chips(filters: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What each filter that isn't shown elsewhere is called, and the address without it."""
    named: dict[str, Callable[[str], str]] = {
        "favourite": lambda value: "Favorites",
        "tag": lambda value: f"Tag: {value}",
        "language": language_name,
        "since": lambda value: f"From {date_format(date.fromisoformat(value))}",
        "until": lambda value: f"To {date_format(date.fromisoformat(value))}",
    }
    for name, called in named.items():
        if name in filters:
            others = {other: value for other, value in filters.items() if other != name}
            yield called(filters[name]), library_url(others)


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise NotFound("There’s nothing at this address.") from None
