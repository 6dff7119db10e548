"""Sessions of browsers: which are signed in, and ending them.

An ended session's sockets and streams close within five seconds, since `signed_in` is asked for all of them.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Session, User
from blogai.core.errors import NotFound


def signed_in(session_keys: Collection[str], users: Mapping[UUID, User]) -> dict[str, UUID]:
    """The user of each session that has not ended, and in which the user's password is still the same.

    As Django decides for each request: a change of the password ends all sessions but the one that made it.
    One query.
    """
    by_id = {str(pk): user for pk, user in users.items()}
    found: dict[str, UUID] = {}
    for session in Session.objects.filter(pk__in=session_keys, expire_date__gt=Now()):
        user = by_id.get(session.get_decoded().get(SESSION_KEY, ""))
        if user is not None and _is_of_this_password(user, session):
            found[session.session_key] = user.pk
    return found


def sessions_of(user: User) -> list[Session]:
    """Those in which the user is signed in, the one that was seen last first. One query."""
    rows = _of(user).filter(expire_date__gt=Now()).order_by("-last_seen_at")
    return [row for row in rows if _is_of_this_password(user, row)]


def handle_of(session: Session) -> str:
    """What a page may call the session by: its key is what signs a browser in."""
    return salted_hmac("accounts.sessions", session.session_key, algorithm="sha256").hexdigest()[:32]


def session_for(user: User, handle: str) -> Session:
    """The user's session. Raises NotFound, for a stranger's too."""
    for session in sessions_of(user):
        if constant_time_compare(handle_of(session), handle):
            return session
    raise NotFound("This browser is no longer signed in.")


def end(session: Session) -> None:
    Session.objects.filter(pk=session.pk).delete()


def end_others(user: User, session_key: str) -> None:
    """End all sessions of the user but this one."""
    _of(user).exclude(pk=session_key).delete()


def end_all(user: User) -> None:
    _of(user).delete()


def _of(user: User) -> QuerySet[Session]:
    return Session.objects.filter(user=user)


def _is_of_this_password(user: User, session: Session) -> bool:
    stored = session.get_decoded().get(HASH_SESSION_KEY, "")
    known = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(stored, each) for each in known)
