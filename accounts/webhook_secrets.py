"""The secrets that sign the webhooks of each user. They are derived, so that none has to be stored.

As Standard Webhooks defines them: `whsec_` and 32 bytes in base64. The bytes are the HMAC-SHA256 of the
user's id and the number of their current secret, with the pepper.

Receivers hold these secrets, so they must survive a new pepper. While one is replaced, a secret is derived
from the oldest, and whatever a receiver may have is stored, encrypted: by `keep`.
"""

import base64
import hmac

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts import peppers
from accounts.encryption import cipher
from accounts.models import User

PREFIX = "whsec_"
PURPOSE = "blogai webhook secret"


def current(user: User) -> str:
    """Makes no query."""
    if user.webhook_secret:
        return cipher(PURPOSE).decrypt(user.webhook_secret).decode()
    return _derived(user, peppers.oldest())


def reveal(user: User) -> str:
    """The current secret, to be shown to its user: it then stays the same until they renew it."""
    if peppers.being_replaced():
        keep(user)
    return current(user)


def keep(user: User) -> None:
    """Store the secret unless it is, so that it does not change with the pepper."""
    if not user.webhook_secret:
        _store(user, _derived(user, peppers.oldest()))


@transaction.atomic
def renew(user: User) -> str:
    """Replace the secret; the previous one signs nothing from now on."""
    User.objects.filter(pk=user.pk).update(
        webhook_secret_number=F("webhook_secret_number") + 1, webhook_secret=""
    )
    user.refresh_from_db(fields=["webhook_secret_number", "webhook_secret"])
    if peppers.being_replaced():
        _store(user, _derived(user, settings.API_KEY_PEPPER))
    return current(user)


def _store(user: User, secret: str) -> None:
    """Unless it was stored or renewed meanwhile."""
    unchanged = User.objects.filter(
        pk=user.pk, webhook_secret="", webhook_secret_number=user.webhook_secret_number
    )
    unchanged.update(webhook_secret=cipher(PURPOSE).encrypt(secret.encode()).decode())
    user.refresh_from_db(fields=["webhook_secret_number", "webhook_secret"])


def _derived(user: User, pepper: str) -> str:
    purpose = f"webhook secret {user.webhook_secret_number} of {user.pk}"
    digest = hmac.digest(pepper.encode(), purpose.encode(), "sha256")
    return PREFIX + base64.b64encode(digest).decode()
