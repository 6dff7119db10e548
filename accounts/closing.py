"""Closing an account, which stops everything it does. Owners close theirs to delete it; staff can too.

Each request, socket, run and webhook checks `User.is_active`. Until `delete_after` the owner can keep the
account; then `accounts.erasure` erases it, by the database's clock. Staff set no such time: nothing is
deleted, and only staff open the account again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from accounts import api_keys, exports, security_events, services, sessions
from accounts.models import User
from accounts.origins import Origin
from accounts.security_events import Kind
from accounts.signals import account_closed, account_reopened
from blogai.core.errors import Conflict, NotFound

GRACE = timedelta(days=30)
_SALT = "accounts.closing"


def why_not(user: User) -> str:
    """Why the account cannot be closed by its owner; empty if it can."""
    if services.is_demo(user):
        return "This is this computer’s demo account. To start over, move its data folder away."
    if user.is_staff:
        return "This is a staff account. Ask a colleague to remove its staff rights first."
    return ""


@transaction.atomic
def close(user: User, origin: Origin) -> None:
    """End the account's sessions, keys, runs and webhooks, and let it be erased when `GRACE` is over.

    Raises Conflict if it is closed already, or may not be closed.
    """
    if reason := why_not(user):
        raise Conflict(reason)
    _close(user, delete_after=Now() + GRACE)
    security_events.record(user, Kind.DELETION_REQUESTED, origin)


@transaction.atomic
def close_by_staff(user: User) -> None:
    """Close the account until staff open it again. Raises Conflict if it is closed already."""
    _close(user, delete_after=None)
    security_events.record(user, Kind.ACCOUNT_CLOSED)


@transaction.atomic
def reopen_by_staff(user: User) -> None:
    """Open the account again, whoever closed it. Raises Conflict if it is open, or is being deleted.

    Keys and sessions stay ended, and a subscription ends with its period unless its owner resumes it.
    """
    not_due = Q(delete_after=None) | Q(delete_after__gt=Now())
    if not _open(user, User.objects.filter(not_due, is_active=False)):
        user.refresh_from_db(fields=["is_active", "delete_after"])
        raise Conflict("This account isn’t closed." if user.is_active else "This account is being deleted.")
    security_events.record(user, Kind.ACCOUNT_REOPENED)


@transaction.atomic
def keep(user: User, origin: Origin) -> None:
    """Open the account again. Raises NotFound when the grace period is over, or when staff closed it."""
    if not _open(user, may_be_kept()):
        raise _too_late()
    security_events.record(user, Kind.DELETION_CANCELLED, origin)


def may_be_kept() -> QuerySet[User]:
    """The accounts that their owners closed and may still keep."""
    return User.objects.filter(is_active=False, delete_after__gt=Now())


def token_for(user: User) -> str:
    """For the link in the mail. It stops working once the account was kept, even if it is closed again."""
    assert user.delete_after is not None  # noqa: S101 (the account is closed)
    return signing.dumps([str(user.pk), user.delete_after.isoformat()], salt=_SALT)


def user_of(token: str) -> User:
    """The user whose account the link keeps. Raises NotFound if it is forged or no longer valid."""
    try:
        user_id, delete_after = signing.loads(token, salt=_SALT, max_age=GRACE)
    except signing.BadSignature as error:
        raise _too_late() from error
    user = may_be_kept().filter(pk=UUID(user_id), delete_after=datetime.fromisoformat(delete_after)).first()
    if user is None:
        raise _too_late()
    return user


def _close(user: User, *, delete_after: Combinable | None) -> None:
    closed = User.objects.filter(pk=user.pk, is_active=True).update(
        is_active=False, delete_after=delete_after
    )
    if not closed:
        raise Conflict("This account is already closed.")
    user.refresh_from_db(fields=["is_active", "delete_after"])
    _end_access(user)
    exports.cancel_open(user)
    account_closed.send(User, user=user)


def _open(user: User, closed: QuerySet[User]) -> bool:
    """False if the account is none of these."""
    if not closed.filter(pk=user.pk).update(is_active=True, delete_after=None):
        return False
    user.refresh_from_db(fields=["is_active", "delete_after"])
    _end_access(user)  # again: a request that had begun before may have made a key, or signed in
    account_reopened.send(User, user=user)
    return True


def _end_access(user: User) -> None:
    api_keys.revoke_all(user)
    sessions.end_all(user)


def _too_late() -> NotFound:
    return NotFound(
        "This link doesn’t work anymore. The account is open again or deleted, or part of the "
        "link is missing."
    )
