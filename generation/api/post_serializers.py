"""The shape of a post in the API, for /openapi.json. `exports.reply` has where each value comes from."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generation.pipeline.types import LANGUAGE


class PostSummary(serializers.Serializer[object]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField(help_text="At most 160 characters.")
    tags = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField(help_text="BCP-47.")
    word_count = serializers.IntegerField()
    model = serializers.CharField(help_text="What wrote it; the demo model is called “local demo model”.")
    test = serializers.BooleanField(
        help_text="Whether a test key started it, and a simulated model wrote it."
    )
    conversation_id = serializers.CharField()
    url = serializers.URLField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class Section(serializers.Serializer[object]):
    heading = serializers.CharField()
    markdown = serializers.CharField(help_text="Without the heading.")
    citations = serializers.ListField(
        child=serializers.JSONField(), max_length=0, help_text="Always empty: posts have no sources yet."
    )


class Question(serializers.Serializer[object]):
    question = serializers.CharField()
    answer = serializers.CharField()


class Receipt(serializers.Serializer[object]):
    id = serializers.UUIDField()
    provider = serializers.CharField()
    model = serializers.CharField()
    calls = serializers.IntegerField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_usd = serializers.DecimalField(max_digits=12, decimal_places=6)
    duration_ms = serializers.IntegerField()


class ScoresReply(serializers.Serializer[object]):
    words = serializers.IntegerField()
    target_words = serializers.IntegerField()
    keywords_used = serializers.ListField(child=serializers.CharField())
    keywords_missing = serializers.ListField(child=serializers.CharField())
    overlap = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="The largest share of 5-word sequences that two sections have in common.",
    )
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="Of all parts, also of one that was left out."
    )


class PostReply(PostSummary):
    status = serializers.ChoiceField(choices=["success"])
    success = serializers.BooleanField()
    type = serializers.ChoiceField(choices=["blog"])
    version = serializers.IntegerField(help_text="The number of its newest version: 1 until it is edited.")
    content_markdown = serializers.CharField()
    introduction = serializers.CharField()
    sections = Section(many=True)
    conclusion = serializers.CharField()
    faq = Question(many=True)
    sources = serializers.ListField(
        child=serializers.JSONField(), max_length=0, help_text="Always empty: posts have no sources yet."
    )
    notes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Per part, what the checks found and could not fix.",
    )
    scores = ScoresReply(help_text="Length against the plan, keyword coverage, overlap.")
    run = Receipt(allow_null=True)


@extend_schema_field(OpenApiTypes.BINARY)
class Upload(serializers.FileField):
    """Described as what is sent; drf-spectacular would say the address that a reply has."""


class ImportBody(serializers.Serializer[object]):
    file = Upload(help_text="Its name says its type.")
    language = serializers.RegexField(
        f"^{LANGUAGE}$",
        required=False,
        help_text="BCP-47; otherwise what the front matter says, or what the script of the text tells.",
    )
