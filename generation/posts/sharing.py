"""Links at which anybody reads a post, without an account.

The address has 128 random bits. What it shows is the newest version of the post, since its owner goes on
correcting it. It shows nothing while the post is deleted or the account closed, and it shows the post again
once that is undone: nothing has to be cleaned up, and no state can be forgotten.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from accounts import security_events
from accounts.models import User
from accounts.origins import UNKNOWN, Origin
from accounts.security_events import Kind
from blogai.core.errors import Conflict, NotFound
from generation.models import Share
from generation.posts.services import posts_of, written_posts_of

TOKEN_BYTES = 16
DAYS = (1, 7, 30, 90, 365)
"""How long a link may work."""
DEFAULT_DAYS = 30
MOST = 10
"""Links of one post, expired ones not counted."""
RETENTION = timedelta(days=30)
"""How long an expired link stays in the list, so that its owner sees why it no longer works."""
UNUSABLE = "This link doesn’t work. It may have expired, or whoever shared it turned it off."


def shares_of(user: User) -> QuerySet[Share]:
    """The user's links, newest first, expired ones among them; those of deleted posts are hidden."""
    return Share.objects.filter(owner=user, post__in=posts_of(user)).select_related("post").order_by("-pk")


@transaction.atomic
def share(
    user: User, post_id: UUID, *, days: int = DEFAULT_DAYS, public: bool = False, origin: Origin = UNKNOWN
) -> Share:
    """A new link. A public one has no end. Raises NotFound, and Conflict when there are too many."""
    post = written_posts_of(user).filter(pk=post_id).select_for_update(of=("self",)).first()
    if post is None:
        raise NotFound("We can’t find that post.")
    if Share.objects.filter(_working(), post=post).count() >= MOST:
        raise Conflict(f"This post has {MOST} links already. Turn one off first.")
    made = Share.objects.create(
        owner=user,
        post=post,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        public=public,
        expires_at=None if public else Now() + timedelta(days=days),
    )
    made.refresh_from_db(fields=["expires_at"])
    security_events.record(user, Kind.POST_SHARED, origin, about=post.title)
    return made


@transaction.atomic
def unshare(user: User, share_id: UUID, *, post_id: UUID | None = None, origin: Origin = UNKNOWN) -> Share:
    """Turn a link off, for good. Raises NotFound, for a stranger's too, and for one of another post."""
    found = shares_of(user).filter(pk=share_id).select_for_update(of=("self",)).first()
    if found is None or post_id not in (None, found.post_id):
        raise NotFound("We can’t find that link.")
    Share.objects.filter(pk=share_id).delete()
    security_events.record(user, Kind.POST_UNSHARED, origin, about=found.post.title)
    return found


def shared(token: str) -> Share:
    """The link with its post. Raises NotFound, the same whatever the reason."""
    found = (
        Share.objects.filter(
            _working(),
            token=token,
            post__deleted_at=None,
            owner__is_active=True,
            owner__delete_after=None,
        )
        .select_related("post")
        .first()
    )
    if found is None:
        raise NotFound(UNUSABLE)
    return found


def path_of(share: Share) -> str:
    return reverse("shared-post", args=[share.token])


def purge() -> int:
    """Forget links that expired long ago. Returns how many rows that were."""
    return Share.objects.filter(expires_at__lt=Now() - RETENTION).delete()[0]


def _working() -> Q:
    return Q(expires_at=None) | Q(expires_at__gt=Now())
