"""Forms for signing in, based on allauth's, and for the settings."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth
from django import forms

from accounts.callers import PERMISSIONS
from accounts.models import User

PASSWORD_HELP = "At least 10 characters, and nothing that is easy to guess."  # noqa: S105


class Relabelled:
    """A form of allauth with our labels and help texts, and without placeholders."""

    labels: dict[str, str] = {}
    help_texts: dict[str, str] = {}
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


class SignIn(Relabelled, allauth.LoginForm):  # type: ignore[misc]
    labels = {"login": "Email", "password": "Password"}


class SignUp(Relabelled, allauth.SignupForm):  # type: ignore[misc]
    labels = {"email": "Email", "password1": "Password"}
    help_texts = {"password1": PASSWORD_HELP}


class ForgottenPassword(Relabelled, allauth.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": "Email"}


class NewPassword(Relabelled, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": "New password"}
    help_texts = {"password1": PASSWORD_HELP}
    removed = ("password2",)


class ChangePassword(Relabelled, allauth.ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": "Current password", "password1": "New password"}
    help_texts = {"password1": PASSWORD_HELP}
    removed = ("password2",)


class SetPassword(Relabelled, allauth.SetPasswordForm):  # type: ignore[misc]
    labels = {"password1": "Password"}
    help_texts = {"password1": PASSWORD_HELP}
    removed = ("password2",)


class ChangeEmail(Relabelled, allauth.AddEmailForm):  # type: ignore[misc]
    labels = {"email": "New email"}


class PreferenceForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """One setting of the user's own account."""


class NameForm(PreferenceForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": "Name"}
        help_texts = {"name": "How we address you. It is visible only to you."}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class TimeZoneForm(PreferenceForm):
    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Used to show dates and times. Your monthly limit of posts always follows UTC.",
    )

    class Meta:
        model = User
        fields = ["time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zones()  # type: ignore[attr-defined]


class ThemeForm(PreferenceForm):
    class Meta:
        model = User
        fields = ["theme"]
        labels = {"theme": "Light or dark"}
        widgets = {"theme": forms.RadioSelect}


class ApiKeyForm(forms.Form):
    name = forms.CharField(
        max_length=100, help_text="What will use this key, so that you can recognise it in the list."
    )
    permissions = forms.MultipleChoiceField(
        label="It may",
        choices=[(name, means) for name, means in PERMISSIONS.items()],
        initial=["read", "generate"],
        widget=forms.CheckboxSelectMultiple,
    )


def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """The time zones, grouped by continent: Europe/Berlin is "Berlin" under "Europe"."""
    groups: dict[str, list[tuple[str, str]]] = {"Universal": [("UTC", "UTC")]}
    for zone in sorted(available_timezones()):
        area, _, place = zone.partition("/")
        if area in AREAS and place:
            groups.setdefault(area, []).append((zone, place.replace("_", " ").replace("/", ", ")))
    return list(groups.items())


AREAS = {
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
}
