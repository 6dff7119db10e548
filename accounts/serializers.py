"""API keys in the API."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.api_keys import MAX_COST, MAX_REQUESTS, MIN_COST, Limits
from accounts.callers import PERMISSIONS
from accounts.models import ApiKey
from accounts.own_keys import DEFAULT_OVERLAP, MAX_OVERLAP, Wanted
from blogai.core.body import StrictSerializer, TextField

MAX_NAME = 100


class RequestsPerMinute(serializers.IntegerField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            min_value=1,
            max_value=MAX_REQUESTS,
            allow_null=True,
            help_text="Requests a minute, where your plan allows more; null: as your plan says.",
            **options,
        )


class MonthlyCostLimit(serializers.DecimalField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_digits=9,
            decimal_places=4,
            min_value=MIN_COST,
            max_value=MAX_COST,
            allow_null=True,
            help_text="US dollars that the model calls of the runs that it starts may cost in a calendar "
            "month (UTC); null: no limit of its own.",
            **options,
        )


class NewApiKeyBody(StrictSerializer):
    """All of it is optional."""

    name = TextField(max_length=MAX_NAME, required=False, allow_blank=True, default="")
    permissions = serializers.ListField(
        child=serializers.ChoiceField(choices=list(PERMISSIONS)),
        required=False,
        allow_empty=False,
        default=["read"],
        help_text="Those that your own key has, or some of them.",
    )
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="In the future; null: it does not expire."
    )
    requests_per_minute = RequestsPerMinute(required=False, default=None)
    monthly_cost_limit_usd = MonthlyCostLimit(required=False, default=None)
    test = serializers.BooleanField(
        required=False, default=False, help_text="What a test key starts is simulated and costs nothing."
    )

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError("Must be in the future.")
        return value


class ChangedApiKeyBody(StrictSerializer):
    """The fields that are to change."""

    name = TextField(max_length=MAX_NAME, required=False, allow_blank=True)
    requests_per_minute = RequestsPerMinute(required=False)
    monthly_cost_limit_usd = MonthlyCostLimit(required=False)


class RotateBody(StrictSerializer):
    """May be left out."""

    overlap_seconds = serializers.IntegerField(
        min_value=0,
        max_value=int(MAX_OVERLAP.total_seconds()),
        required=False,
        default=int(DEFAULT_OVERLAP.total_seconds()),
        help_text="How long the old key keeps working.",
    )


class ApiKeyReply(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="The first 14 characters.")
    last_four = serializers.CharField()
    permissions = serializers.ListField(child=serializers.ChoiceField(choices=list(PERMISSIONS)))
    test = serializers.BooleanField(help_text="Whether what it starts is simulated.")
    requests_per_minute = serializers.IntegerField(allow_null=True)
    monthly_cost_limit_usd = serializers.DecimalField(max_digits=9, decimal_places=4, allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    last_used_address = serializers.CharField(help_text="The IP address then; empty if it is not known.")
    rotated_at = serializers.DateTimeField(allow_null=True, help_text="When another key took its place.")


class NewApiKeyReply(ApiKeyReply):
    key = serializers.CharField(help_text="The key itself. It is said this once, and stored nowhere.")


def wanted(body: dict[str, Any]) -> Wanted:
    """The key that a valid `NewApiKeyBody` describes."""
    return Wanted(
        name=body["name"],
        permissions=body["permissions"],
        expires_at=body["expires_at"],
        limits=Limits(body["requests_per_minute"], body["monthly_cost_limit_usd"]),
        test=body["test"],
    )


def overlap_of(body: dict[str, Any]) -> timedelta:
    return timedelta(seconds=body["overlap_seconds"])


def key_reply(key: ApiKey) -> dict[str, Any]:
    return dict(ApiKeyReply(key).data)


def new_key_reply(key: ApiKey, raw: str) -> dict[str, Any]:
    return {**key_reply(key), "key": raw}
