"""The posts that a user had written about the same topic."""

from django.db.models.fields.json import KT

from accounts.models import User
from generation.models import Post, Run
from generation.posts.services import posts_of

NEWEST = 1000
"""Posts of the user that are looked through: briefs have no index."""
MOST = 5


def other_tries(user: User, topic: str, post: Post) -> list[Post]:
    """The user's other posts begun with this topic, newest first, without their texts: one query."""
    newest = Run.objects.filter(owner=user, kind=Run.POST, finished_at__isnull=False).order_by("-pk")
    runs = Run.objects.filter(pk__in=newest.values("pk")[:NEWEST]).annotate(topic=KT("brief__topic"))
    posts = posts_of(user).filter(pk__in=runs.filter(topic=topic).values("post_id")).exclude(pk=post.pk)
    return list(posts.defer("content_markdown", "parts", "faq", "scores").order_by("-pk")[:MOST])
