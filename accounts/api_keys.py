"""API keys. No other module handles raw keys.

A key consists of `bai_live_` (or `bai_test_`), 30 random base62 characters (178 bits) and a checksum of 6,
the CRC-32 of everything before it in base62, which tells a mistyped key from an unknown one without a query.
What is stored is the key's HMAC-SHA256 with the pepper (accounts.peppers): a stolen table is useless without
it, and a random key needs no slow hash. Nothing is cached, so a revoked key is refused by the next request.
"""

import hmac
import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID
from zlib import crc32

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Least, Now
from django.utils import timezone

from accounts import peppers
from accounts.callers import PERMISSIONS, Caller
from accounts.models import ApiKey, User
from blogai.core.errors import Conflict, NotAuthenticated, ValidationFailed

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_LENGTH, CHECKSUM_LENGTH, PREFIX_LENGTH = 30, 6, 14
SHAPE = re.compile(rf"bai_(?:live|test)_[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}")
LAST_USED_PRECISION = timedelta(minutes=1)
MAX_KEYS = 50
"""Keys of one user that work, test keys among them."""
MAX_REQUESTS, MIN_COST, MAX_COST = 100_000, Decimal("0.01"), Decimal(10_000)
"""The limits that a key may have."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a key may take at most; None: as much as the plan allows."""

    requests_per_minute: int | None = None
    monthly_cost_limit_usd: Decimal | None = None


NO_LIMITS = Limits()


@transaction.atomic
def issue(
    owner: User,
    name: str,
    permissions: Iterable[str],
    expires_at: datetime | None = None,
    *,
    kind: Literal["live", "test"] = "live",
    limits: Limits = NO_LIMITS,
    first_id: UUID | None = None,
) -> tuple[ApiKey, str]:
    """Create a key; returns it with the raw key, which is not stored.

    `first_id` is the first of the keys that it descends from by rotation. Raises ValidationFailed, and
    Conflict when the owner has too many keys.
    """
    granted = check_permissions(permissions)
    # Locked, so that two requests cannot both make the last one.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if working(ApiKey.objects.filter(owner=owner)).count() >= MAX_KEYS:
        raise Conflict(f"You have {MAX_KEYS} API keys, the most an account can have. Revoke one first.")
    raw = _new_key(kind)
    key = ApiKey.objects.create(
        owner=owner,
        name=name,
        prefix=raw[:PREFIX_LENGTH],
        last_four=raw[-4:],
        digest=_digest(raw, settings.API_KEY_PEPPER),
        pepper=peppers.mark(settings.API_KEY_PEPPER),
        permissions=granted,
        expires_at=expires_at,
        requests_per_minute=limits.requests_per_minute,
        monthly_cost_limit_usd=limits.monthly_cost_limit_usd,
        first_id=first_id,
    )
    return key, raw


def retire(key: ApiKey, overlap: timedelta) -> None:
    """Let the key, in whose place there will be another, work only for `overlap` more.

    Raises Conflict when it no longer works, or was rotated before.
    """
    still = working(ApiKey.objects.filter(pk=key.pk, rotated_at=None))
    if not still.update(rotated_at=Now(), expires_at=Least("expires_at", Now() + overlap)):
        raise Conflict(
            "You can rotate only a working API key. This one was revoked, has expired or was rotated before."
        )


def revoke(key: ApiKey) -> bool:
    """Revoke the key, effective from the next request. False: it had been revoked already."""
    return bool(ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=Now()))


def revoke_all(owner: User) -> int:
    """Revoke every key of the owner; returns how many there were."""
    return ApiKey.objects.filter(owner=owner, revoked_at=None).update(revoked_at=Now())


def current(owner: User) -> QuerySet[ApiKey]:
    """The owner's keys that are not revoked, newest first."""
    return ApiKey.objects.filter(owner=owner, revoked_at=None).order_by("-id")


def caller_for(raw: str, address: str = "") -> Caller:
    """The caller at `address` whom the key authenticates, in one query. Raises NotAuthenticated."""
    check_shape(raw)
    digests = [_digest(raw, pepper) for pepper in peppers.accepted()]
    candidates = ApiKey.objects.select_related("owner").filter(prefix=raw[:PREFIX_LENGTH])
    key = next((key for key in candidates if any(hmac.compare_digest(key.digest, d) for d in digests)), None)
    if key is None:
        raise NotAuthenticated("We don’t know this API key. Check that it was created on this server.")
    _refuse_unusable(key)
    _record_use(key, address, digests[0])
    return Caller(
        user=key.owner,
        permissions=frozenset(key.permissions),
        key_id=key.id,
        first_key_id=key.first_id or key.id,
        requests_per_minute=key.requests_per_minute,
        monthly_cost_limit_usd=key.monthly_cost_limit_usd,
        test=key.test,
    )


def working(keys: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
    """Those that are neither revoked nor expired."""
    return keys.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None)


def usable(keys: Collection[UUID]) -> set[UUID]:
    """The keys that are neither revoked nor expired."""
    return set(working(ApiKey.objects.filter(pk__in=keys)).values_list("pk", flat=True))


def lock_spending(first_key_id: UUID) -> None:
    """Until the transaction ends, nobody else starts what this key, or one of its successors, pays for."""
    ApiKey.objects.select_for_update(no_key=True).get(pk=first_key_id)


def check_shape(raw: str) -> None:
    """Raises NotAuthenticated unless the key is well-formed. Makes no query."""
    if not SHAPE.fullmatch(raw):
        raise NotAuthenticated(
            "This isn’t a Blog AI key. Keys have 45 characters and start with bai_live_ or bai_test_."
        )
    if not hmac.compare_digest(_checksum(raw[:-CHECKSUM_LENGTH]), raw[-CHECKSUM_LENGTH:]):
        raise NotAuthenticated("This API key has a typo. Copy the whole key again.")


def check_permissions(permissions: Iterable[str]) -> list[str]:
    """The permissions without duplicates, in their usual order. Raises ValidationFailed for unknown ones."""
    asked = list(permissions)
    if unknown := [name for name in asked if name not in PERMISSIONS]:
        sentence = f"We don’t know the permission {', '.join(unknown)}. Choose from {', '.join(PERMISSIONS)}."
        raise ValidationFailed(sentence, errors={"permissions": [sentence]})
    if not asked:
        sentence = f"Give the key at least one permission: {', '.join(PERMISSIONS)}."
        raise ValidationFailed(sentence, errors={"permissions": [sentence]})
    return [name for name in PERMISSIONS if name in asked]


def _new_key(kind: str) -> str:
    start = f"bai_{kind}_" + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return start + _checksum(start)


def _checksum(start: str) -> str:
    rest = crc32(start.encode())
    characters = ""
    for _ in range(CHECKSUM_LENGTH):  # 62**6 > 2**32, so nothing is truncated
        rest, digit = divmod(rest, 62)
        characters = ALPHABET[digit] + characters
    return characters


def _digest(raw: str, pepper: str) -> str:
    return hmac.digest(pepper.encode(), raw.encode(), "sha256").hex()


def _refuse_unusable(key: ApiKey) -> None:
    """Only somebody who has the whole key gets here, so the reason reveals nothing to strangers."""
    if key.revoked_at is not None:
        raise NotAuthenticated("This API key was revoked.")
    if key.expires_at is not None and key.expires_at <= timezone.now():
        raise NotAuthenticated(f"This API key expired on {key.expires_at:%Y-%m-%d}.")
    if not key.owner.is_active:
        raise NotAuthenticated("This API key’s account is closed.")


def _record_use(key: ApiKey, address: str, digest: str) -> None:
    """Writes at most once a minute for each key; the condition lets only one of many requests do it.

    A key under another pepper moves to the current one, whose `digest` this is, unless it was there already.
    """
    settled = [peppers.mark(pepper) for pepper in (settings.API_KEY_PEPPER, settings.API_KEY_PEPPER_NEXT)]
    if key.pepper not in settled:
        move = {"digest": digest, "pepper": settled[0]}
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=Now(), last_used_address=address, **move)
        return
    if key.last_used_at is not None and timezone.now() - key.last_used_at < LAST_USED_PRECISION:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - LAST_USED_PRECISION)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=Now(), last_used_address=address)
