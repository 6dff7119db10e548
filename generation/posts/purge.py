"""Erasing deleted posts for good once their retention period is over."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from generation.models import Conversation, Post, Run
from generation.posts.services import IN_TRASH

RETENTION = IN_TRASH
BATCH_SIZE = 20
"""Posts, and runs without one, erased in one transaction, which keeps it short."""


@transaction.atomic
def purge() -> int:
    """Erase posts, and what stopped runs left, once their retention period is over, with their runs.

    Returns how many, at most twice BATCH_SIZE. The ledger keeps its entries about them, which contain nothing
    but the run's id.
    """
    long_ago = Now() - RETENTION
    posts = _overdue(Post.objects.filter(deleted_at__lt=long_ago))
    runs = _overdue(Run.objects.filter(deleted_at__lt=long_ago))
    conversations = {*posts.values(), *runs.values()}
    gone = Run.objects.of_posts().filter(Q(post_id__in=posts) | Q(pk__in=runs))
    # A stopped run is hidden while its conversation has a later one. It must not reappear when that is
    # erased.
    written_later = gone.filter(conversation=OuterRef("conversation"), pk__gt=OuterRef("pk"))
    stopped = Q(status__in=[Run.Status.FAILED, Run.Status.CANCELLED])
    Run.objects.filter(
        Q(post_id__in=posts) | Q(target_id__in=posts) | Q(pk__in=runs) | stopped & Exists(written_later),
        conversation__in=conversations,
    ).delete()
    Post.objects.filter(pk__in=posts).delete()
    Conversation.objects.filter(pk__in=conversations, posts=None, runs=None).delete()
    return len(posts) + len(runs)


def _overdue(rows: QuerySet[Any]) -> dict[UUID, UUID]:
    """Some of these rows, locked, with their conversations."""
    some = rows.order_by("deleted_at")[:BATCH_SIZE].select_for_update(skip_locked=True)
    return dict(some.values_list("pk", "conversation"))
