"""The demo account, the link that signs a developer in to it, and the address for a user's mails."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from blogai.core.errors import PermissionDenied

DEMO_EMAIL = "demo@blog-ai.localhost"
LINK_LIFETIME = timedelta(hours=1)
_SALT = "accounts.demo_link"


def demo_user() -> User:
    """The demo account, created if necessary. It has no password."""
    user = User.objects.filter(email=DEMO_EMAIL).first()
    return user or User.objects.create_user(email=DEMO_EMAIL, name="Demo")


def is_demo(user: AbstractBaseUser | AnonymousUser) -> bool:
    return isinstance(user, User) and user.email == DEMO_EMAIL


def demo_link(base_url: str) -> str:
    """A URL that signs its first visitor in as the demo user. Valid for an hour, in development only."""
    last_login = demo_user().last_login
    token = signing.dumps(last_login and last_login.isoformat(), salt=_SALT)
    return base_url.rstrip("/") + reverse("sign-in", args=[token])


def redeem_demo_link(token: str) -> User:
    """The demo user, once for each link. Raises PermissionDenied if the link was used, expired or forged.

    A link contains the time of the last sign-in, so using one invalidates all others.
    """
    try:
        known = signing.loads(token, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature as error:
        raise _unusable() from error
    last_login = known and datetime.fromisoformat(known)
    if not User.objects.filter(email=DEMO_EMAIL, last_login=last_login).update(last_login=Now()):
        raise _unusable()
    return demo_user()


def mail_address(user: User) -> str | None:
    """The address for mails about the user's posts; None if it must be confirmed first."""
    if settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory":
        return user.email
    confirmed = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return user.email if confirmed.exists() else None


def _unusable() -> PermissionDenied:
    return PermissionDenied(
        "This sign-in link was already used or is older than an hour. Restart Blog AI for a new one."
    )
