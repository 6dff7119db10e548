"""What `POST /generate-blog` takes, and the shapes of runs in the API."""

from typing import Any

from rest_framework import serializers

from blogai.core import egress
from blogai.core.body import StrictSerializer, TextField
from generation.api.post_serializers import PostReply
from generation.conversations.services import NAME
from generation.models import Notification, Run, RunStep
from generation.notifications import webhooks
from generation.pipeline.types import (
    LANGUAGE,
    MAX_AUDIENCE,
    MAX_KEYWORD,
    MAX_KEYWORDS,
    MAX_SECTIONS,
    MAX_TOPIC,
    MAX_WORDS,
    MIN_WORDS,
    TONES,
    Brief,
)
from generation.runs import frames
from generation.runs.costs import MAX_COST_LIMIT, MIN_COST_LIMIT
from generation.runs.start import RunOptions

DEFAULTS = {name: field.default for name, field in Brief.model_fields.items()}


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


class GenerateBlogBody(StrictSerializer):
    """A brief, as a person or a program writes it. Text is kept as written."""

    aliases = {"num_sections": "sections", "research": "include_research"}

    topic = TextField(max_length=MAX_TOPIC)
    keywords = serializers.ListField(
        child=TextField(max_length=MAX_KEYWORD), max_length=MAX_KEYWORDS, required=False, default=list
    )
    sections = serializers.IntegerField(
        min_value=1,
        max_value=MAX_SECTIONS,
        required=False,
        default=DEFAULTS["sections"],
        help_text="Or `num_sections`.",
    )
    tone = serializers.ChoiceField(choices=TONES, required=False, default=DEFAULTS["tone"])
    audience = TextField(max_length=MAX_AUDIENCE, required=False, allow_blank=True, default="")
    language = serializers.RegexField(
        f"^{LANGUAGE}$", required=False, default=DEFAULTS["language"], help_text="BCP-47.",
        error_messages={"invalid": "A language is a BCP-47 tag, such as en or pt-BR."},
    )  # fmt: skip
    words = serializers.IntegerField(
        min_value=MIN_WORDS, max_value=MAX_WORDS, required=False, allow_null=True, default=None
    )
    include_faq = serializers.BooleanField(required=False, default=True)
    review_outline = serializers.BooleanField(
        required=False, default=False, help_text="Wait after the outline until `…/continue`."
    )
    include_research = serializers.BooleanField(
        required=False, default=False, help_text="Or `research`. Only false: there is no web research yet."
    )
    provider = TextField(max_length=40, required=False, allow_blank=True, default="")
    model = TextField(max_length=200, required=False, allow_blank=True, default="")
    conversation_id = serializers.RegexField(
        f"^{NAME}$", required=False, allow_blank=True, default="",
        error_messages={"invalid": "A conversation's name is 1 to 100 letters, digits, - or _."},
    )  # fmt: skip
    max_cost_usd = CostLimit()

    callback_url = TextField(
        max_length=2000, required=False, allow_blank=True, default="",
        help_text="An https address that is told, once and signed, how the run ended.",
    )  # fmt: skip
    email_when_done = serializers.BooleanField(
        required=False, default=False, help_text="Mail the account's address when the run has ended."
    )

    def validate_callback_url(self, value: str) -> str:
        try:
            if value:
                egress.check(value, webhooks.egress_rules())
        except egress.AddressForbidden as error:
            raise serializers.ValidationError(error.detail) from error
        return value

    def validate_include_research(self, value: bool) -> bool:
        if value:
            raise serializers.ValidationError("This server does no web research; leave it out or send false.")
        return value


def options_of(body: dict[str, Any]) -> RunOptions:
    """What the run is asked for, from the validated fields of a `GenerateBlogBody`."""
    return RunOptions(
        brief=Brief.model_validate({name: body[name] for name in Brief.model_fields}),
        conversation=body["conversation_id"],
        provider=body["provider"],
        model=body["model"],
        max_cost_usd=body["max_cost_usd"],
        review_outline=body["review_outline"],
        callback_url=body["callback_url"],
        email_when_done=body["email_when_done"],
    )


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


class Accepted(serializers.Serializer[object]):
    status = serializers.ChoiceField(
        choices=["queued", "waiting"], help_text="`waiting`: for the review of its outline."
    )
    id = serializers.UUIDField(help_text="The post's, from the start.")
    run_id = serializers.UUIDField()
    conversation_id = serializers.CharField()
    status_url = serializers.URLField()
    events_url = serializers.URLField(help_text="Server-sent events.")
    ws_url = serializers.CharField()
    estimated_cost_usd = EstimatedCost()


class StepReply(serializers.Serializer[object]):
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=RunStep.State.values)
    attempt = serializers.IntegerField()


class ErrorReply(serializers.Serializer[object]):
    code = serializers.CharField()
    detail = serializers.CharField()


class RunEnded(serializers.Serializer[object]):
    """What a callback says."""

    type = serializers.ChoiceField(choices=frames.ENDINGS)
    created_at = serializers.DateTimeField()
    run_id = serializers.UUIDField()
    post_id = serializers.UUIDField()
    conversation_id = serializers.CharField()
    status = serializers.ChoiceField(choices=[ending.removeprefix("run.") for ending in frames.ENDINGS])
    title = serializers.CharField(allow_null=True, help_text="Of the post; null when there is none.")
    error = ErrorReply(allow_null=True, help_text="Why there is no post; null where you stopped it.")
    url = serializers.URLField(help_text="Where a person reads the post, or goes on with it.")
    status_url = serializers.URLField()


class CallbackReply(serializers.Serializer[object]):
    state = serializers.ChoiceField(choices=Notification.State.values)
    attempts = serializers.IntegerField()
    last_status = serializers.IntegerField(allow_null=True, help_text="What your server answered.")
    last_error = serializers.CharField(help_text="A code; empty when it was delivered.")


class RunReply(serializers.Serializer[object]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Run.Status.values)
    ahead = serializers.IntegerField(help_text="While it is queued: how many of your open runs came before.")
    topic = serializers.CharField()
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
        help_text="Of the price list; `own` is the operator’s, `local` is free, `unpriced` unknown."
    )
    duration_ms = serializers.IntegerField()
    finish_reason = serializers.CharField()
    error = serializers.CharField(help_text="The code of the error that it ended with, or empty.")


class ReceiptReply(serializers.Serializer[object]):
    run_id = serializers.UUIDField()
    post_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Run.Status.values)
    unit = serializers.ChoiceField(
        choices=["reserved", "settled", "refunded"],
        help_text="What became of the post that it takes of your plan.",
    )
    estimated_cost_usd = EstimatedCost()
    max_cost_usd = serializers.DecimalField(max_digits=9, decimal_places=4, allow_null=True)
    calls = CallReply(many=True)
    steps = StepSumReply(many=True, help_text="In the order of the post; each is the sum of its calls.")
    total = SumReply(help_text="The sum of all calls, which is the run's cost.")


class MonthReply(serializers.Serializer[object]):
    used = serializers.IntegerField()
    limit = serializers.IntegerField(allow_null=True)
    resets_at = serializers.DateTimeField()


class WrittenReply(PostReply):
    usage = MonthReply(help_text="Of your plan, this month.")
