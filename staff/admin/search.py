"""Whom the words of a search name. Each look-up but the last has an index."""

from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from accounts.models import ApiKey, User
from billing.stripe import mirror
from generation.models import Post, Run

KEY_START = "bai_"
SHOWN_OF_KEY = 14
"""Characters of a key that are stored as they are. The others are dropped from a search, not looked up."""


def email_of(user: str) -> Subquery:
    """The address of the account whose id is in this column; None if it is gone, where a join has no row."""
    return Subquery(User.objects.filter(pk=OuterRef(user)).values("email"))


def uuid_of(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def people(words: str) -> QuerySet[User]:
    """Exactly those whom the words name: by id, by whole e-mail address, or by customer id of Stripe."""
    if number := uuid_of(words):
        return User.objects.filter(pk=number)
    if words.startswith("cus_"):
        return User.objects.filter(pk=mirror.owner_of(words))
    return User.objects.alias(lowered=Lower("email")).filter(lowered=words.lower())


def users_found(users: QuerySet[User], words: str) -> QuerySet[User]:
    """Those that the words name, or whose run, post or key they name; else by parts of email or name."""
    if number := uuid_of(words):
        return users.filter(
            Q(pk=number)
            | Q(pk__in=Run.objects.filter(Q(pk=number) | Q(post_id=number)).values("owner"))
            | Q(pk__in=Post.objects.filter(pk=number).values("owner"))
            | Q(pk__in=ApiKey.objects.filter(pk=number).values("owner"))
        )
    if words.startswith("cus_"):
        return users.filter(pk=mirror.owner_of(words))
    if words.startswith(KEY_START):
        return users.filter(pk__in=ApiKey.objects.filter(prefix=words[:SHOWN_OF_KEY]).values("owner"))
    return users.filter(Q(email__icontains=words) | Q(name__icontains=words))
