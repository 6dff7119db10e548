"""Receivers of Django's and allauth's signals: they record security events, log, and fill new accounts.

Imported by AccountsConfig.ready.
"""

import logging
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import security_events
from accounts.models import User
from accounts.origins import origin_of
from accounts.security_events import Kind
from accounts.session_store import SessionStore
from accounts.signals import account_created

logger = logging.getLogger(__name__)


def record(user: User, kind: Kind, request: HttpRequest | None, **details: Any) -> None:
    logger.info("%s of user %s", kind, user.pk, extra={"request": request})
    security_events.record(user, kind, origin_of(request), **details)


@receiver(account.user_signed_up)
def signed_up(user: User, **_: Any) -> None:
    account_created.send(User, user=user)


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    origin = origin_of(request)
    if isinstance(request.session, SessionStore):
        request.session.signed_in(origin.user_agent, origin.address)
    methods = [each["method"] for each in get_authentication_records(request, user)]
    logger.info(
        "user %s signed in with %s", user.pk, ", ".join(methods) or "nothing", extra={"request": request}
    )
    security_events.record_sign_in(user, origin)


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        logger.info("user %s signed out", user.pk, extra={"request": request})


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    logger.warning(
        "a sign-in failed", extra={"request": request}
    )  # without what was typed, perhaps a password
    if email := credentials.get("email"):
        security_events.record_failed_sign_in(email, origin_of(request))


@receiver(mfa.authentication_failed)
def second_step_failed(request: HttpRequest, user: User, **_: Any) -> None:
    record(user, Kind.SECOND_STEP_FAILED, request)


@receiver(account.password_changed)
def password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    record(user, Kind.PASSWORD_CHANGED, request)


@receiver(account.password_set)
def password_set(request: HttpRequest, user: User, **_: Any) -> None:
    record(user, Kind.PASSWORD_SET, request)


@receiver(account.password_reset)
def password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    record(user, Kind.PASSWORD_RESET, request)


@receiver(account.email_changed)
def email_changed(
    request: HttpRequest,
    user: User,
    from_email_address: EmailAddress | None,
    to_email_address: EmailAddress,
    **_: Any,
) -> None:
    if from_email_address is None:  # the first address is confirmed
        return
    before, after = from_email_address.email, to_email_address.email
    record(user, Kind.EMAIL_CHANGED, request, before=before, after=after)


@receiver(post_save, sender=EmailAddress)
def note_verified_email(instance: EmailAddress, **_: Any) -> None:
    if instance.verified:
        User.objects.filter(pk=instance.user_id).update(verified_email=instance.email)


ADDED = {
    Authenticator.Type.TOTP: Kind.APP_ADDED,
    Authenticator.Type.WEBAUTHN: Kind.PASSKEY_ADDED,
}
"""Recovery codes come with these."""
REMOVED = {
    Authenticator.Type.TOTP: Kind.APP_REMOVED,
    Authenticator.Type.WEBAUTHN: Kind.PASSKEY_REMOVED,
}


@receiver(mfa.authenticator_added)
def second_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if kind := ADDED.get(authenticator.type):
        factor, added = str(authenticator), str(authenticator.pk)
        record(user, kind, request, factor=factor, added=added)


@receiver(mfa.authenticator_removed)
def second_factor_removed(
    request: HttpRequest | None, user: User, authenticator: Authenticator, **_: Any
) -> None:
    if kind := REMOVED.get(authenticator.type):
        by = "" if request else security_events.STAFF
        record(user, kind, request, factor=str(authenticator), by=by)


@receiver(mfa.authenticator_reset)
def recovery_codes_made(request: HttpRequest, user: User, **_: Any) -> None:
    record(user, Kind.RECOVERY_CODES_MADE, request)


@receiver(social.social_account_added)
def account_linked(request: HttpRequest, sociallogin: SocialLogin, **_: Any) -> None:
    linked = sociallogin.account
    provider, added = linked.get_provider().name, str(linked.pk)
    record(linked.user, Kind.LOGIN_LINKED, request, provider=provider, added=added)


@receiver(social.social_account_removed)
def account_unlinked(request: HttpRequest, socialaccount: SocialAccount, **_: Any) -> None:
    provider = socialaccount.get_provider().name
    record(socialaccount.user, Kind.LOGIN_UNLINKED, request, provider=provider)
