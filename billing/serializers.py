"""How the API represents plans and their usage."""

from rest_framework import serializers

from billing.models import TierLimit


class TakenReply(serializers.Serializer[object]):
    used = serializers.IntegerField()
    reserved = serializers.IntegerField(help_text="Reserved by runs that have not ended.")
    limit = serializers.IntegerField(allow_null=True, help_text="Null: unlimited.")


class UsageReply(serializers.Serializer[object]):
    tier = serializers.CharField()
    resets_at = serializers.DateTimeField(help_text="The start of the next month. Days end at 00:00 UTC.")
    month = TakenReply()
    day = TakenReply()


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
