"""Django's sessions in the database, each with its user and device in columns of their own: SESSION_ENGINE.

So a user's sessions can be listed and ended in one statement. A request costs what it did: the row is the one
that Django reads anyway, and when it was last seen is written every few minutes only.

A session ends SESSION_IDLE_AGE after it was last seen and, however often it is, SESSION_COOKIE_AGE after its
user has signed in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Session

SEEN_PRECISION = timedelta(minutes=5)
LONGEST_AGENT = 300


@dataclass(frozen=True, slots=True)
class Device:
    """Where a session was begun, and from which address it was seen last."""

    user_agent: str
    address: str
    signed_in_at: datetime


class SessionStore(DjangosStore):
    row: Session | None = None
    """As it was when this request loaded it."""
    device: Device | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def signed_in(self, user_agent: str, address: str) -> None:
        """Note what somebody signs in with; it is stored with the session."""
        self.device = Device(user_agent[:LONGEST_AGENT], address, timezone.now())

    @property
    def seen_long_ago(self) -> bool:
        """Whether `seen` is due. Asks nothing."""
        row = self.row
        return row is not None and row.user_id is not None and row.last_seen_at < _long_ago()

    def seen(self, address: str) -> None:
        """Note that the session was used; one of several requests at once does it."""
        unseen = Session.objects.filter(pk=self.session_key, last_seen_at__lt=_long_ago())
        unseen.update(last_seen_at=Now(), address=address, expire_date=self._end())

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        return self._described(cast(Session, super().create_model_instance(data)), data)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        return self._described(cast(Session, await super().acreate_model_instance(data)), data)

    def _described(self, session: Session, data: dict[str, Any]) -> Session:
        session.user_id = data.get(SESSION_KEY)
        if session.user_id and self.device:
            session.user_agent, session.address = self.device.user_agent, self.device.address
            session.signed_in_at = self.device.signed_in_at
        session.expire_date = min(session.expire_date, self._end())
        return session

    def _end(self) -> datetime:
        """When it ends if it is not seen again."""
        idle = timezone.now() + timedelta(seconds=settings.SESSION_IDLE_AGE)
        if self.device is None:
            return idle
        return min(idle, self.device.signed_in_at + timedelta(seconds=settings.SESSION_COOKIE_AGE))

    def _get_session_from_db(self) -> Session | None:
        return self._loaded(super()._get_session_from_db())  # type: ignore[misc]

    async def _aget_session_from_db(self) -> Session | None:
        return self._loaded(await super()._aget_session_from_db())  # type: ignore[misc]

    def _loaded(self, row: Session | None) -> Session | None:
        self.row = row
        if row is not None and row.signed_in_at is not None:
            self.device = Device(row.user_agent, row.address, row.signed_in_at)
        return row


def _long_ago() -> datetime:
    return timezone.now() - SEEN_PRECISION
