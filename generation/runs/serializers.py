"""What `POST /generate-blog` takes, and the shapes of runs in the API."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from blogai import egress
from blogai.body import StrictSerializer, TextField
from generation.conversations.services import NAME
from generation.notices import callbacks
from generation.notices.models import Notice
from generation.pipeline.types import Brief
from generation.posts.serializers import PostReply
from generation.runs import frames
from generation.runs.models import Run, RunStep

TONES = ("informative", "casual", "professional", "friendly", "formal", "conversational", "persuasive")
LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}"


DEAREST_RUN = Decimal(1000)
"""The highest cost limit, in US dollars."""


class CostLimit(serializers.DecimalField):
    """US dollars, more than 0; null is the same as leaving it out."""

    def __init__(self) -> None:
        super().__init__(
            max_digits=8,
            decimal_places=4,
            min_value=Decimal("0.0001"),
            max_value=DEAREST_RUN,
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

    topic = TextField(max_length=500)
    keywords = serializers.ListField(
        child=TextField(max_length=100), max_length=20, required=False, default=list
    )
    sections = serializers.IntegerField(
        min_value=1, max_value=12, required=False, default=5, help_text="Or `num_sections`."
    )
    tone = serializers.ChoiceField(choices=TONES, required=False, default="informative")
    audience = TextField(max_length=200, required=False, allow_blank=True, default="")
    language = serializers.RegexField(
        f"^{LANGUAGE}$", required=False, default="en", help_text="BCP-47.",
        error_messages={"invalid": "A language is a BCP-47 tag, such as en or pt-BR."},
    )  # fmt: skip
    words = serializers.IntegerField(
        min_value=150, max_value=6000, required=False, allow_null=True, default=None
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
                egress.check(value, callbacks.rules())
        except egress.AddressForbidden as error:
            raise serializers.ValidationError(error.detail) from error
        return value

    def validate_include_research(self, value: bool) -> bool:
        if value:
            raise serializers.ValidationError("This server does no web research; leave it out or send false.")
        return value


def brief_of(data: dict[str, Any]) -> Brief:
    """What the pipeline is to write, from the validated fields of a `GenerateBlogBody`."""
    return Brief(
        topic=data["topic"],
        keywords=tuple(data["keywords"]),
        sections=data["sections"],
        tone=data["tone"],
        audience=data["audience"],
        language=data["language"],
        words=data["words"],
        include_faq=data["include_faq"],
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
    state = serializers.ChoiceField(choices=Notice.State.values)
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
    price_version = serializers.CharField(help_text="Of the price list; `local` is free, `unpriced` unknown.")
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
