"""A post as every format gets it, read in one go: whatever is made of it needs no database."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.conf import settings

from accounts.models import User
from generation.editing.shelf import body_of
from generation.exports.reply import Reply, post_reply
from generation.models import Post
from generation.posts import services
from generation.posts.address import Absolute
from generation.posts.export_rules import direction_of_letters
from generation.posts.markdown import printable, render_for_export


@dataclass(frozen=True)
class Edition:
    """`body` is Markdown below the title; `direction` is "ltr" or "rtl", that of the language; `reply` is the
    post in the API."""

    id: UUID
    title: str
    description: str
    slug: str
    tags: tuple[str, ...]
    language: str
    direction: str
    created_at: datetime
    updated_at: datetime
    words: int
    body: str
    reply: Reply
    edited: bool = False
    """Whether a person has edited it: then its links are theirs."""

    @cached_property
    def html(self) -> str:
        """The text as sanitized HTML, which is XML's too but for its empty tags."""
        return render_for_export(self.body, self.direction, edited=self.edited)

    @property
    def shown_title(self) -> str:
        """One line, never empty."""
        return _one_line(self.title) or "Untitled"

    @property
    def title_direction(self) -> str:
        return direction_of_letters(self.shown_title, self.direction)

    @property
    def shown_description(self) -> str:
        return _one_line(self.description)

    @property
    def shown_tags(self) -> list[str]:
        return [shown for shown in map(_one_line, self.tags) if shown]


def edition_for(user: User, post_id: UUID, absolute: Absolute) -> Edition:
    """The user's post. Raises NotFound. Two queries."""
    return edition_of(services.post_for(user, post_id), absolute)


def edition_of(post: Post, absolute: Absolute) -> Edition:
    """One query: what the post cost."""
    return Edition(
        id=post.pk,
        title=post.title,
        description=post.description,
        slug=post.slug,
        tags=tuple(post.tags),
        language=post.language,
        direction=direction_of(post.language),
        created_at=post.created_at,
        updated_at=post.updated_at,
        words=post.word_count,
        body=body_of(post),
        reply=post_reply(post, absolute),
        edited=post.is_by_a_person,
    )


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def direction_of(language: str) -> str:
    return "rtl" if language.split("-")[0].lower() in settings.LANGUAGES_BIDI else "ltr"
