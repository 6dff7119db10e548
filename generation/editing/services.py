"""Saving a post's text, and going back: what the API and the pages call."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from blogai.core.body import UNSTORABLE
from blogai.core.errors import NotFound, PayloadTooLarge, ValidationFailed
from generation.editing import history
from generation.editing.changes import Change, changes
from generation.editing.history import Outcome, Version
from generation.editing.shelf import PostShelf, body_of
from generation.models import ContentVersion, Post
from generation.posts.services import posts_of

MAX_BYTES = 2_000_000
"""Of a text, in UTF-8."""


@dataclass(frozen=True, slots=True)
class Text:
    """A post's text without its title, and the number of that version."""

    version: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The proposal with what could not be merged, and the version that has the whole text as it was sent."""

    proposal_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Saved:
    """The post now; `changes` make it of the text that was sent. `merged`: it has more than that."""

    version: int
    title: str
    text: str
    merged: bool
    changes: list[Change]
    conflict: Conflict | None


def text_of(post: Post) -> Text:
    return Text(post.head, post.title, body_of(post))


def save_text(
    user: User,
    post_id: UUID,
    *,
    base: int,
    text: str,
    session: UUID | None = None,
    note: str = "",
) -> Saved:
    """Save what a person wrote on top of version `base`. Raises NotFound for a deleted post too.

    Nothing is refused for being late: what others saved meanwhile is merged, and what can't be merged becomes
    a proposal. Raises PayloadTooLarge over MAX_BYTES, and ValidationFailed for text that can't be stored.
    """
    body = clean(text)
    with shelf_of(user, post_id) as shelf:
        title = shelf.post.title
        outcome = history.save(shelf, Version(title, body, base=base, session=session, note=note))
    return saved(text, outcome, shelf.language)


def saved(sent: str, outcome: Outcome, language: str) -> Saved:
    """What to tell whoever has `sent` in their editor."""
    head = outcome.head
    return Saved(
        version=head.number,
        title=head.title,
        text=head.body,
        merged=outcome.merged,
        changes=changes(sent, head.body, language),
        conflict=Conflict(*outcome.conflict) if outcome.conflict else None,
    )


def versions_of(post: Post) -> QuerySet[ContentVersion]:
    """The versions of the post, the newest first. There are none while nobody has edited it."""
    return ContentVersion.objects.filter(post=post).order_by("-number")


def version_of(post: Post, number: int) -> Version:
    """A version of the post. Raises NotFound."""
    version = PostShelf(post).version(number)
    if version is None:
        raise NotFound("We can’t find that version.")
    return version


def restore(user: User, post_id: UUID, number: int) -> Saved:
    """Make an older version the post again, as a new version. Raises NotFound."""
    with shelf_of(user, post_id) as shelf:
        before = shelf.head().body
        outcome = history.restore(shelf, version_of(shelf.post, number))
    return saved(before, outcome, shelf.language)


@contextmanager
def shelf_of(user: User, post_id: UUID) -> Iterator[PostShelf]:
    """The versions of the user's post in a transaction, with the post locked. Raises NotFound."""
    with transaction.atomic():
        post = (
            posts_of(user)
            .select_related("conversation")
            .select_for_update(of=("self",))
            .filter(pk=post_id)
            .first()
        )
        if post is None:
            raise NotFound("We can’t find that post. It may have been deleted, so keep a copy of your text.")
        yield PostShelf(post)


def clean(text: str) -> str:
    """The text with the line breaks that we store. Raises PayloadTooLarge and ValidationFailed."""
    body = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(body) > MAX_BYTES // 4 and len(body.encode(errors="surrogatepass")) > MAX_BYTES:
        raise PayloadTooLarge("A post can have up to 2 MB of text.")
    if UNSTORABLE.search(body):
        raise ValidationFailed("The text has a character we can’t store. Remove it and save again.")
    return body
