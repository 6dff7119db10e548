"""Deleting an account and signing up again does not renew the free plan.

When an account gives up an address, because it is closed, deleted or changed to another one, what it used
this month on the free plan is kept under a keyed hash of the address. An account that gets the address within
that month continues from there: a new one has the same months, and an older one counts as having used at
least as much. When the month ends, the hash is deleted.

Case, tags (`+…`) and Gmail's dots make no difference. Two accounts can still, at the same time, have
addresses that differ only in those; each has its own units.
"""

from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from django.utils.crypto import salted_hmac

from accounts import peppers
from accounts.addresses import folded
from accounts.models import User
from accounts.signals import account_closed
from billing import quotas
from billing.entitlements import free_month_of
from billing.models import CarriedUsage, Entitlement, Meter

GMAIL = ("gmail.com", "googlemail.com")

# Of two accounts that leave the same address in one month, the higher numbers count, and the later month.
LEAVE = f"""
INSERT INTO carried_usage AS known
    (address, meter, anchor, period_start, period_end, used, cost_usd, day, day_used)
SELECT %(address)s, meter, anchor AT TIME ZONE 'UTC', period_start, period_end,
    greatest(0, used + reserved - granted), cost_usd, day,
    least(greatest(0, used + reserved - granted), day_used + day_reserved)
FROM ({free_month_of("%(user)s")}) AS month JOIN user_quotas USING (period_start)
WHERE user_id = %(user)s
ON CONFLICT (address, meter) DO UPDATE SET
    anchor = CASE WHEN known.period_end < excluded.period_end THEN excluded.anchor ELSE known.anchor END,
    period_start = greatest(known.period_start, excluded.period_start),
    period_end = greatest(known.period_end, excluded.period_end),
    used = greatest(known.used, excluded.used),
    cost_usd = greatest(known.cost_usd, excluded.cost_usd),
    day = greatest(known.day, excluded.day),
    day_used = greatest(
        CASE WHEN known.day < excluded.day THEN 0 ELSE known.day_used END,
        CASE WHEN known.day > excluded.day THEN 0 ELSE excluded.day_used END
    )
"""  # noqa: S608 (constants)

OWN = f"""
SELECT used + reserved - granted, cost_usd
FROM ({free_month_of("%(user)s")}) AS month JOIN user_quotas USING (period_start)
WHERE user_id = %(user)s AND meter = %(meter)s
"""  # noqa: S608 (constants)


@transaction.atomic
def leave(user: User, email: str) -> None:
    """Keep what the user has used this month for the next account with the address."""
    purge()
    with connection.cursor() as cursor:
        cursor.execute(LEAVE, {"user": user.pk, "address": address_hash(email, settings.API_KEY_PEPPER)})


@transaction.atomic
def arrive(user: User, email: str, *, new: bool = False) -> None:
    """Count what was used under this address as used by the user; `new` if they have just signed up."""
    hashes = [address_hash(email, pepper) for pepper in peppers.accepted()]
    known = CarriedUsage.objects.filter(address__in=hashes, period_end__gt=Now())
    found = list(known.order_by("-period_end"))
    if new and found:
        Entitlement.objects.create(user=user, free_anchor=found[0].anchor)
    for each in found:
        _count(user, each)


def purge() -> int:
    """Delete what belongs to months that have ended; returns how many rows."""
    return CarriedUsage.objects.filter(period_end__lte=Now()).delete()[0]


def address_hash(email: str, pepper: str) -> str:
    """The same for all spellings of an address, and useless without the pepper."""
    return salted_hmac("billing.carry_over", mailbox(email), secret=pepper, algorithm="sha256").hexdigest()


@receiver(post_save, sender=User)
def _signed_up(instance: User, created: bool, raw: bool, **_: Any) -> None:
    if created and not raw:
        arrive(instance, instance.email, new=True)


@receiver(email_changed)
def _moved(user: User, from_email_address: EmailAddress | None, **_: Any) -> None:
    before, now = from_email_address.email if from_email_address else "", user.email
    if before and mailbox(before) != mailbox(now):
        leave(user, before)
        arrive(user, now)


@receiver(account_closed)
def _closed(user: User, **_: Any) -> None:
    """Its address is taken until it is deleted, but other spellings of it are free."""
    leave(user, user.email)


@receiver(pre_delete, sender=User)
def _deleted(instance: User, **_: Any) -> None:
    """In the transaction that deletes. Runs that are being started end before it; open ones are used up."""
    User.objects.select_for_update().filter(pk=instance.pk).first()
    for run_id in quotas.open_reservations(instance):
        quotas.settle(run_id)
    leave(instance, instance.email)


def _count(user: User, known: CarriedUsage) -> None:
    """Count as much as the user has used less."""
    with connection.cursor() as cursor:
        cursor.execute(OWN, {"user": user.pk, "meter": known.meter})
        used, cost_usd = cursor.fetchone() or (0, 0)
    units, cost_usd = max(0, known.used - used), max(Decimal(), known.cost_usd - cost_usd)
    if units or cost_usd:
        quotas.carry(
            user,
            Meter(known.meter),
            units=units,
            cost_usd=cost_usd,
            day=known.day,
            day_units=min(units, known.day_used),
        )


def mailbox(email: str) -> str:
    """The address without what mail providers ignore."""
    local, _, domain = folded(email).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in GMAIL:
        local, domain = local.replace(".", ""), GMAIL[0]
    return f"{local}@{domain}"
