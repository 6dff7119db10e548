"""How the API represents plans and their usage."""

from rest_framework import serializers

from accounts.callers import PERMISSIONS
from billing.models import TierLimit, UsageRecord


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
    assists = TakenReply(help_text="Everything else that asks a model, this month.")
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
                "help_text": "A run reserves when it starts, and settles or refunds that when it ends. "
                "`spend` is what it cost when it went on after that, `grant` what we added."
            },
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
