"""The secret with which callbacks to a user's programs are signed: derived, so that none is stored.

`whsec_` and 32 bytes in base64, as Standard Webhooks has it: HMAC-SHA256 under `settings.API_KEY_PEPPER` of
the user and of the number of their present secret.
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
    """Another secret; the one before signs nothing from now on."""
    User.objects.filter(pk=user.pk).update(webhook_secret_number=F("webhook_secret_number") + 1)
    user.refresh_from_db(fields=["webhook_secret_number"])
    return current(user)
