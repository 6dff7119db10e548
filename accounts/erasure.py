"""Erasing accounts for good once their grace period is over."""

from collections import Counter
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from procrastinate.contrib.django import app

from accounts.closing import GRACE
from accounts.models import Erasure, User
from accounts.signals import erase_data


def defer_due() -> int:
    """Queue a job for each account that is due for erasure; returns how many."""
    due = list(_due().values_list("pk", flat=True))
    for user_id in due:
        job = app.configure_task("erase_account", lock=f"erase-{user_id}", priority=-1)
        job.defer(user_id=str(user_id))
    return len(due)


@transaction.atomic
def erase_some(user_id: UUID) -> bool:
    """Erase part of the account, and finally the account itself; False if it is gone, or was kept.

    In parts, so that no transaction is long, however much there is. Nothing new comes in meanwhile: the
    account has been closed for `GRACE`.
    """
    user = _due().select_for_update().filter(pk=user_id).first()
    if user is None or user.delete_after is None:
        return False
    erasure, _ = Erasure.objects.get_or_create(
        account_id=user.pk, defaults={"asked_at": user.delete_after - GRACE}
    )
    erased = Counter[str]()
    for _, counts in erase_data.send(User, user=user):
        erased.update(counts)
    if erased.total():
        erasure.rows = dict(+(Counter(erasure.rows) + erased))
        erasure.save(update_fields=["rows"])
        return True
    user.delete()
    Erasure.objects.filter(pk=erasure.pk).update(erased_at=Now())
    return False


def _due() -> QuerySet[User]:
    return User.objects.filter(is_active=False, delete_after__lte=Now())
