"""What is done to the posts that were ticked in the library or the trash."""

import uuid
from collections.abc import Callable, Collection
from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render

from accounts.models import User
from blogai.core.errors import BlogAIError, ValidationFailed
from generation.posts import marks
from generation.posts.narrowed import narrowed_posts
from generation.posts.services import IN_TRASH
from generation.runs import trash
from generation.web.library_filters import library_filters, library_url, narrowed_by
from generation.web.page import SignedInPage

MAX_TICKED = 100
MAX_MATCHING = 1000
"""Posts of a search or a filter that are changed together."""

type Done = Callable[[User, Collection[uuid.UUID], QueryDict], str]


def _counted(number: int) -> str:
    return f"{number:,} post{'' if number == 1 else 's'}"


def _delete(user: User, ids: Collection[uuid.UUID], sent: QueryDict) -> str:
    return f"Moved {_counted(trash.throw_away(user, ids))} to the trash, for {IN_TRASH.days} days."


def _star(user: User, ids: Collection[uuid.UUID], sent: QueryDict) -> str:
    return f"Added {_counted(marks.star(user, ids, True))} to your favorites."


def _unstar(user: User, ids: Collection[uuid.UUID], sent: QueryDict) -> str:
    return f"Removed {_counted(marks.star(user, ids, False))} from your favorites."


def _tag(user: User, ids: Collection[uuid.UUID], sent: QueryDict) -> str:
    tag = marks.clean_tag(sent.get("add_tag", ""))
    return f"Tagged {_counted(marks.add_tag(user, ids, tag))} “{tag}”."


def _untag(user: User, ids: Collection[uuid.UUID], sent: QueryDict) -> str:
    tag = marks.clean_tag(sent.get("add_tag", ""))
    return f"Removed “{tag}” from {_counted(marks.remove_tag(user, ids, tag))}."


DONE: dict[str, Done] = {
    "delete": _delete, "star": _star, "unstar": _unstar, "tag": _tag, "untag": _untag
}  # fmt: skip


class Selected(SignedInPage):
    """`post` are the ids, `do` says what is done; with `all`, it is done to all posts of the list."""

    def post(self, request: HttpRequest) -> HttpResponse:
        do = DONE.get(request.POST.get("do", ""))
        if do is None:
            return HttpResponseBadRequest("Choose what to do with these posts.")
        filters = library_filters(request.POST)
        try:
            messages.success(request, do(self.user, self.ids(filters), request.POST))
        except BlogAIError as error:
            messages.warning(request, error.detail)
        return redirect(library_url(filters))

    def ids(self, filters: dict[str, str]) -> Collection[uuid.UUID]:
        if "all" not in self.request.POST:
            return ticked(self.request.POST)
        posts = narrowed_posts(self.user, narrowed_by(filters)).order_by("-pk").values_list("pk", flat=True)
        ids = list(posts[: MAX_MATCHING + 1])
        if len(ids) > MAX_MATCHING:
            raise ValidationFailed(
                f"That’s more than {MAX_MATCHING:,} posts, so nothing was changed. Narrow the list first."
            )
        return ids


def ticked(sent: QueryDict) -> set[uuid.UUID]:
    """The ids of what was ticked. Raises ValidationFailed for none, and for too many."""
    ids = set()
    for value in sent.getlist("post")[: MAX_TICKED + 1]:
        with suppress(ValueError):
            ids.add(uuid.UUID(value))
    if not ids:
        raise ValidationFailed("Tick the posts first.")
    if len(ids) > MAX_TICKED:
        raise ValidationFailed(f"Tick up to {MAX_TICKED} posts. Nothing was changed.")
    return ids


class Trash(SignedInPage):
    """`?before=` gives the page after that post."""

    def get(self, request: HttpRequest) -> HttpResponse:
        before = None
        with suppress(ValueError):
            before = uuid.UUID(request.GET["before"]) if "before" in request.GET else None
        context = {"trash": trash.trash_page(self.user, before), "paged": before, "days": IN_TRASH.days}
        return render(request, "generation/posts/trash.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Restores what was ticked, or erases it or everything once that is confirmed."""
        do, sure = request.POST.get("do"), "sure" in request.POST
        try:
            if do == "restore":
                messages.success(request, self.restored())
            elif do in ("erase", "empty") and sure:
                ids = ticked(request.POST) if do == "erase" else None
                messages.success(request, f"Deleted {_counted(trash.give_up(self.user, ids))} for good.")
            elif do in ("erase", "empty"):
                return self.ask(do)
        except ValidationFailed as error:
            messages.warning(request, error.detail)
        return redirect("trash")

    def restored(self) -> str:
        return f"Restored {_counted(trash.bring_back(self.user, ticked(self.request.POST)))}."

    def ask(self, do: str) -> HttpResponse:
        ids = ticked(self.request.POST) if do == "erase" else ()
        count = len(ids) if ids else trash.in_trash(self.user)
        context = {"do": do, "ids": ids, "what": _counted(count), "one": count == 1}
        return render(self.request, "generation/posts/trash_sure.html", context)
