"""Actions on what a customer may use, and on what a plan includes."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from billing import quotas, tiers
from billing.models import Meter, TierLimit
from blogai.core.errors import Conflict
from staff.actions.base import Action, Deed, ReasonForm, ToldForm

MAX_UNITS, MAX_COST = 1_000, Decimal(10_000)
MAX_DAYS = 730
"""How long a plan can be given for."""
FEATURES = sorted({feature for seed in tiers.SEEDS for feature in seed.features})


class GrantForm(ToldForm):
    units = forms.IntegerField(min_value=1, max_value=MAX_UNITS, initial=1, label="How many")
    meter = forms.ChoiceField(choices=[(meter.value, meter.label) for meter in Meter], label="Of what")


class GivePlanForm(ReasonForm):
    tier = forms.ChoiceField(label="Plan")
    until = forms.DateField(
        label="Last day",
        help_text="The plan ends with this day (UTC).",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paid = TierLimit.objects.exclude(tier="free").values_list("tier", flat=True)
        self.fields["tier"].choices = [(tier, tier.capitalize()) for tier in paid]  # type: ignore[attr-defined]

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        today = timezone.now().astimezone(UTC).date()
        if not today <= until <= today + timedelta(days=MAX_DAYS):
            raise forms.ValidationError("Choose a day from today on, within the next two years.")
        return until


class CostLimitForm(ReasonForm):
    usd = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=MAX_COST,
        decimal_places=2,
        label="US dollars a month",
        help_text="For the model calls of all posts together. Leave it empty for the plan’s limit.",
    )


class PlanForm(ReasonForm):
    """Prices are not among the fields: they are Stripe's, and change there first."""

    posts_per_month = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    posts_per_day = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    assists_per_month = forms.IntegerField(required=False, min_value=0, max_value=1_000_000)
    concurrent_runs = forms.IntegerField(min_value=1, max_value=1_000, label="Posts written at the same time")
    max_cost_usd = forms.DecimalField(
        required=False, min_value=Decimal("0.01"), max_value=MAX_COST, decimal_places=4,
        label="What one post may cost, in US dollars",
    )  # fmt: skip
    monthly_cost_usd = forms.DecimalField(
        required=False, min_value=Decimal("0.01"), max_value=MAX_COST, decimal_places=2,
        label="What all posts of a month may cost, in US dollars",
    )  # fmt: skip
    requests_per_minute = forms.IntegerField(min_value=1, max_value=100_000)
    requests_per_hour = forms.IntegerField(min_value=1, max_value=1_000_000)
    features = forms.MultipleChoiceField(
        required=False, choices=[(name, name.replace("_", " ").capitalize()) for name in FEATURES],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, target: TierLimit, **kwargs: Any) -> None:
        super().__init__(*args, target=target, **kwargs)
        self.initial = {name: getattr(target, name) for name in self.fields if hasattr(target, name)}
        for field in self.fields.values():
            if not field.required and not isinstance(field, forms.MultipleChoiceField):
                field.help_text = "Leave it empty for unlimited."

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        if _more(entered, "posts_per_day", "posts_per_month"):
            self.add_error("posts_per_day", "A day cannot have more posts than the month.")
        if _more(entered, "requests_per_minute", "requests_per_hour"):
            self.add_error("requests_per_minute", "A minute cannot have more requests than the hour.")
        return entered


def _more(entered: dict[str, Any], part: str, whole: str) -> bool:
    return entered.get(whole) is not None and (entered.get(part) or 0) > entered[whole]


def _users() -> QuerySet[User]:
    return User.objects.select_related("entitlement")


def _themselves(user: User) -> User:
    return user


def _has_given_plan(user: User) -> bool:
    return hasattr(user, "entitlement") and user.entitlement.given_tier_id is not None


def _grant(deed: Deed) -> str:
    units, meter = deed.entered["units"], Meter(deed.entered["meter"])
    quotas.grant(deed.target, units, reason=deed.reason, actor=deed.actor, meter=meter)
    return f"{deed.target.email} has {units} more {meter.label.lower()} this month."


def _give(deed: Deed) -> str:
    last: date = deed.entered["until"]
    end = datetime.combine(last + timedelta(days=1), time(), UTC)
    tiers.set_tier(user=deed.target, tier=deed.entered["tier"], until=end, by=deed.actor, because=deed.reason)
    return f"{deed.target.email} has the plan {deed.entered['tier']} until the end of {date_format(last)}."


def _end(deed: Deed) -> str:
    tiers.end_given_tier(user=deed.target)
    return f"The plan that was given to {deed.target.email} has ended."


def _limit(deed: Deed) -> str:
    usd = deed.entered["usd"]
    tiers.set_cost_limit(user=deed.target, usd=usd)
    limit = "the plan’s limit" if usd is None else f"${usd:,.2f} a month"
    return f"The model calls of {deed.target.email} may cost {limit}."


def _change(deed: Deed) -> str:
    changes = tiers.change_plan(tier=deed.target.pk, values=deed.entered)
    if not changes:
        raise Conflict("Nothing was changed in the form.")
    return f"Changed: {'; '.join(changes)}."


ACTIONS = (
    Action(
        name="grant_units",
        button="Add posts or assists",
        effect="They are added to what the plan allows in the current month.",
        told="Blog AI staff added {units} {meter} to your month",
        rows=_users,
        owner=_themselves,
        do=_grant,
        form=GrantForm,
    ),
    Action(
        name="give_plan",
        button="Give a plan",
        effect="The customer has the plan without paying. If they subscribe to a larger one, that counts.",
        told="Blog AI staff gave you the {tier} plan until {until:%B %-d, %Y}",
        rows=_users,
        owner=_themselves,
        do=_give,
        form=GivePlanForm,
    ),
    Action(
        name="end_given_plan",
        button="End the given plan",
        effect="The customer is back on the plan that they pay for, or on the free one.",
        told="Blog AI staff ended the plan that we gave you",
        rows=_users,
        owner=_themselves,
        do=_end,
        fits=_has_given_plan,
        dangerous=True,
    ),
    Action(
        name="set_cost_limit",
        button="Change the cost limit",
        effect="It takes the place of the plan’s limit on what model calls may cost in a month.",
        told="Blog AI staff changed your limit on model costs",
        rows=_users,
        owner=_themselves,
        do=_limit,
        form=CostLimitForm,
    ),
    Action(
        name="change_plan",
        button="Change plan",
        effect="Everybody on this plan has the new limits, within a minute.",
        told="",
        rows=lambda: TierLimit.objects.all(),
        owner=lambda plan: None,
        do=_change,
        form=PlanForm,
    ),
)
