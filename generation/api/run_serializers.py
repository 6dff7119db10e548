"""Runs in the API: the shape of a reply for /openapi.json, and below it where each value comes from."""

import json
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from blogai.core.body import StrictSerializer
from generation.api.run_progress import Progress
from generation.exports.reply import Reply
from generation.models import Notification, Run, RunStep
from generation.runs import frames
from generation.runs.costs import MAX_COST_LIMIT, MIN_COST_LIMIT, exact
from generation.runs.receipt import Receipt, Sum


@extend_schema_field(
    {
        "type": "string",
        "format": "decimal",
        "pattern": r"^(?!0+(\.0+)?$)(1000(\.0{1,4})?|[0-9]{1,3}(\.[0-9]{1,4})?)$",
    }
)
class CostLimit(serializers.DecimalField):
    """US dollars, more than 0; null is the same as leaving it out."""

    def __init__(self) -> None:
        super().__init__(
            max_digits=8,
            decimal_places=4,
            min_value=MIN_COST_LIMIT,
            max_value=MAX_COST_LIMIT,
            required=False,
            allow_null=True,
            default=None,
            help_text="US dollars that the model calls of the run may cost together; at the limit it stops "
            "and keeps what is finished. Left out: as your plan says.",
        )

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """DRF takes an empty text for null, and so a limit that got lost on its way for none."""
        if isinstance(data, str) and not data.strip():
            self.fail("invalid")
        return super().validate_empty_values(data)


class RetryBody(StrictSerializer):
    """May be left out: the cost limit then stays as it is."""

    max_cost_usd = CostLimit()


class EstimatedCost(serializers.DecimalField):
    def __init__(self) -> None:
        super().__init__(
            max_digits=12,
            decimal_places=6,
            allow_null=True,
            help_text="About what it costs, said before; null: the price of the model is not known.",
        )


class StepReply(serializers.Serializer[object]):
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=RunStep.State.values)
    attempt = serializers.IntegerField()


class ErrorReply(serializers.Serializer[object]):
    code = serializers.CharField()
    detail = serializers.CharField()


class RunEnded(serializers.Serializer[object]):
    """What a callback says. A test event has the same fields, and ids of zeros."""

    type = serializers.ChoiceField(choices=[*frames.ENDINGS, "test"])
    created_at = serializers.DateTimeField()
    run_id = serializers.UUIDField()
    post_id = serializers.UUIDField()
    conversation_id = serializers.CharField()
    status = serializers.ChoiceField(choices=[ending.removeprefix("run.") for ending in frames.ENDINGS])
    title = serializers.CharField(allow_null=True, help_text="Of the post; null when there is none.")
    error = ErrorReply(allow_null=True, help_text="Why there is no post; null where you stopped it.")
    url = serializers.URLField(help_text="Where a person reads the post, or continues it.")
    status_url = serializers.URLField()


class CallbackReply(serializers.Serializer[object]):
    state = serializers.ChoiceField(choices=Notification.State.values)
    attempts = serializers.IntegerField()
    last_status = serializers.IntegerField(allow_null=True, help_text="What your server answered.")
    last_error = serializers.CharField(help_text="A code; empty when it was delivered.")


class RunReply(serializers.Serializer[object]):
    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="What it makes: `post`, or a later kind of work with a model.")
    status = serializers.ChoiceField(choices=Run.Status.values)
    ahead = serializers.IntegerField(help_text="While it is queued: how many of your open runs came before.")
    topic = serializers.CharField(help_text="What was asked for.")
    test = serializers.BooleanField(help_text="Whether a test key started it: its model is simulated.")
    post_id = serializers.UUIDField()
    conversation_id = serializers.CharField()
    steps = StepReply(many=True)
    error = ErrorReply(allow_null=True)
    callback = CallbackReply(
        allow_null=True,
        help_text="The newest. Null until the run has ended, or when it has no `callback_url`.",
    )
    calls = serializers.IntegerField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_usd = serializers.DecimalField(max_digits=12, decimal_places=6, help_text="So far.")
    estimated_cost_usd = EstimatedCost()
    max_cost_usd = serializers.DecimalField(max_digits=9, decimal_places=4, allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class SumReply(serializers.Serializer[object]):
    calls = serializers.IntegerField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_usd = serializers.DecimalField(max_digits=12, decimal_places=6)


class StepSumReply(SumReply):
    step = serializers.CharField()


class CallReply(serializers.Serializer[object]):
    step = serializers.CharField()
    provider = serializers.CharField()
    model = serializers.CharField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    estimated = serializers.BooleanField(help_text="The provider did not count: characters / 4.")
    cost_usd = serializers.DecimalField(max_digits=12, decimal_places=6)
    price_version = serializers.CharField(
        help_text="Of the price list; `own` is the operator’s, `local` and `simulated` are free, "
        "`unpriced` unknown."
    )
    duration_ms = serializers.IntegerField()
    finish_reason = serializers.CharField()
    error = serializers.CharField(help_text="The code of the error that it ended with, or empty.")


class ReceiptReply(serializers.Serializer[object]):
    run_id = serializers.UUIDField()
    post_id = serializers.UUIDField(help_text="The post that it wrote or worked on.")
    status = serializers.ChoiceField(choices=Run.Status.values)
    unit = serializers.ChoiceField(
        choices=["none", "reserved", "settled", "refunded"],
        help_text="Whether the post counts toward your plan: `reserved` until it ends, then `settled` (it "
        "counts) or `refunded` (it doesn’t). `none` for a test.",
    )
    estimated_cost_usd = EstimatedCost()
    max_cost_usd = serializers.DecimalField(max_digits=9, decimal_places=4, allow_null=True)
    calls = CallReply(many=True)
    steps = StepSumReply(many=True, help_text="In the order of the post; each is the sum of its calls.")
    total = SumReply(help_text="The sum of all calls, which is the run's cost.")


def json_reply(reply: Reply, status: int = 200) -> HttpResponse:
    """The reply of a plain view, written as DRF's renderer writes it."""
    body = json.dumps(reply, cls=JSONEncoder, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return HttpResponse(body, status=status, content_type="application/json")


def run_reply(run: Progress) -> Reply:
    error = {"code": run.error_code, "detail": run.error_detail} if run.error_code else None
    return {
        "id": str(run.id),
        "kind": run.kind,
        "status": run.status,
        "ahead": run.ahead,
        "topic": run.topic,
        "test": run.test,
        "post_id": str(run.post_id),
        "conversation_id": run.conversation,
        "steps": run.steps,
        "error": error,
        "callback": run.callback,
        "calls": run.calls,
        "input_tokens": run.input_tokens,
        "output_tokens": run.output_tokens,
        "cost_usd": exact(run.cost_usd),
        "estimated_cost_usd": estimated_cost(run),
        "max_cost_usd": cost_limit(run),
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def receipt_reply(receipt: Receipt) -> Reply:
    """What the run cost: each call, the sums, and the unit."""
    return {
        "run_id": str(receipt.run.pk),
        "post_id": str(receipt.run.about_post),
        "status": receipt.run.status,
        "unit": receipt.unit,
        "estimated_cost_usd": estimated_cost(receipt.run),
        "max_cost_usd": cost_limit(receipt.run),
        "calls": [
            {
                "step": call.step,
                "provider": call.provider,
                "model": call.model,
                "input_tokens": call.input_tokens,
                "output_tokens": call.output_tokens,
                "estimated": call.estimated,
                "cost_usd": exact(call.cost_usd),
                "price_version": call.price_version,
                "duration_ms": call.duration_ms,
                "finish_reason": call.finish_reason,
                "error": call.error,
            }
            for call in receipt.calls
        ],
        "steps": [{"step": step.step, **_sum_reply(step.sum)} for step in receipt.steps],
        "total": _sum_reply(receipt.total),
    }


def _sum_reply(total: Sum) -> Reply:
    return {
        "calls": total.calls,
        "input_tokens": total.input_tokens,
        "output_tokens": total.output_tokens,
        "cost_usd": exact(total.cost_usd),
    }


def estimated_cost(run: Run | Progress) -> str | None:
    return None if run.estimated_cost_usd is None else exact(run.estimated_cost_usd)


def cost_limit(run: Run | Progress) -> str | None:
    return None if run.max_cost_usd is None else f"{run.max_cost_usd:.4f}"
