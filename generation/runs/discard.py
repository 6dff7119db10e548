"""Deleting what a stopped or failed run left, which hides it like a deleted post, and undoing that."""

import uuid

from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import User
from blogai.core.errors import Conflict, NotFound
from generation.models import Run
from generation.posts.services import IN_TRASH

ENDED = (Run.Status.FAILED, Run.Status.CANCELLED)


def discard(user: User, post_id: uuid.UUID) -> None:
    """Hide the user's run that was to become this post. Raises NotFound, and Conflict while it is open."""
    mine = Run.objects.of_posts().filter(owner=user, post_id=post_id, deleted_at=None)
    if mine.filter(status__in=ENDED).update(deleted_at=Now()):
        return
    if mine.filter(status__in=Run.OPEN).exists():
        raise Conflict("This post is being written. Stop it first.")
    raise NotFound("We can’t find that post.")


def all_discarded(user: User) -> "QuerySet[Run]":
    """The user's deleted runs that can be restored."""
    return Run.objects.of_posts().filter(owner=user, deleted_at__gt=Now() - IN_TRASH)


def discarded(user: User, post_id: uuid.UUID) -> "QuerySet[Run]":
    """The user's deleted run, or nothing if it can no longer be restored."""
    return all_discarded(user).filter(post_id=post_id)


def restore(user: User, post_id: uuid.UUID) -> None:
    """Undo `discard`. Raises NotFound when it is too late, or when the run was not deleted."""
    if not discarded(user, post_id).update(deleted_at=None):
        raise NotFound("It’s too late to restore this post.")
