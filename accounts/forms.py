"""The forms of signing in and of the settings. allauth's do the work; ours say it in our words."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth
from django import forms

from accounts.callers import PERMISSIONS
from accounts.models import User

PASSWORD_HELP = "At least 10 characters, and nothing that is easy to guess."  # noqa: S105


class Worded:
    """A form of allauth's with our labels and help, without placeholders, which only repeat the label."""

    labels: dict[str, str] = {}
    helps: dict[str, str] = {}
    without: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name in self.without:
            fields.pop(name, None)
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")


class SignIn(Worded, allauth.LoginForm):  # type: ignore[misc]
    labels = {"login": "Email", "password": "Password"}


class SignUp(Worded, allauth.SignupForm):  # type: ignore[misc]
    labels = {"email": "Email", "password1": "Password"}
    helps = {"password1": PASSWORD_HELP}


class ForgottenPassword(Worded, allauth.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": "Email"}


class NewPassword(Worded, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": "New password"}
    helps = {"password1": PASSWORD_HELP}
    without = ("password2",)


class ChangePassword(Worded, allauth.ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": "Current password", "password1": "New password"}
    helps = {"password1": PASSWORD_HELP}
    without = ("password2",)


class SetPassword(Worded, allauth.SetPasswordForm):  # type: ignore[misc]
    labels = {"password1": "Password"}
    helps = {"password1": PASSWORD_HELP}
    without = ("password2",)


class ChangeEmail(Worded, allauth.AddEmailForm):  # type: ignore[misc]
    labels = {"email": "New email"}


class Preference(forms.ModelForm):  # type: ignore[type-arg] # at run time it takes none
    """One setting of one's own account."""


class Name(Preference):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": "Name"}
        help_texts = {"name": "How we address you. Nobody else sees it."}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class TimeZone(Preference):
    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Dates and times are shown in it. Your month of posts follows UTC whatever it is.",
    )

    class Meta:
        model = User
        fields = ["time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zones()  # type: ignore[attr-defined]


class LookOfPages(Preference):
    class Meta:
        model = User
        fields = ["theme"]
        labels = {"theme": "Light or dark"}
        widgets = {"theme": forms.RadioSelect}


class ApiKeyForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="What uses it, so that you know it again in the list.")
    permissions = forms.MultipleChoiceField(
        label="It may",
        choices=[(name, means) for name, means in PERMISSIONS.items()],
        initial=["read", "generate"],
        widget=forms.CheckboxSelectMultiple,
    )


def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """The zones with a place in their name, by continent: `Europe`: Europe/Berlin as "Berlin"."""
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
