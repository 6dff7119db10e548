"""The trash: deleted posts, and what stopped or failed runs left, until they are erased."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from generation.models import Run
from generation.posts.library import title_of_run
from generation.posts.services import IN_TRASH, posts_of, trash_of
from generation.runs.discard import ENDED, all_discarded

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Deleted:
    """Something in the trash. `gone_at` is when it is erased."""

    id: uuid.UUID
    title: str
    deleted_at: datetime

    @property
    def gone_at(self) -> datetime:
        return self.deleted_at + IN_TRASH


@dataclass(frozen=True, slots=True)
class TrashPage:
    """`next` is the `before` of the page that follows, None on the last."""

    entries: tuple[Deleted, ...]
    next: uuid.UUID | None


def trash_page(user: User, before: uuid.UUID | None = None) -> TrashPage:
    """What was deleted last comes first. One query, and another after the first page."""
    lists = _trash(user)
    if before:
        after = _after(lists, before)
        lists = (lists[0].filter(after), lists[1].filter(after))
    posts, runs = (rows.order_by("-deleted_at", "-address")[: PAGE_SIZE + 1] for rows in lists)
    rows = list(posts.union(runs, all=True).order_by("-deleted_at", "-address")[: PAGE_SIZE + 1])
    entries = tuple(Deleted(row["address"], row["name"], row["deleted_at"]) for row in rows[:PAGE_SIZE])
    return TrashPage(entries, entries[-1].id if len(rows) > PAGE_SIZE else None)


def _trash(user: User) -> tuple[QuerySet[Any], QuerySet[Any]]:
    return (
        trash_of(user).values("deleted_at", address=F("pk"), name=F("title")),
        all_discarded(user).values("deleted_at", address=F("post_id"), name=title_of_run()),
    )


def _after(lists: tuple[QuerySet[Any], QuerySet[Any]], before: uuid.UUID) -> Q:
    posts, runs = (rows.filter(address=before) for rows in lists)
    for row in posts.union(runs, all=True):
        at = row["deleted_at"]
        return Q(deleted_at__lt=at) | Q(deleted_at=at, address__lt=before)
    return Q()


@transaction.atomic
def throw_away(user: User, post_ids: Collection[uuid.UUID]) -> int:
    """Move those of the user's posts to the trash that are not being written. Returns how many."""
    runs = Run.objects.of_posts().filter(owner=user, post_id__in=post_ids, deleted_at=None, status__in=ENDED)
    posts = posts_of(user).filter(pk__in=post_ids)
    return posts.update(deleted_at=Now()) + runs.update(deleted_at=Now())


@transaction.atomic
def bring_back(user: User, post_ids: Collection[uuid.UUID]) -> int:
    """Restore these from the trash. Returns how many."""
    return trash_of(user).filter(pk__in=post_ids).update(deleted_at=None) + all_discarded(user).filter(
        post_id__in=post_ids
    ).update(deleted_at=None)


@transaction.atomic
def give_up(user: User, post_ids: Collection[uuid.UUID] | None = None) -> int:
    """Take these out of the trash for good, or everything. Returns how many.

    Nobody can restore them from here on, and the next hourly job erases them.
    """
    posts, runs = trash_of(user), all_discarded(user)
    if post_ids is not None:
        posts, runs = posts.filter(pk__in=post_ids), runs.filter(post_id__in=post_ids)
    over = Now() - IN_TRASH
    return posts.update(deleted_at=over) + runs.update(deleted_at=over)


def in_trash(user: User) -> int:
    return trash_of(user).count() + all_discarded(user).count()
