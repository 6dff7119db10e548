"""What `POST /generate-blog` takes, and the shapes of runs in the API."""

from typing import Any

from rest_framework import serializers

from blogai import egress
from blogai.body import StrictSerializer, TextField
from generation.conversations.services import NAME
from generation.notices import callbacks
from generation.notices.models import Notice
from generation.pipeline.types import Brief
from generation.runs import frames
from generation.runs.models import Run, RunStep

TONES = ("informative", "casual", "professional", "friendly", "formal", "conversational", "persuasive")
LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}"


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
    include_research = serializers.BooleanField(
        required=False, default=False, help_text="Or `research`. Only false: there is no web research yet."
    )
    provider = TextField(max_length=40, required=False, allow_blank=True, default="")
    model = TextField(max_length=200, required=False, allow_blank=True, default="")
    conversation_id = serializers.RegexField(
        f"^{NAME}$", required=False, allow_blank=True, default="",
        error_messages={"invalid": "A conversation's name is 1 to 100 letters, digits, - or _."},
    )  # fmt: skip

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


class Accepted(serializers.Serializer[object]):
    status = serializers.ChoiceField(choices=["queued"])
    id = serializers.UUIDField(help_text="The post's, from the start.")
    run_id = serializers.UUIDField()
    conversation_id = serializers.CharField()
    status_url = serializers.URLField()
    events_url = serializers.URLField(help_text="Server-sent events.")
    ws_url = serializers.CharField()


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
    cost_usd = serializers.DecimalField(max_digits=12, decimal_places=6)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
