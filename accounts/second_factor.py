"""Second factors: the codes of an app, recovery codes and passkeys, kept by allauth.

What is secret about them is stored encrypted with a key that is derived from API_KEY_PEPPER: a stolen table
is useless without it. A lost second factor: docs/second-factor.md. Another pepper: docs/rotation.md.
"""

import logging
from typing import Any, cast

import qrcode
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Case, QuerySet, When
from qrcode.image.svg import SvgPathImage

from accounts import security_events, sessions
from accounts.encryption import cipher, renewed
from accounts.models import User

logger = logging.getLogger(__name__)

COMPLETE = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What makes a second factor. Recovery codes only stand in for one."""
PURPOSE = "blogai second factor"
SENTENCE = "Staff accounts need two-step sign-in. Set it up under Settings, Security."


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code didn’t work. It may be wrong, expired or already used.",
        "incorrect_passkey": "That passkey didn’t work here. Try again, or use another way.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        return cipher(PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher(PURPOSE).decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an element for the page, without the declaration that begins a file."""
        return str(qrcode.make(url, image_factory=SvgPathImage).to_string(encoding="unicode"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Blog AI"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"


class AppCodes(totp.TOTP):  # type: ignore[misc]
    """The codes of an app, each accepted once: the row remembers the latest, and settles who was first."""

    def validate_code(self, code: str) -> bool:
        secret, latest = decrypt(self.instance.data["secret"]), self.instance.data.get("latest", 0)
        for counter in totp.yield_hotp_counters_from_time():
            expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
            if counter > latest and compare_user_code(actual=code, expected=expected):
                return self._mark_used(counter)
        return False

    def _mark_used(self, counter: int) -> bool:
        before, after = self.instance.data, self.instance.data | {"latest": counter}
        self.instance.data = after
        return bool(Authenticator.objects.filter(pk=self.instance.pk, data=before).update(data=after))


def has_second_factor(user: AbstractBaseUser) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=COMPLETE).exists())


def is_missing(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user is staff who must set up a second factor before anything else.

    For anybody else it costs no query.
    """
    required = settings.STAFF_SECOND_FACTOR and getattr(user, "is_staff", False)
    return bool(required) and not has_second_factor(cast(User, user))


@transaction.atomic
def reset(user: User, *, by: str) -> list[str]:
    """Remove the second factors of somebody who lost them, and end their sessions; returns what they were.

    `by` names the colleague for the log, who must have made sure who the user is: docs/second-factor.md.
    """
    found = list(Authenticator.objects.select_for_update().filter(user=user).order_by("pk"))
    removed = [str(each) for each in found]
    Authenticator.objects.filter(user=user).delete()
    for authenticator in found:
        authenticator_removed.send(sender=Authenticator, request=None, user=user, authenticator=authenticator)
    sessions.end_all(user)
    if removed:
        security_events.record_staff_action(user, f"{security_events.STAFF} reset your two-step sign-in")
    logger.warning("second factors of user %s reset by %s: %s", user.pk, by, ", ".join(removed) or "none")
    return removed


def renewed_data(data: dict[str, Any]) -> dict[str, Any]:
    """The `data` of an authenticator as the current pepper encrypts it. Raises InvalidToken."""
    result = data | {name: renewed(PURPOSE, data[name]) for name in ("secret", "seed") if name in data}
    if codes := data.get("migrated_codes"):
        result["migrated_codes"] = [renewed(PURPOSE, code) for code in codes]
    return result


def authenticator_for_codes(user: AbstractBaseUser) -> Authenticator | None:
    """The user's app, or else their recovery codes."""
    return _for_codes(user).first()


def authenticator_with(user: AbstractBaseUser, code: str) -> Authenticator | None:
    """The user's app or recovery codes that the code belongs to. This uses up the code."""
    for authenticator in _for_codes(user):
        is_app = authenticator.type == Authenticator.Type.TOTP
        codes = AppCodes(authenticator) if is_app else authenticator.wrap()
        if codes.validate_code(code):
            return authenticator
    return None


def _for_codes(user: AbstractBaseUser) -> QuerySet[Authenticator]:
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk).exclude(
        type=Authenticator.Type.WEBAUTHN
    )
    return found.order_by(Case(When(type=Authenticator.Type.TOTP, then=0), default=1))
