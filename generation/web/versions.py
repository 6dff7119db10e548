"""The history of a post: its versions, what two of them differ in, and who wrote which sentence."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.contrib import messages
from django.db.models import Sum
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe

from blogai.core.errors import NotFound
from generation.editing import services
from generation.editing.blame import Written, blame
from generation.editing.changes import Piece, diff
from generation.editing.history import Version
from generation.editing.shelf import version_of_row
from generation.llm.registry import label
from generation.models import Post
from generation.pipeline.words import count
from generation.posts.markdown import framed, headings_of, render_edited
from generation.posts.services import post_for
from generation.web.languages import direction_of
from generation.web.page import SignedInPage

PAGE_SIZE = 20
COMPARED = 400_000
"""Characters of a page's versions that are compared, which takes less than a second."""
KEPT = 300
"""Characters of what is the same that are shown on either side of a change."""


@dataclass(frozen=True, slots=True)
class Row:
    """A version in the list. `changed` is how it differs from what it was made of, if that was compared."""

    version: Version
    author: str
    note: str
    changed: str
    current: bool


class Versions(SignedInPage):
    """The versions, newest first; `?before=` is a number."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post = post_for(self.user, post_id)
        found = services.versions_of(post).defer("body", "parts")
        if before := _number(request.GET, "before"):
            found = found.filter(number__lt=before)
        page = [version_of_row(row, body="") for row in found[: PAGE_SIZE + 1]]
        versions = page[:PAGE_SIZE]
        if not versions and not before:
            versions = [services.version_of(post, post.head)]
        context = {
            "post": post,
            "rows": _rows(post, versions),
            "newest": before,
            "older": versions[-1].number if len(page) > PAGE_SIZE else None,
        }
        return render(request, "generation/posts/versions.html", context)


class OneVersion(SignedInPage):
    """A version as its readers would see it."""

    def get(self, request: HttpRequest, post_id: uuid.UUID, number: int) -> HttpResponse:
        post = post_for(self.user, post_id)
        version = services.version_of(post, number)
        context = {
            "post": post,
            "row": _row(post, version, None),
            "direction": direction_of(post.language),
            "sections": list(_sections(version.body)),
        }
        return render(request, "generation/posts/version.html", context)


class RestoreVersion(SignedInPage):
    def post(self, request: HttpRequest, post_id: uuid.UUID, number: int) -> HttpResponse:
        """Makes the post what it was; what it is now stays among the versions."""
        saved = services.restore(self.user, post_id, number)
        messages.success(request, f"The post is version {number} again, as version {saved.version}.")
        return redirect("post", post_id)


class Compare(SignedInPage):
    """What two versions differ in: by default the newest, and what that was made of."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post = post_for(self.user, post_id)
        after = services.version_of(post, _number(request.GET, "to") or post.head)
        before = services.version_of(post, _number(request.GET, "from") or after.base or after.number)
        pieces = diff(before.body, after.body, post.language)
        beside = request.GET.get("view") == "beside"
        context = {
            "post": post,
            "before": _row(post, before, None),
            "after": _row(post, after, None),
            "numbers": list(services.versions_of(post).values_list("number", flat=True)[:200]) or [1],
            "beside": beside,
            "direction": direction_of(post.language),
            "pieces": list(_shortened(pieces)),
            "same": all(piece.kind == "same" for piece in pieces) and before.title == after.title,
        }
        return render(request, "generation/posts/compare.html", context)


class Authors(SignedInPage):
    """Who wrote which sentence of the post as it is."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post = post_for(self.user, post_id)
        context = {
            "post": post,
            "direction": direction_of(post.language),
            "passages": [
                {"text": "".join(each.text for each in passage).strip("\n"), "row": _row(post, version, None)}
                for version, passage in _passages(blame(post))
            ],
        }
        return render(request, "generation/posts/authors.html", context)


def _passages(written: Sequence[Written]) -> Iterator[tuple[Version, list[Written]]]:
    """Pieces in a row that are from the same version."""
    for _, passage in groupby(written, key=lambda each: each.version.number):
        pieces = list(passage)
        yield pieces[0].version, pieces


def _rows(post: Post, versions: Sequence[Version]) -> list[Row]:
    """The versions, which come without their bodies. Those are compared unless they are very long."""
    numbers = {number for version in versions for number in (version.number, version.base) if number}
    rows = services.versions_of(post).filter(number__in=numbers)
    length = rows.aggregate(length=Sum(Length("body")))["length"] or 0
    bodies = dict(rows.values_list("number", "body")) if length <= COMPARED else {}
    with_bodies = [replace(version, body=bodies.get(version.number, "")) for version in versions]
    return [_row(post, version, bodies.get(version.base or 0)) for version in with_bodies]


def _row(post: Post, version: Version, base: str | None) -> Row:
    authors = {
        "person": "You",
        "model": label(post.provider, post.model) if version.base is None else "The model",
        "merge": "Merged from two edits",
        "restore": f"Restored version {version.base}",
    }
    return Row(
        version=version,
        author=authors[version.author] or "Blog AI",
        note="" if version.author == "restore" else version.note,
        changed=_changed(diff(base, version.body, post.language)) if base is not None else "",
        current=version.number == post.head,
    )


def _changed(pieces: Sequence[Piece]) -> str:
    """How many words were added and removed, as a sentence."""
    added, removed = (
        sum(count(piece.text) for piece in pieces if piece.kind == kind) for kind in ("insert", "delete")
    )
    found = [f"{number:,} {what}" for number, what in ((added, "added"), (removed, "removed")) if number]
    words = "word" if added + removed == 1 else "words"
    return f"{words.capitalize()}: {', '.join(found)}" if found else ""


def _shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, with what is the same cut to what stands beside a change."""
    for place, piece in enumerate(pieces):
        before = piece.text[:KEPT] if place else ""
        after = piece.text[-KEPT:] if place + 1 < len(pieces) else ""
        if piece.kind != "same" or len(piece.text) <= len(before) + len(after) + KEPT:
            yield piece
        else:
            yield Piece("same", f"{before}\n\n[…]\n\n{after}".strip("\n"))


def _sections(body: str) -> Iterator[tuple[str, SafeString]]:
    """The heading of each section, which the opening hasn't got, and its HTML."""
    opening, sections = render_edited(body)
    headings = ["", *(heading.text for heading in headings_of(body))]
    for heading, html in zip(headings, [opening, *sections], strict=True):
        yield heading, mark_safe(framed(html))  # noqa: S308 (sanitised by the renderer)


def _number(query: QueryDict, name: str) -> int | None:
    """A number in the address; raises NotFound for anything else."""
    sent = query.get(name, "")
    if not sent:
        return None
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise NotFound("We can’t find that version.")
    return int(sent)
