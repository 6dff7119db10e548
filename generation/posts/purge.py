"""The end of deleted posts: after a while nothing of them is left."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from generation.models import Conversation, Post, Run

KEPT_DELETED = timedelta(days=30)
AT_ONCE = 20
"""Posts of one transaction, so that whatever else waits for the database does not wait long."""


@transaction.atomic
def purge() -> int:
    """Erase posts that were deleted long ago, and the runs behind them; how many, at most AT_ONCE.

    The ledger keeps what was booked for them: it knows a run by its number only.
    """
    overdue = Post.objects.filter(deleted_at__lt=Now() - KEPT_DELETED).order_by("deleted_at")[:AT_ONCE]
    rows = list(overdue.select_for_update(skip_locked=True).values_list("pk", "conversation"))
    posts, conversations = {post for post, _ in rows}, {conversation for _, conversation in rows}
    # A stopped run is not shown once its topic was written after all. It must not come back.
    written_later = Run.objects.filter(
        post_id__in=posts, conversation=OuterRef("conversation"), pk__gt=OuterRef("pk")
    )
    stopped = Q(status__in=[Run.Status.FAILED, Run.Status.CANCELLED])
    Run.objects.filter(Q(post_id__in=posts) | stopped & Exists(written_later)).delete()
    Post.objects.filter(pk__in=posts).delete()
    Conversation.objects.filter(pk__in=conversations, posts=None, runs=None).delete()
    return len(posts)
