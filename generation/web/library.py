"""The library: the page with all posts of a user."""

import uuid
from typing import cast, get_args
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from blogai.core.errors import NotFound
from generation.models import Post
from generation.posts import services
from generation.posts.library import State, library_page
from generation.web.new_post import EXAMPLES
from generation.web.page import SignedInPage

MAX_SEARCH = 200
"""Characters of a search term that are used."""
STATES = {"": "All", "finished": "Finished", "writing": "Being written", "failed": "Stopped"}


class Library(SignedInPage):
    """`?q=` searches titles, `?state=` filters, `?before=` gives the page after that post."""

    def get(self, request: HttpRequest) -> HttpResponse:
        search = request.GET.get("q", "").strip()[:MAX_SEARCH]
        state = cast(State, request.GET.get("state", ""))
        if state not in get_args(State.__value__):
            state = ""
        page = library_page(self.user, search=search, state=state, before=_uuid(request.GET.get("before")))
        filters = {name: value for name, value in (("q", search), ("state", state)) if value}
        context = {
            "library_page": page,
            "search": search,
            "state": state,
            "states": [
                (each, name, library_url({**filters, "state": each})) for each, name in STATES.items()
            ],
            "older": page.older and library_url({**filters, "before": str(page.older)}),
            "newest": library_url(filters) if "before" in request.GET else "",
            "deleted": self.deleted(),
            "examples": EXAMPLES,
        }
        return render(request, "generation/posts/library.html", context)

    def deleted(self) -> Post | None:
        """The post whose deletion led here, while that can be undone."""
        post_id = _uuid(self.request.GET.get("deleted"))
        return services.restorable(self.user, post_id).only("id", "title").first() if post_id else None


def library_url(query: dict[str, str]) -> str:
    """The library's URL with this query, without empty values."""
    query = {name: value for name, value in query.items() if value}
    return reverse("posts") + (f"?{urlencode(query)}" if query else "")


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise NotFound("There is nothing at this address.") from None
