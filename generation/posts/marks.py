"""What an owner does to many posts: stars and tags. Each is one statement, for the owner's posts alone."""

import uuid
from collections.abc import Collection

from django.db.models import F, Func, IntegerField, JSONField, TextField, Value
from django.db.models.functions import Cast, Now
from django.db.models.lookups import LessThan

from accounts.models import User
from blogai.core.errors import ValidationFailed
from generation.posts.services import posts_of

MAX_TAG = 50
MAX_TAGS = 20
"""Tags of one post."""


def star(user: User, post_ids: Collection[uuid.UUID], on: bool) -> int:
    """Give the user's posts a star, or take it. Returns how many there are."""
    return posts_of(user).filter(pk__in=post_ids).update(is_favorite=on)


def add_tag(user: User, post_ids: Collection[uuid.UUID], tag: str) -> int:
    """Add the tag to those that don't have it, and have room for it. Returns how many have it now."""
    tag = clean_tag(tag)
    posts = posts_of(user).filter(pk__in=post_ids)
    length = Func(F("tags"), function="jsonb_array_length", output_field=IntegerField())
    posts.exclude(tags__contains=[tag]).filter(LessThan(length, Value(MAX_TAGS))).update(
        tags=Func(
            F("tags"), Value([tag], JSONField()), arg_joiner=" || ", template="(%(expressions)s)",
            output_field=JSONField(),
        ),
        updated_at=Now(),
    )  # fmt: skip
    return posts.filter(tags__contains=[tag]).count()


def remove_tag(user: User, post_ids: Collection[uuid.UUID], tag: str) -> int:
    """Take the tag from those that have it. Returns how many had it."""
    tag = clean_tag(tag)
    without = Func(
        F("tags"), Cast(Value(tag), output_field=TextField()), arg_joiner=" - ", template="(%(expressions)s)",
        output_field=JSONField(),
    )  # fmt: skip
    posts = posts_of(user).filter(pk__in=post_ids, tags__contains=[tag])
    return posts.update(tags=without, updated_at=Now())


def clean_tag(typed: str) -> str:
    """The tag without blanks around it and control characters. Raises ValidationFailed."""
    tag = " ".join("".join(letter if letter.isprintable() else " " for letter in typed).split())
    if not tag:
        raise ValidationFailed("Type a tag.")
    if len(tag) > MAX_TAG or "," in tag:
        raise ValidationFailed(f"A tag has up to {MAX_TAG} characters and no comma.")
    return tag
