"""What `POST /generate-blog` takes, and the replies to it."""

from typing import Any

from rest_framework import serializers

from blogai.core.body import FlagField, StrictSerializer, TextField, WholeNumberField
from generation.api.post_serializers import PostReply
from generation.api.run_serializers import CostLimit, EstimatedCost
from generation.api.webhook_serializers import WebhookAddress
from generation.conversations.services import NAME
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
from generation.runs.start import RunOptions

DEFAULTS = {name: field.default for name, field in Brief.model_fields.items()}


class GenerateBlogBody(StrictSerializer):
    """A brief, as a person or a program writes it. Text is kept as written."""

    aliases = {"num_sections": "sections", "research": "include_research"}

    topic = TextField(max_length=MAX_TOPIC)
    keywords = serializers.ListField(
        child=TextField(max_length=MAX_KEYWORD), max_length=MAX_KEYWORDS, required=False, default=list
    )
    sections = WholeNumberField(
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
        error_messages={"invalid": "Use a BCP-47 tag, such as en or pt-BR."},
    )  # fmt: skip
    words = WholeNumberField(
        min_value=MIN_WORDS, max_value=MAX_WORDS, required=False, allow_null=True, default=None
    )
    include_faq = FlagField(required=False, default=True)
    review_outline = FlagField(
        required=False, default=False, help_text="Wait after the outline until `…/continue`."
    )
    include_research = FlagField(
        required=False, default=False, help_text="Or `research`. Only false: there is no web research yet."
    )
    provider = TextField(max_length=40, required=False, allow_blank=True, default="")
    model = TextField(max_length=200, required=False, allow_blank=True, default="")
    conversation_id = serializers.RegexField(
        f"^{NAME}$", required=False, allow_blank=True, default="",
        error_messages={"invalid": "Use 1 to 100 letters, digits, hyphens and underscores."},
    )  # fmt: skip
    max_cost_usd = CostLimit()

    callback_url = WebhookAddress(
        required=False,
        allow_blank=True,
        default="",
        help_text="An https address that is told, once and signed, how the run ended.",
    )
    email_when_done = FlagField(
        required=False, default=False, help_text="Mail the account's address when the run has ended."
    )

    def validate_include_research(self, value: bool) -> bool:
        if value:
            raise serializers.ValidationError("Web research isn’t available. Leave this out or send false.")
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


class MonthReply(serializers.Serializer[object]):
    used = serializers.IntegerField()
    limit = serializers.IntegerField(allow_null=True)
    resets_at = serializers.DateTimeField()


class WrittenReply(PostReply):
    usage = MonthReply(help_text="Of your plan, this month.")
