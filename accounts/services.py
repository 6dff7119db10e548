"""The demo account and its link, and whose an email address is."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower, Now
from django.urls import reverse

from accounts.addresses import folded
from accounts.models import User
from accounts.signals import account_created
from blogai.core.errors import Conflict, EmailNotVerified, PermissionDenied

DEMO_EMAIL = "demo@blog-ai.localhost"
LINK_LIFETIME = timedelta(hours=1)
_SALT = "accounts.demo_link"


def demo_user() -> User:
    """The demo account, created if necessary. It has no password."""
    return User.objects.filter(email=DEMO_EMAIL).first() or _create_demo_user()


@transaction.atomic
def _create_demo_user() -> User:
    user = User.objects.create_user(email=DEMO_EMAIL, name="Demo")
    account_created.send(User, user=user)
    return user


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


def is_taken(email: str) -> bool:
    """Whether somebody has the address, or has confirmed it. One query, whatever the answer.

    One that somebody wants to change to and has not confirmed is not theirs yet.
    """
    owners = User.objects.alias(folded=Lower("email")).filter(folded=folded(email)).values("pk")
    confirmed = EmailAddress.objects.filter(email=folded(email), verified=True).values("user_id")
    return owners.union(confirmed).exists()


def unconfirmed_emails(user: User) -> QuerySet[EmailAddress]:
    """The addresses that the user wants to change to: one at most."""
    found: QuerySet[EmailAddress] = EmailAddress.objects.filter(user=user, verified=False)
    return found.exclude(email=folded(user.email))


def lacks_verified_email(user: User) -> bool:
    """Whether nothing may be written for the user yet. Asks nothing."""
    return settings.VERIFIED_EMAIL_REQUIRED and not user.has_verified_email


def require_verified_email(user: User) -> None:
    """Raises EmailNotVerified."""
    if lacks_verified_email(user):
        page = settings.PUBLIC_URL.rstrip("/") + reverse("account_email")
        raise EmailNotVerified(
            f"Confirm your email first: open the link we sent to {user.email}, or get a new one at {page}."
        )


def vouch_for_email(user: User) -> None:
    """The user's address counts as confirmed, since whoever operates this site says so."""
    address, _ = EmailAddress.objects.get_or_create(user=user, email=folded(user.email))
    address.verified = address.primary = True
    address.save()
    user.refresh_from_db(fields=["verified_email"])


def mail_address(user: User) -> str | None:
    """The address for mails about the user's posts; None if it must be confirmed first."""
    confirmed = user.has_verified_email or settings.EMAIL_VERIFICATION != "mandatory"
    return user.email if confirmed else None


@transaction.atomic
def confirm_email(user: User) -> None:
    """Take the user's address as confirmed, without a mail. Raises Conflict if it is, or is another's."""
    if user.has_verified_email:
        raise Conflict(f"{user.email} is already confirmed.")
    if EmailAddress.objects.filter(email=folded(user.email), verified=True).exclude(user=user).exists():
        raise Conflict(f"Another account has confirmed {user.email}.")
    vouch_for_email(user)


def _unusable() -> PermissionDenied:
    return PermissionDenied(
        "This sign-in link was already used or is more than an hour old. Run `manage.py "
        "sign_in_link` for a new one."
    )
