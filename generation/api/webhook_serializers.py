"""Webhooks in the API: their addresses, their deliveries, and test events."""

from typing import Any

from rest_framework import serializers

from blogai.core.body import StrictSerializer, TextField
from blogai.core.egress import AddressForbidden
from generation.exports.reply import Reply
from generation.models import Notification
from generation.notifications import webhooks
from generation.notifications.deliveries import Delivery
from generation.notifications.trial import Trial
from generation.runs import frames


class WebhookAddress(TextField):
    """Where a webhook may be sent to."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=webhooks.MAX_ADDRESS, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        url = super().run_validation(data)
        try:
            if url:
                webhooks.check(url)
        except AddressForbidden as error:
            raise serializers.ValidationError(error.detail) from error
        return url


class WebhookTestBody(StrictSerializer):
    url = WebhookAddress(help_text="Where to send the test event.")


class TrialError(serializers.Serializer[object]):
    code = serializers.CharField()
    detail = serializers.CharField()


class WebhookTestReply(serializers.Serializer[object]):
    url = serializers.CharField(help_text="Without its query.")
    delivered = serializers.BooleanField(help_text="Whether your server answered 2xx.")
    status = serializers.IntegerField(allow_null=True, help_text="What it answered.")
    error = TrialError(allow_null=True, help_text="What kept it from answering.")
    duration_ms = serializers.IntegerField()


class DeliveryReply(serializers.Serializer[object]):
    id = serializers.UUIDField(help_text="The `webhook-id` of every attempt.")
    run_id = serializers.UUIDField()
    post_id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=frames.ENDINGS, help_text="What was to be told.")
    url = serializers.CharField(help_text="The run's `callback_url` without its query.")
    state = serializers.ChoiceField(choices=Notification.State.values)
    attempts = serializers.IntegerField()
    last_status = serializers.IntegerField(allow_null=True, help_text="What your server answered.")
    last_error = serializers.CharField(help_text="A code; empty when it was delivered.")
    next_attempt_at = serializers.DateTimeField(allow_null=True, help_text="Null: none, or right away.")
    created_at = serializers.DateTimeField()
    tried_at = serializers.DateTimeField(allow_null=True)


def delivery_reply(delivery: Delivery) -> Reply:
    return {
        "id": str(delivery.id),
        "run_id": str(delivery.run_id),
        "post_id": str(delivery.post_id),
        "type": delivery.event,
        "url": delivery.url,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "next_attempt_at": delivery.next_attempt_at,
        "created_at": delivery.created_at,
        "tried_at": delivery.tried_at,
    }


def trial_reply(trial: Trial) -> Reply:
    error = trial.error
    return {
        "url": trial.url,
        "delivered": trial.delivered,
        "status": trial.status,
        "error": {"code": error.code, "detail": error.detail} if error else None,
        "duration_ms": trial.milliseconds,
    }
