"""What a caller may do with the API keys of their account.

No key hands on what it lacks: a key that it makes or rotates has no permission that it does not have itself,
a key with limits of its own makes none and changes no limits, and a test key sees only test keys.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts import api_keys
from accounts.api_keys import NO_LIMITS, Limits
from accounts.callers import Caller
from accounts.models import TEST_PREFIX, ApiKey
from blogai.core.errors import NotFound, PermissionDenied

MAX_OVERLAP, DEFAULT_OVERLAP = timedelta(days=7), timedelta(days=1)
"""How long a key that was rotated goes on working."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A key that is to be made."""

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
        raise NotFound("There is no such API key.")
    return key


@transaction.atomic
def create(caller: Caller, wanted: Wanted, address: str) -> tuple[ApiKey, str]:
    """A new key, with the raw key, and a mail to its owner. Raises PermissionDenied, Conflict."""
    _require_unlimited(caller)
    _require_permissions(caller, wanted.permissions)
    if caller.test and not wanted.test:
        raise PermissionDenied('A test key makes test keys only. Send "test": true, or use a live key.')
    kind: Literal["live", "test"] = "test" if wanted.test else "live"
    key, raw = api_keys.issue(
        caller.user, wanted.name, wanted.permissions, wanted.expires_at, kind=kind, limits=wanted.limits
    )
    _mail_owner(key, address)
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
def rotate(caller: Caller, key_id: UUID, overlap: timedelta, address: str) -> tuple[ApiKey, str]:
    """A key like this one in its place, with the raw key; the old one works for `overlap` more.

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
    _mail_owner(new, address, in_place_of=str(old))
    return new, raw


def _visible(caller: Caller) -> QuerySet[ApiKey]:
    keys = ApiKey.objects.filter(owner=caller.user)
    return keys.filter(prefix__startswith=TEST_PREFIX) if caller.test else keys


def _require_unlimited(caller: Caller) -> None:
    if caller.limited:
        raise PermissionDenied(
            "This API key has limits of its own, so it can neither make keys nor change limits. Use a key "
            "without limits, or the page Settings, API keys."
        )


def _require_permissions(caller: Caller, permissions: Collection[str]) -> None:
    for name in api_keys.check_permissions(permissions):
        if name not in caller.permissions:
            raise PermissionDenied(
                f"A key cannot hand on what it lacks: this one does not have the permission {name}.",
                permission=name,
            )


def _mail_owner(key: ApiKey, address: str, in_place_of: str = "") -> None:
    """Queue the mail in this transaction; a worker sends it, as often as the mail server needs."""
    job = app.configure_task("mail_new_key", priority=-1)  # below that of runs
    job.defer(key_id=str(key.pk), address=address, in_place_of=in_place_of)
