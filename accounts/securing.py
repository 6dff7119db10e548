"""The link "this wasn't me" in a mail about a security event. It locks a thief out without signing in.

The link is signed and works once, within `LINK_LIFETIME`: using it is a security event too, and each event
can be answered by one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import transaction

from accounts import api_keys, second_factor, security_events, sessions
from accounts.models import SecurityEvent, User
from accounts.origins import Origin
from accounts.security_events import Kind
from accounts.supabase.identities import refuse_all
from blogai.core.errors import Conflict, NotFound

LINK_LIFETIME = timedelta(days=7)
_SALT = "accounts.securing"


@dataclass(frozen=True, slots=True)
class Secured:
    """What was done, and where the link for a new password goes."""

    keys: int
    email: str


def token_for(event: SecurityEvent) -> str:
    return signing.dumps(str(event.pk), salt=_SALT)


def event_of(token: str) -> SecurityEvent:
    """The event that the link is about. Raises NotFound for one that is forged, too old, or was used."""
    try:
        event_id = UUID(signing.loads(token, salt=_SALT, max_age=LINK_LIFETIME))
    except signing.BadSignature as error:
        raise _unusable() from error
    event = SecurityEvent.objects.select_related("user").filter(pk=event_id).first()
    if event is None or SecurityEvent.objects.filter(answers=event_id).exists():
        raise _unusable()
    return event


@transaction.atomic
def secure(token: str, origin: Origin) -> Secured:
    """End sessions, keys, Supabase's tokens and the password, and queue the mail with a link for a new one.

    What the event added, or an address that it changed, is undone: a thief could come back by it. Raises
    NotFound as `event_of`, and Conflict when the old address is somebody else's by now.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=event_of(token).user_id)
    event = event_of(token)  # again, now that nobody else can use the link
    if event.kind in UNDO:
        UNDO[event.kind](user, event.details)
    keys = api_keys.revoke_all(user)
    refuse_all(user)
    User.objects.filter(pk=user.pk).update(password=make_password(None))
    sessions.end_all(user)
    security_events.record(user, Kind.ACCOUNT_SECURED, origin, answers=event, keys=str(keys))
    return Secured(keys, user.email)


def _give_address_back(user: User, details: Mapping[str, str]) -> None:
    """The mail went there and was read, so the address counts as confirmed."""
    email = details["before"]
    others = EmailAddress.objects.filter(email__iexact=email, verified=True).exclude(user=user)
    if others.exists() or User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise Conflict(f"Another account now uses {email}. Write to us and we’ll help you get yours back.")
    user.email = email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)


def _remove_factor(user: User, details: Mapping[str, str]) -> None:
    """Also recovery codes, if no other factor is left."""
    mine = Authenticator.objects.filter(user=user)
    mine.filter(pk=details["added"]).delete()
    if not second_factor.has_second_factor(user):
        mine.delete()


def _unlink(user: User, details: Mapping[str, str]) -> None:
    SocialAccount.objects.filter(user=user, pk=details["added"]).delete()


UNDO: Mapping[str, Callable[[User, Mapping[str, str]], None]] = {
    Kind.EMAIL_CHANGED: _give_address_back,
    Kind.APP_ADDED: _remove_factor,
    Kind.PASSKEY_ADDED: _remove_factor,
    Kind.LOGIN_LINKED: _unlink,
}


def _unusable() -> NotFound:
    return NotFound("This link was already used, is more than a week old, or is missing a part.")
