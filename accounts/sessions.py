"""Which sessions of browsers are still signed in, asked for many at once."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare

from accounts.models import User


def signed_in(session_keys: Collection[str], users: Mapping[UUID, User]) -> dict[str, UUID]:
    """The user of each session that has not ended, and in which the user's password is still the same.

    As Django decides for each request: a change of the password ends all sessions but the one that made it.
    One query.
    """
    by_id = {str(pk): user for pk, user in users.items()}
    found: dict[str, UUID] = {}
    for session in Session.objects.filter(pk__in=session_keys, expire_date__gt=Now()):
        stored = session.get_decoded()
        user = by_id.get(stored.get(SESSION_KEY, ""))
        if user is not None and _is_of_this_password(user, stored.get(HASH_SESSION_KEY, "")):
            found[session.session_key] = user.pk
    return found


def _is_of_this_password(user: User, stored: str) -> bool:
    known = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(stored, each) for each in known)
