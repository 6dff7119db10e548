"""Forms for signing in, based on allauth's, and for the settings."""

import struct
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from allauth.account import forms as allauth
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as passkeys
from cryptography.exceptions import InvalidSignature
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import second_factor, time_zones
from accounts.addresses import folded
from accounts.api_keys import MAX_COST, MAX_REQUESTS, MIN_COST, Limits
from accounts.callers import PERMISSIONS
from accounts.models import User
from accounts.own_keys import DEFAULT_OVERLAP, Wanted
from accounts.send_later import send_later
from accounts.services import is_taken, unconfirmed_emails
from blogai.core.form_errors import CHOICE, LENGTH, NUMBER

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, struct.error)
"""What parsing raises, deep in packages, for bytes that are none of a passkey's."""
PASSWORD_HELP = "At least 10 characters, and hard to guess."  # noqa: S105


class Relabelled:
    """A form of allauth with our labels and help texts, and without placeholders.

    On a fresh page the focus is in the first empty field; with errors it is on their summary.
    """

    labels: dict[str, str] = {}
    help_texts: dict[str, str] = {}
    autocomplete: dict[str, str] = {}
    missing: dict[str, str] = {}
    """What fields say that are left blank, where "Enter your …" would not fit."""
    removed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name in self.removed:
            fields.pop(name, None)
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")
            blank = self.missing.get(name, f"Enter your {str(field.label).lower()}.")
            field.error_messages["required"] = blank
            if name in self.autocomplete:
                field.widget.attrs["autocomplete"] = self.autocomplete[name]
        form = cast(forms.Form, self)
        empty = next((field for field in form.visible_fields() if not field.value()), None)
        if empty and not form.is_bound:
            empty.field.widget.attrs["autofocus"] = True


class SignIn(Relabelled, allauth.LoginForm):  # type: ignore[misc]
    labels = {"login": "Email", "password": "Password"}
    autocomplete = {"login": "username"}


class SignUp(Relabelled, allauth.SignupForm):  # type: ignore[misc]
    labels = {"email": "Email", "password1": "Password"}
    help_texts = {"password1": PASSWORD_HELP}
    autocomplete = {"email": "username"}

    time_zone = forms.Field(required=False, widget=forms.HiddenInput)
    """The browser's, by a script. What is no zone is no mistake of whoever signs up."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        return cleaned | {"time_zone": time_zones.canonical(self.data.get("time_zone", "")) or "UTC"}

    def validate_unique_email(self, value: str) -> str:
        """An address that somebody wants to change to, and has not confirmed, is nobody's yet."""
        self.account_already_exists = is_taken(value)
        return value


class ForgottenPassword(Relabelled, allauth.ResetPasswordForm):  # type: ignore[misc]
    """Looks nothing up: the job that writes the mail does, and so no time tells who has an account."""

    labels = {"email": "Email"}

    def clean_email(self) -> str:
        return folded(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **_: Any) -> str:
        email: str = self.cleaned_data["email"]
        send_later("mail_password_reset", email=email)
        return email


class NewPassword(Relabelled, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": "New password"}
    help_texts = {"password1": PASSWORD_HELP}
    removed = ("password2",)


class ChangePassword(Relabelled, allauth.ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": "Current password", "password1": "New password"}
    help_texts = {"password1": PASSWORD_HELP}
    removed = ("password2",)


class PasswordAgain(Relabelled, allauth.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": "Password"}


class SetPassword(Relabelled, allauth.SetPasswordForm):  # type: ignore[misc]
    labels = {"password1": "Password"}
    help_texts = {"password1": PASSWORD_HELP}
    removed = ("password2",)


class ChangeEmail(Relabelled, allauth.AddEmailForm):  # type: ignore[misc]
    labels = {"email": "New email"}

    @transaction.atomic
    def save(self, request: HttpRequest) -> EmailAddress:
        """The new address takes the place of one that was wanted before, and of the account's when confirmed.

        allauth would give up the account's own too, if that is not confirmed yet, and leave it with none.
        """
        user = cast(User, self.user)
        unconfirmed_emails(user).delete()
        address = EmailAddress.objects.create(user=user, email=self.cleaned_data["email"])
        send_verification_email_to_address(request, address)
        return address


class UsedOnce(Relabelled):
    """A form of allauth with a code, which is accepted once."""

    labels = {"code": "Code"}
    help_texts = {"code": "From your authenticator app, or a recovery code."}

    def clean_code(self) -> str:
        form: Any = self
        code = str(form.cleaned_data["code"])
        form.authenticator = second_factor.authenticator_with(form.user, code)
        if form.authenticator is None:
            if held := second_factor.authenticator_for_codes(form.user):
                form._emit_authentication_failed(held)
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class CodeOfSecondStep(UsedOnce, codes.AuthenticateForm):  # type: ignore[misc]
    pass


class CodeAgain(UsedOnce, codes.ReauthenticateForm):  # type: ignore[misc]
    pass


class FirstCode(Relabelled, app.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": "Code from the app"}
    missing = {"code": "Enter the code from the app."}


class ReadPasskey:
    """A form of allauth with a passkey, of which a browser or a program may have sent anything."""

    def clean(self) -> Any:
        return self._refusing(super().clean)  # type: ignore[misc]

    def clean_credential(self) -> Any:
        form: Any = self
        return self._refusing(getattr(super(), "clean_credential", lambda: form.cleaned_data["credential"]))

    def _refusing(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except (forms.ValidationError, InvalidSignature, *UNREADABLE) as error:
            raise get_mfa_adapter().validation_error("incorrect_passkey") from error


class PasskeyOfSecondStep(ReadPasskey, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAlone(ReadPasskey, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAgain(ReadPasskey, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class NewPasskey(ReadPasskey, Relabelled, passkeys.AddWebAuthnForm):  # type: ignore[misc]
    labels = {"passwordless": "Sign in with just this passkey, no password"}
    help_texts = {
        "name": "So you can tell it apart, like “My phone”.",
        "passwordless": "Turn this off for a basic security key without a PIN or fingerprint reader.",
    }

    name = forms.CharField(label="Name", max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"passwordless": True} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)


class RenamedPasskey(Relabelled, passkeys.EditWebAuthnForm):  # type: ignore[misc]
    missing = {"name": "Give your passkey a name."}

    name = forms.CharField(label="Name", max_length=100)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=time_zones.choices,
        help_text="For dates and times. Your plan’s limits follow UTC.",
        error_messages=CHOICE,
    )

    class Meta:
        model = User
        fields = ["name", "time_zone", "theme"]
        labels = {"name": "Name", "theme": "Theme"}
        help_texts = {"name": "What we call you. Only you can see it."}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
            "theme": forms.RadioSelect,
        }
        error_messages = {"name": LENGTH, "theme": CHOICE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["time_zone"] = time_zones.canonical(self.initial["time_zone"]) or "UTC"

    def save(self, commit: bool = True) -> User:
        """Only its own fields: others may have changed meanwhile."""
        user = cast(User, self.instance)
        user.save(update_fields=self.fields)
        return user


class ApiKeyForm(forms.Form):
    """A new key. Its limits and the like are under "More", which is open when something in it is wrong."""

    more = ("kind", "requests_per_minute", "monthly_cost_limit_usd")

    name = forms.CharField(
        max_length=100,
        help_text="What will use this key, so you can tell your keys apart.",
        error_messages={"required": "Give your key a name.", **LENGTH},
    )
    permissions = forms.MultipleChoiceField(
        label="This key can",
        choices=[(name, means) for name, means in PERMISSIONS.items()],
        initial=["read", "generate"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose what this key can do.",
            "invalid_choice": "Choose from the list.",
        },
    )
    days = forms.TypedChoiceField(
        label="Expires",
        choices=[("", "Never"), (7, "In 7 days"), (30, "In 30 days"), (90, "In 90 days"), (365, "In a year")],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages=CHOICE,
    )
    kind = forms.TypedChoiceField(
        label="Kind",
        choices=[
            ("live", "Live: writes real posts"),
            ("test", "Test: writes simulated posts, for free"),
        ],
        initial="live",
        empty_value="live",
        required=False,
        widget=forms.RadioSelect,
        error_messages=CHOICE,
    )
    requests_per_minute = forms.IntegerField(
        label="Requests a minute",
        min_value=1,
        max_value=MAX_REQUESTS,
        required=False,
        help_text="Leave blank for as many as your plan allows.",
        error_messages={**NUMBER, "invalid": "Enter a whole number."},
    )
    monthly_cost_limit_usd = forms.DecimalField(
        label="US dollars a month",
        min_value=MIN_COST,
        max_value=MAX_COST,
        decimal_places=2,
        required=False,
        help_text="The most its posts may cost in a month. Leave blank for no limit.",
        error_messages={**NUMBER, "max_decimal_places": "Enter dollars and cents, such as 12.50."},
    )

    def wanted(self) -> Wanted:
        """The key that the valid form describes."""
        sent = self.cleaned_data
        return Wanted(
            name=sent["name"],
            permissions=sent["permissions"],
            expires_at=timezone.now() + timedelta(days=sent["days"]) if sent["days"] else None,
            limits=Limits(sent["requests_per_minute"], sent["monthly_cost_limit_usd"]),
            test=sent["kind"] == "test",
        )

    def visible(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.more]

    def folded(self) -> list[forms.BoundField]:
        return [self[name] for name in self.more]

    def wrong_in_folded(self) -> bool:
        return any(self[name].errors for name in self.more)


class RotateForm(forms.Form):
    overlap = forms.TypedChoiceField(
        label="The old key stops working",
        choices=[(0, "right away"), (3600, "in an hour"), (86_400, "in a day"), (604_800, "in a week")],
        coerce=int,
        initial=int(DEFAULT_OVERLAP.total_seconds()),
        error_messages=CHOICE,
    )
