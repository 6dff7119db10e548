"""Who wants no mails about what they have used, and the links in those mails that lead there."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import User
from billing.models import UsageNoticesOff
from blogai.core.errors import NotFound

SALT = "billing.notices.preferences"
"""Makes a signature good for this and nothing else."""


def wants_usage_notices(user: User) -> bool:
    return not UsageNoticesOff.objects.filter(user=user).exists()


def set_usage_notices(*, user: User, wanted: bool) -> None:
    if wanted:
        UsageNoticesOff.objects.filter(user=user).delete()
    else:
        UsageNoticesOff.objects.bulk_create([UsageNoticesOff(user=user)], ignore_conflicts=True)


def off_url(user: User) -> str:
    """Where the user switches these mails off without signing in. Good for as long as SECRET_KEY is."""
    token = Signer(salt=SALT).sign(str(user.pk))
    return settings.PUBLIC_URL.rstrip("/") + reverse("usage-emails-off", args=[token])


def user_of(token: str) -> User:
    """Whose link it is. Raises NotFound, also when the account is gone."""
    try:
        user = User.objects.filter(pk=UUID(Signer(salt=SALT).unsign(token))).first()
    except (BadSignature, ValueError):
        user = None
    if user is None:
        raise NotFound("Part of this link is missing, or the account is gone.")
    return user
