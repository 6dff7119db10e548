"""Takes whatever was made with an earlier pepper over to the current one: docs/rotation.md."""

from collections.abc import Iterator
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import F, Q, QuerySet

from accounts import peppers, second_factor, webhook_secrets
from accounts.api_keys import working
from accounts.encryption import renewed
from accounts.models import ApiKey, User


@dataclass(frozen=True, slots=True)
class Progress:
    """What one round has changed."""

    second_factors: int
    webhook_secrets: int


def rotate() -> Progress:
    """Encrypt everything with the current pepper. Safe to repeat, and while the product runs.

    Raises InvalidToken if something was encrypted with a pepper that is not set.
    """
    return Progress(sum(_second_factors()), sum(_webhook_secrets()))


def waiting_keys() -> QuerySet[ApiKey]:
    """The working keys that are stored under another pepper, longest idle first. Using one moves it."""
    keys = working(ApiKey.objects.exclude(pepper=peppers.mark(peppers.accepted()[0])))
    return keys.filter(owner__is_active=True).order_by(F("last_used_at").asc(nulls_first=True), "pk")


def _second_factors() -> Iterator[int]:
    """1 for each that was changed. One that is being used keeps its row, and is left to the next round."""
    for each in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        data = second_factor.renewed_data(each.data)
        if data != each.data:
            yield Authenticator.objects.filter(pk=each.pk, data=each.data).update(data=data)


def _webhook_secrets() -> Iterator[int]:
    stored = ~Q(webhook_secret="")
    for user in User.objects.filter(stored).only("webhook_secret").iterator():
        token = renewed(webhook_secrets.PURPOSE, user.webhook_secret)
        if token != user.webhook_secret:
            same = User.objects.filter(pk=user.pk, webhook_secret=user.webhook_secret)
            yield same.update(webhook_secret=token)
    if peppers.being_replaced():
        for user in User.objects.exclude(stored).only("webhook_secret", "webhook_secret_number").iterator():
            webhook_secrets.keep(user)
            yield 1
