"""The secrets that sign the webhooks of each user. They are derived, so that none has to be stored.

As Standard Webhooks defines them: `whsec_` and 32 bytes in base64. The bytes are the HMAC-SHA256 of the
user's id and the number of their current secret, with `settings.API_KEY_PEPPER`.
"""

import base64
import hmac

from django.conf import settings
from django.db.models import F

from accounts.models import User

PREFIX = "whsec_"


def current(user: User) -> str:
    purpose = f"webhook secret {user.webhook_secret_number} of {user.pk}"
    digest = hmac.digest(settings.API_KEY_PEPPER.encode(), purpose.encode(), "sha256")
    return PREFIX + base64.b64encode(digest).decode()


def renew(user: User) -> str:
    """Replace the secret; the previous one signs nothing from now on."""
    User.objects.filter(pk=user.pk).update(webhook_secret_number=F("webhook_secret_number") + 1)
    user.refresh_from_db(fields=["webhook_secret_number"])
    return current(user)
