"""The authenticated caller of a request, and their permissions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from accounts.models import User
from blogai.core.errors import PermissionDenied

Permission = Literal["read", "generate", "manage"]

PERMISSIONS: dict[Permission, str] = {
    "read": "see your posts and their progress",
    "generate": "write posts and change your content",
    "manage": "manage keys and billing, and delete your account",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """A user, and the permissions of this request. `key_id` is None for a browser's session."""

    user: User
    permissions: frozenset[str]
    key_id: UUID | None = None
    first_key_id: UUID | None = None
    """The key that `key_id` descends from by rotation, or itself: they spend from one cost limit."""
    requests_per_minute: int | None = None
    """The key's own limit; None: only the plan's."""
    monthly_cost_limit_usd: Decimal | None = None
    """The key's own limit; None: it has none."""
    test: bool = False
    """Whether what this caller starts is simulated (a key that begins with bai_test_)."""
    session_key: str | None = None
    """Of the browser's session."""
    identity_id: UUID | None = None
    """Of the SupabaseIdentity, if the request came with an access token of Supabase's."""
    expires_at: datetime | None = None
    """When that token ends."""

    @property
    def limited(self) -> bool:
        """Whether the key has limits of its own."""
        return self.requests_per_minute is not None or self.monthly_cost_limit_usd is not None

    @property
    def via(self) -> Literal["key", "session", "token"]:
        if self.identity_id is not None:
            return "token"
        return "session" if self.key_id is None else "key"

    def require(self, permission: str) -> None:
        """Raises PermissionDenied (403) unless the caller has the permission."""
        if permission not in self.permissions:
            has = ", ".join(name for name in PERMISSIONS if name in self.permissions) or "no permission"
            who = "an access token" if self.via == "token" else "the API key"
            raise PermissionDenied(
                f"This needs the permission {permission}; {who} has {has}.", permission=permission
            )


def session_caller(user: User, session_key: str | None = None) -> Caller:
    """The caller of a browser's session, who has every permission."""
    return Caller(user=user, permissions=frozenset(PERMISSIONS), session_key=session_key)
