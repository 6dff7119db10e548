"""What happened to an account: its owner sees it, gets a mail about serious events, and can object.

A trigger keeps the table append-only (migration 028). A row is deleted after `RETENTION`, or with its
account. `details` has what the page and the mail say, and no secret.
"""

import re
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_network

from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from procrastinate.contrib.django import app
from uuid_utils.compat import uuid7

from accounts.models import ApiKey, SecurityEvent, User
from accounts.origins import UNKNOWN, Origin

RETENTION = timedelta(days=365)
"""The trigger has the same number."""
MAX_DETAIL = 200
"""Characters of a detail."""
STAFF = "Blog AI staff"
"""Whoever it was: their name is in the staff's own record."""


class Kind(models.TextChoices):
    SIGNED_IN = "signed_in", "Signed in"
    NEW_DEVICE = "new_device", "Signed in on a new device"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    SECOND_STEP_FAILED = "second_step_failed", "Second step of signing in failed"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", "Signed out everywhere else"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    PASSWORD_SET = "password_set", "Password set"
    PASSWORD_RESET = "password_reset", "Password reset"
    EMAIL_CHANGED = "email_changed", "Email changed"
    APP_ADDED = "app_added", "Authenticator app set up"
    APP_REMOVED = "app_removed", "Authenticator app removed"
    PASSKEY_ADDED = "passkey_added", "Passkey added"
    PASSKEY_REMOVED = "passkey_removed", "Passkey removed"
    RECOVERY_CODES_MADE = "recovery_codes_made", "New recovery codes"
    LOGIN_LINKED = "login_linked", "Account connected"
    LOGIN_UNLINKED = "login_unlinked", "Account disconnected"
    APP_CONNECTED = "app_connected", "App connected"
    KEY_MADE = "key_made", "API key created"
    KEY_ROTATED = "key_rotated", "API key rotated"
    KEY_REVOKED = "key_revoked", "API key revoked"
    POST_SHARED = "post_shared", "Post shared"
    POST_UNSHARED = "post_unshared", "Post no longer shared"
    EXPORT_REQUESTED = "export_requested", "Data export requested"
    EXPORT_DOWNLOADED = "export_downloaded", "Data export downloaded"
    DELETION_REQUESTED = "deletion_requested", "Account deletion requested"
    DELETION_CANCELLED = "deletion_cancelled", "Account deletion canceled"
    ACCOUNT_SECURED = "account_secured", "Account secured"
    ACCOUNT_CLOSED = "account_closed", "Blog AI staff closed your account"
    ACCOUNT_REOPENED = "account_reopened", "Blog AI staff opened your account again"
    STAFF_ACTION = "staff_action", "Done by Blog AI staff"


SIGN_INS = (Kind.SIGNED_IN, Kind.NEW_DEVICE)
MAILED = {
    *(Kind.NEW_DEVICE, Kind.PASSWORD_CHANGED, Kind.PASSWORD_SET, Kind.PASSWORD_RESET, Kind.EMAIL_CHANGED),
    *(Kind.APP_ADDED, Kind.APP_REMOVED, Kind.PASSKEY_ADDED, Kind.PASSKEY_REMOVED, Kind.RECOVERY_CODES_MADE),
    *(Kind.LOGIN_LINKED, Kind.LOGIN_UNLINKED, Kind.APP_CONNECTED, Kind.KEY_MADE, Kind.KEY_ROTATED),
    *(Kind.DELETION_REQUESTED, Kind.ACCOUNT_SECURED, Kind.ACCOUNT_CLOSED, Kind.ACCOUNT_REOPENED),
}
"""What the owner gets a mail about; `accounts.mails` has the words."""

FACTS = {
    "name": "Name",
    "permissions": "Permissions",
    "key": "Key",
    "in_place_of": "In place of",
    "before": "Old address",
    "after": "New address",
    "factor": "Second factor",
    "provider": "Account",
    "keys": "Keys revoked",
    "about": "What",
    "reason": "Reason",
    "by": "By",
}
"""The details that a person is shown, and what they are called."""

# One statement whether there is such an account or not, and no wait for the disk: the time that it takes must
# not tell. A crash may lose the last few.
FAILED = """
INSERT INTO security_events (id, user_id, kind, address, user_agent)
SELECT %(id)s, users.id, %(kind)s, %(address)s, %(user_agent)s FROM users
WHERE lower(users.email) = lower(%(email)s)
"""


@transaction.atomic(savepoint=False)
def record(
    user: User,
    kind: Kind,
    origin: Origin = UNKNOWN,
    *,
    device: str = "",
    answers: SecurityEvent | None = None,
    **details: str | list[str],
) -> SecurityEvent:
    """Record what happened, and queue the mail about it if it is serious, in the caller's transaction."""
    event = SecurityEvent.objects.create(
        user=user,
        kind=kind,
        address=origin.address,
        user_agent=origin.user_agent,
        device=device,
        answers=answers.pk if answers else None,
        details={name: _bounded(value) for name, value in details.items() if value},
    )
    if kind in MAILED:
        app.configure_task("mail_security_event", priority=-1).defer(event_id=str(event.pk))
    return event


def record_sign_in(user: User, origin: Origin) -> None:
    """A device is new if the account has been signed in to before, but never by this browser and network.

    If neither is known, there is nothing to compare.
    """
    device = _device(origin)
    earlier = SecurityEvent.objects.filter(user=user, kind__in=SIGN_INS).exclude(device="")
    known = not device or earlier.filter(device=device).exists() or not earlier.exists()
    record(user, Kind.SIGNED_IN if known else Kind.NEW_DEVICE, origin, device=device)


@transaction.atomic(savepoint=False)
def record_failed_sign_in(email: str, origin: Origin) -> None:
    """Only if the account exists; otherwise nothing that was typed is stored."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
        values = {"address": origin.address, "user_agent": origin.user_agent, "email": email}
        cursor.execute(FAILED, {"id": uuid7(), "kind": Kind.SIGN_IN_FAILED, **values})


def record_key(
    kind: Kind, user: User, key: ApiKey, origin: Origin = UNKNOWN, *, in_place_of: str = ""
) -> None:
    record(
        user,
        kind,
        origin,
        key=str(key),
        name=key.name,
        permissions=key.permissions,
        in_place_of=in_place_of,
    )


def record_staff_action(user: User, action: str, *, about: str = "", reason: str = "") -> None:
    """What staff did, as a sentence for the owner that begins with STAFF."""
    record(user, Kind.STAFF_ACTION, action=action, about=about, reason=reason)


def events_of(user: User, kind: str = "") -> QuerySet[SecurityEvent]:
    """The account's events, newest first; `kind` is one of `Kind`, empty for all."""
    events = SecurityEvent.objects.filter(user=user).order_by("-pk")
    return events.filter(kind=kind) if kind else events


def title_of(event: SecurityEvent) -> str:
    if event.kind == Kind.STAFF_ACTION:
        return _words(event.details["action"])
    return Kind(event.kind).label if event.kind in Kind.values else event.kind


def facts(event: SecurityEvent) -> list[tuple[str, str]]:
    """The details that a person should read, each with its name."""
    return [(called, _words(event.details[name])) for name, called in FACTS.items() if name in event.details]


def purge() -> int:
    """Delete what is older than a year; returns how many."""
    return SecurityEvent.objects.filter(created_at__lt=Now() - RETENTION).delete()[0]


def _words(value: str | list[str]) -> str:
    """On one line, so that no detail can pass for another."""
    return " ".join((value if isinstance(value, str) else ", ".join(value)).split())


def _bounded(value: str | list[str]) -> str | list[str]:
    return value[:MAX_DETAIL]


def _device(origin: Origin) -> str:
    """The browser without its version, which changes every month, and the network, not the address."""
    if origin == UNKNOWN:
        return ""
    agent = re.sub(r"[\d._]+", "", origin.user_agent)
    return sha256(f"{agent}\n{_network(origin.address)}".encode()).hexdigest()


def _network(address: str) -> str:
    if not address:
        return ""
    return str(ip_network((address, 48 if ":" in address else 24), strict=False))
