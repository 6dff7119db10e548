"""Forms for signing in, based on allauth's, and for the settings."""

from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth
from django import forms
from django.utils import timezone

from accounts.api_keys import MAX_COST, MAX_REQUESTS, MIN_COST, Limits
from accounts.callers import PERMISSIONS
from accounts.models import User
from accounts.own_keys import DEFAULT_OVERLAP, Wanted

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
    """A new key. Its limits and the like are under "More", which is open when something in it is wrong."""

    more = ("kind", "requests_per_minute", "monthly_cost_limit_usd")

    name = forms.CharField(
        max_length=100, help_text="What will use this key, so that you can recognise it in the list."
    )
    permissions = forms.MultipleChoiceField(
        label="It may",
        choices=[(name, means) for name, means in PERMISSIONS.items()],
        initial=["read", "generate"],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label="Expires",
        choices=[("", "Never"), (7, "In 7 days"), (30, "In 30 days"), (90, "In 90 days"), (365, "In a year")],
        coerce=int,
        empty_value=None,
        required=False,
    )
    kind = forms.TypedChoiceField(
        label="Kind",
        choices=[
            ("live", "Live: it writes real posts"),
            ("test", "Test: what it writes is simulated, and costs nothing"),
        ],
        initial="live",
        empty_value="live",
        required=False,
        widget=forms.RadioSelect,
    )
    requests_per_minute = forms.IntegerField(
        label="Requests a minute",
        min_value=1,
        max_value=MAX_REQUESTS,
        required=False,
        help_text="Left empty: as many as your plan allows.",
    )
    monthly_cost_limit_usd = forms.DecimalField(
        label="US dollars a month",
        min_value=MIN_COST,
        max_value=MAX_COST,
        decimal_places=2,
        required=False,
        help_text="What the model calls of its posts may cost in a calendar month. Left empty: no own limit.",
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
        label="The old key works for",
        choices=[(0, "not a moment longer"), (3600, "an hour"), (86_400, "a day"), (604_800, "a week")],
        coerce=int,
        initial=int(DEFAULT_OVERLAP.total_seconds()),
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
