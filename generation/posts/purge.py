"""Erasing deleted posts for good once their retention period is over."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from generation.models import Conversation, Post, Run

RETENTION = timedelta(days=30)
BATCH_SIZE = 20
"""Posts erased in one transaction, which keeps it short."""


@transaction.atomic
def purge() -> int:
    """Erase posts whose retention period is over, with their runs; returns how many, at most BATCH_SIZE.

    The ledger keeps its entries about them, which contain nothing but the run's id.
    """
    overdue = Post.objects.filter(deleted_at__lt=Now() - RETENTION).order_by("deleted_at")[:BATCH_SIZE]
    rows = list(overdue.select_for_update(skip_locked=True).values_list("pk", "conversation"))
    posts, conversations = {post for post, _ in rows}, {conversation for _, conversation in rows}
    # A stopped run is hidden while its conversation has a later one. It must not reappear when that is
    # erased.
    written_later = Run.objects.filter(
        post_id__in=posts, conversation=OuterRef("conversation"), pk__gt=OuterRef("pk")
    )
    stopped = Q(status__in=[Run.Status.FAILED, Run.Status.CANCELLED])
    Run.objects.filter(Q(post_id__in=posts) | stopped & Exists(written_later)).delete()
    Post.objects.filter(pk__in=posts).delete()
    Conversation.objects.filter(pk__in=conversations, posts=None, runs=None).delete()
    return len(posts)
