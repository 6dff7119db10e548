"""Whose a Supabase user's token is.

A user of the project is known by the id in its tokens. On the first one, Supabase's admin API says whether
the user has confirmed an address. Then it is the account that has confirmed the same address here, or a new
one. An account that never confirmed it may be a stranger's, so it isn't linked.
"""

import logging
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts import ratelimit, security_events
from accounts.addresses import accepted
from accounts.callers import Caller
from accounts.models import SupabaseIdentity, User
from accounts.origins import Origin
from accounts.services import vouch_for_email
from accounts.signals import account_created
from accounts.supabase import project, tokens
from blogai.core.egress import EgressError
from blogai.core.errors import EmailNotVerified, NotAuthenticated, PermissionDenied, Unavailable

logger = logging.getLogger(__name__)

PERMISSIONS = frozenset({"read", "generate"})
"""Not `manage`: whoever finds a token, which is good for an hour, is to make no key that outlives it."""
CLOSED = "This account is closed."
UNAVAILABLE = "We can’t reach Supabase to look up your account. Try again in a minute."


def caller_for(raw: str, address: str = "") -> Caller:
    """The caller at `address` whom the token authenticates: one query, but for the first time.

    Raises NotAuthenticated, PermissionDenied for somebody who may have no account, RateLimited, and
    Unavailable while Supabase can't be asked.
    """
    token = tokens.checked(raw)
    identity = identity_for(token.subject) or _introduced(token.subject, Origin(address))
    if not identity.user.is_active:
        raise NotAuthenticated(CLOSED)
    if identity.refused_at is not None:
        raise NotAuthenticated("The owner of this account said that this Supabase user isn’t them.")
    return Caller(
        user=identity.user, permissions=PERMISSIONS, identity_id=identity.pk, expires_at=token.expires_at
    )


def refused(identities: Collection[UUID]) -> set[UUID]:
    """Those that open nothing any more."""
    found = SupabaseIdentity.objects.filter(pk__in=identities, refused_at__isnull=False)
    return set(found.values_list("pk", flat=True))


def refuse_all(user: User) -> None:
    """No token of the user's opens anything from now on. Asking again doesn't link them again."""
    SupabaseIdentity.objects.filter(user=user, refused_at=None).update(refused_at=Now())


def identity_for(subject: UUID) -> SupabaseIdentity | None:
    """Of the project's user with the id, with its account."""
    known = SupabaseIdentity.objects.select_related("user")
    return known.filter(issuer=project.issuer(), subject=subject).first()


def _introduced(subject: UUID, origin: Origin) -> SupabaseIdentity:
    """Of somebody who comes for the first time."""
    ratelimit.count_introduction(str(subject))
    email = _confirmed_email(subject)
    try:
        return _linked(subject, email, origin)
    except IntegrityError:  # another request of the same person was faster
        return identity_for(subject) or _linked(subject, email, origin)


@transaction.atomic
def _linked(subject: UUID, email: str, origin: Origin) -> SupabaseIdentity:
    existing = User.objects.with_email(email)
    user = existing or _created(email)
    if not user.is_active:
        raise NotAuthenticated(CLOSED)
    if user.is_staff or not user.has_verified_email:
        raise PermissionDenied(
            "An account here has your email address, and we can’t tell that it’s yours. Sign in to it, "
            "confirm the address, and try again. Accounts of our staff can’t be used this way."
        )
    identity = SupabaseIdentity.objects.create(user=user, issuer=project.issuer(), subject=subject)
    if existing:
        security_events.record(user, security_events.Kind.APP_CONNECTED, origin)
    return identity


def _created(email: str) -> User:
    try:
        user = User.objects.create_user(email=accepted(email))
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from None
    vouch_for_email(user)
    account_created.send(User, user=user)
    return user


def _confirmed_email(subject: UUID) -> str:
    """The address that the user has confirmed at Supabase, which its admin API knows."""
    key = settings.SUPABASE_SERVICE_ROLE_KEY
    headers = {"apikey": key, "Authorization": f"Bearer {key}"}
    try:
        status, found = project.get(f"/admin/users/{subject}", headers)
    except EgressError as error:
        logger.warning("could not ask Supabase about a user: %s", error)
        raise Unavailable(UNAVAILABLE) from None
    if status == 404:
        raise NotAuthenticated("This Supabase user doesn’t exist anymore.")
    if status != 200 or not isinstance(found, dict) or found.get("id") != str(subject):
        level = logging.ERROR if status in {401, 403} else logging.WARNING
        logger.log(level, "Supabase's admin API answered %d: check SUPABASE_SERVICE_ROLE_KEY", status)
        raise Unavailable(UNAVAILABLE)
    if found.get("is_anonymous") or found.get("deleted_at") or _is_later(found.get("banned_until")):
        raise NotAuthenticated("This Supabase user can’t sign in.")
    email = found.get("email")
    if not isinstance(email, str) or not email or not found.get("email_confirmed_at"):
        raise EmailNotVerified("Confirm your email first: open the link that you got when you signed up.")
    return email


def _is_later(said: Any) -> bool:
    moment: datetime | None = parse_datetime(said) if isinstance(said, str) else None
    return moment is not None and moment > timezone.now()
