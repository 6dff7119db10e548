"""What a member of staff may do: what the groups that they are in may do, and everything for a superuser."""

from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import F, Value
from django.db.models.functions import Concat

from accounts.models import User
from blogai.core.errors import PermissionDenied

type Visitor = AbstractBaseUser | AnonymousUser

_LOADED = "_staff_permissions"
"""The attribute of a request's user that keeps them."""


def is_staff(user: Visitor) -> bool:
    return isinstance(user, User) and user.is_active and user.is_staff


def may(user: Visitor, permission: str) -> bool:
    """Whether they have the permission, such as "staff.retry_run". One query for each request."""
    return is_staff(user) and (cast(User, user).is_superuser or permission in _permissions_of(user))


def require(user: Visitor, permission: str) -> None:
    """Raises PermissionDenied, which says what is missing."""
    if not may(user, permission):
        raise PermissionDenied(f"None of your staff groups may do this: it takes {permission}.")


def _permissions_of(user: Visitor) -> frozenset[str]:
    """Those of their groups alone: what somebody may do is seen from the groups that they are in."""
    loaded: frozenset[str] | None = getattr(user, _LOADED, None)
    if loaded is None:
        name = Concat(F("content_type__app_label"), Value("."), F("codename"))
        granted = Permission.objects.filter(group__user=user.pk).annotate(name_of_all=name)
        loaded = frozenset(granted.values_list("name_of_all", flat=True))
        setattr(user, _LOADED, loaded)
    return loaded
