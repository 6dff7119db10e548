"""Who is asking, and what they may ask for."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from accounts.models import User
from blogai.core.errors import PermissionDenied

Permission = Literal["read", "generate", "manage"]

PERMISSIONS: dict[Permission, str] = {
    "read": "look at your posts and runs",
    "generate": "start work and change your own content",
    "manage": "change keys and billing, and delete the account",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """A user, and what this request may do in their name. `key_id` is None in a browser's session."""

    user: User
    permissions: frozenset[str]
    key_id: UUID | None = None

    @property
    def via(self) -> Literal["key", "session"]:
        return "session" if self.key_id is None else "key"

    def require(self, permission: str) -> None:
        """Returns when the caller has the permission; PermissionDenied (403) names it when not."""
        if permission not in self.permissions:
            has = ", ".join(name for name in PERMISSIONS if name in self.permissions) or "no permission"
            raise PermissionDenied(
                f"This needs the permission {permission}; the API key has {has}.", permission=permission
            )


def session_caller(user: User) -> Caller:
    """Somebody who signed in with a browser may do everything that is theirs."""
    return Caller(user=user, permissions=frozenset(PERMISSIONS))
