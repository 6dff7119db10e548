"""What a caller may do with the API keys of their account.

No key can grant what it lacks: keys that it creates or rotates have no permission that it does not have
itself, a key with its own limits creates none and changes no limits, and a test key sees only test keys.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import api_keys, security_events
from accounts.api_keys import NO_LIMITS, Limits
from accounts.callers import Caller
from accounts.models import TEST_PREFIX, ApiKey
from accounts.origins import Origin
from accounts.security_events import Kind
from blogai.core.errors import NotFound, PermissionDenied

MAX_OVERLAP, DEFAULT_OVERLAP = timedelta(days=7), timedelta(days=1)
"""How long a rotated key keeps working."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A key to create."""

    name: str = ""
    permissions: Collection[str] = ("read",)
    expires_at: datetime | None = None
    limits: Limits = NO_LIMITS
    test: bool = False


def keys_of(caller: Caller) -> QuerySet[ApiKey]:
    """The keys that are not revoked, newest first."""
    return _visible(caller) & api_keys.current(caller.user)


def key_for(caller: Caller, key_id: UUID) -> ApiKey:
    """The key. Raises NotFound for a stranger's, and for one that is revoked."""
    key = keys_of(caller).filter(pk=key_id).first()
    if key is None:
        raise NotFound("We can’t find that API key.")
    return key


@transaction.atomic
def create(caller: Caller, wanted: Wanted, origin: Origin) -> tuple[ApiKey, str]:
    """A new key, with the raw key, and a mail to its owner. Raises PermissionDenied, Conflict."""
    _require_unlimited(caller)
    _require_permissions(caller, wanted.permissions)
    if caller.test and not wanted.test:
        raise PermissionDenied('A test key can make only test keys. Send "test": true, or use a live key.')
    kind: Literal["live", "test"] = "test" if wanted.test else "live"
    key, raw = api_keys.issue(
        caller.user, wanted.name, wanted.permissions, wanted.expires_at, kind=kind, limits=wanted.limits
    )
    security_events.record_key(Kind.KEY_MADE, caller.user, key, origin)
    return key, raw


def change(caller: Caller, key_id: UUID, changes: Mapping[str, Any]) -> ApiKey:
    """Give the key another name or other limits. Raises NotFound, PermissionDenied."""
    key = key_for(caller, key_id)
    if changes.keys() - {"name"}:
        _require_unlimited(caller)
    if changes:
        ApiKey.objects.filter(pk=key.pk).update(**changes)
    return key_for(caller, key_id)


@transaction.atomic
def rotate(caller: Caller, key_id: UUID, overlap: timedelta, origin: Origin) -> tuple[ApiKey, str]:
    """Replace the key with one like it; returns it with the raw key. The old one works for `overlap` more.

    A key that expires is replaced by one that lives as long. Raises NotFound, PermissionDenied, and Conflict
    when it no longer works or was rotated before.
    """
    old = key_for(caller, key_id)
    if old.pk != caller.key_id:
        _require_unlimited(caller)
    _require_permissions(caller, old.permissions)
    lifetime = old.expires_at - old.created_at if old.expires_at else None
    api_keys.retire(old, overlap)
    new, raw = api_keys.issue(
        caller.user,
        old.name,
        old.permissions,
        timezone.now() + lifetime if lifetime else None,
        kind="test" if old.test else "live",
        limits=Limits(old.requests_per_minute, old.monthly_cost_limit_usd),
        first_id=old.first_id or old.pk,
    )
    security_events.record_key(Kind.KEY_ROTATED, caller.user, new, origin, in_place_of=str(old))
    return new, raw


@transaction.atomic
def revoke(caller: Caller, key_id: UUID, origin: Origin) -> ApiKey:
    """Revoke the key, effective from the next request. Raises NotFound."""
    key = key_for(caller, key_id)
    if api_keys.revoke(key):
        security_events.record_key(Kind.KEY_REVOKED, caller.user, key, origin)
    return key


def _visible(caller: Caller) -> QuerySet[ApiKey]:
    keys = ApiKey.objects.filter(owner=caller.user)
    return keys.filter(prefix__startswith=TEST_PREFIX) if caller.test else keys


def _require_unlimited(caller: Caller) -> None:
    if caller.limited:
        raise PermissionDenied(
            "This API key has its own limits, so it can’t make keys or change limits. Use a key "
            "without limits, or Settings, API keys."
        )


def _require_permissions(caller: Caller, permissions: Collection[str]) -> None:
    for name in api_keys.check_permissions(permissions):
        if name not in caller.permissions:
            raise PermissionDenied(
                f"This key can’t grant the permission {name}, because it doesn’t have it.",
                permission=name,
            )
