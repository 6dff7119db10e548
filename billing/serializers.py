"""How the API represents plans and their usage."""

from typing import Any

from rest_framework import serializers

from accounts.callers import PERMISSIONS
from billing.models import Entitlement, TierLimit, UsageRecord
from billing.stripe.catalogue import INTERVALS, PLANS
from billing.subscription import Subscription
from blogai.core.body import StrictSerializer


class TakenReply(serializers.Serializer[object]):
    used = serializers.IntegerField()
    reserved = serializers.IntegerField(help_text="Reserved by runs that have not ended.")
    limit = serializers.IntegerField(allow_null=True, help_text="Null: unlimited.")


class CostReply(serializers.Serializer[object]):
    spent_usd = serializers.DecimalField(12, 6, help_text="What the model calls of this month's runs cost.")
    limit_usd = serializers.DecimalField(9, 2, allow_null=True, help_text="Null: unlimited.")


class UsageReply(serializers.Serializer[object]):
    tier = serializers.CharField()
    resets_at = serializers.DateTimeField(help_text="The start of the next month. Days end at 00:00 UTC.")
    month = TakenReply(help_text="Posts.")
    day = TakenReply(help_text="Posts.")
    assists = TakenReply(help_text="Anything besides a post that asks a model, this month: proposals.")
    cost = CostReply()


class TierReply(serializers.ModelSerializer[TierLimit]):
    class Meta:
        model = TierLimit
        fields = (
            "tier",
            "posts_per_month",
            "posts_per_day",
            "concurrent_runs",
            "price_monthly_usd",
            "price_yearly_usd",
            "max_cost_usd",
            "assists_per_month",
            "monthly_cost_usd",
            "requests_per_minute",
            "requests_per_hour",
            "features",
        )
        read_only_fields = fields


class TiersReply(serializers.Serializer[object]):
    """A list in the usual format, although it never has more than one page."""

    results = TierReply(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class UsageRecordReply(serializers.ModelSerializer[UsageRecord]):
    run_id = serializers.UUIDField(
        source="for_run",
        allow_null=True,
        read_only=True,
        help_text="The run, which may be gone by now. Null in records of an earlier version.",
    )

    class Meta:
        model = UsageRecord
        fields = (
            "id",
            "kind",
            "meter",
            "units",
            "run_id",
            "input_tokens",
            "output_tokens",
            "cost_usd",
            "reason",
            "created_at",
        )
        read_only_fields = fields
        extra_kwargs = {
            "kind": {
                "help_text": "A run reserves when it starts, and settles (it counts) or refunds at its end. "
                "`spend` is what continuing it cost after that, `grant` what we added, and `carry` "
                "what an earlier account with your address had used of the month."
            },
            "units": {"help_text": "How many posts or assists, as `meter` says."},
        }


class MeReply(serializers.Serializer[object]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField(help_text="Empty if none was given.")
    time_zone = serializers.CharField(help_text="An IANA name, such as Europe/Berlin.")
    tier = serializers.CharField(help_text="The plan.")
    permissions = serializers.ListField(
        child=serializers.ChoiceField(choices=list(PERMISSIONS)),
        help_text="Of this key; a browser's session has all of them.",
    )
    key_prefix = serializers.CharField(
        allow_null=True, help_text="The first characters of the key; null for a browser's session."
    )
    test = serializers.BooleanField(help_text="Whether posts started with this key are simulated.")


class CheckoutBody(StrictSerializer):
    tier = serializers.ChoiceField(choices=PLANS)
    interval = serializers.ChoiceField(choices=INTERVALS, default="month")


class StripeAddressReply(serializers.Serializer[object]):
    url = serializers.URLField(help_text="At Stripe. For a person, in a browser.")


class SubscriptionReply(serializers.Serializer[object]):
    tier = serializers.CharField(help_text="The plan in effect, whoever pays for it.")
    status = serializers.ChoiceField(
        choices=Entitlement.Status.choices,
        allow_null=True,
        help_text="Of the subscription, in Stripe's words. Null: there never was one.",
    )
    subscribed_tier = serializers.CharField(allow_null=True, help_text="The plan that it is for.")
    interval = serializers.ChoiceField(choices=INTERVALS, allow_null=True)
    amount = serializers.DecimalField(
        12, 3, allow_null=True, help_text="Its price for an interval, before discounts and taxes."
    )
    currency = serializers.CharField(allow_null=True, help_text="In three small letters.")
    period_end = serializers.DateTimeField(
        allow_null=True, help_text="When it renews or, if canceled, when it ends."
    )
    cancel_at_period_end = serializers.BooleanField()
    grace_ends_at = serializers.DateTimeField(
        allow_null=True, help_text="While a payment is missing: until when the plan stays."
    )
    next_tier = serializers.CharField(allow_null=True, help_text="The plan that it changes to at period_end.")
    next_interval = serializers.ChoiceField(choices=INTERVALS, allow_null=True)
    billing_url = serializers.URLField(help_text="The page about it.")


def subscription_reply(subscription: Subscription | None) -> dict[str, Any]:
    """The fields of SubscriptionReply that are about the subscription."""
    plan = subscription and subscription.plan
    following = subscription and subscription.next_plan
    return {
        "status": subscription.status if subscription else None,
        "subscribed_tier": plan.tier if plan else None,
        "interval": (plan and plan.interval) or None,
        "amount": str(plan.amount) if plan and plan.amount is not None else None,
        "currency": (plan and plan.currency) or None,
        "period_end": subscription and subscription.period_end,
        "cancel_at_period_end": bool(subscription and subscription.cancel_at_period_end),
        "grace_ends_at": subscription and subscription.grace_ends_at,
        "next_tier": (following and following.tier) or None,
        "next_interval": (following and following.interval) or None,
    }
