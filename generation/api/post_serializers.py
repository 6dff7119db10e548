"""Posts in the API: the shape of a reply for /openapi.json, and below it where each value comes from."""

from typing import Any

from rest_framework import serializers

from generation.llm.pricing import SIMULATED
from generation.llm.registry import label
from generation.models import Post, Run
from generation.posts.address import Absolute, post_address
from generation.runs.costs import exact, with_costs

type Reply = dict[str, Any]


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


def post_summary(post: Post, absolute: Absolute) -> Reply:
    """A row of a list: everything but the text."""
    return {
        "id": str(post.pk),
        "title": post.title,
        "slug": post.slug,
        "description": post.description,
        "tags": post.tags,
        "language": post.language,
        "word_count": post.word_count,
        "model": label(post.provider, post.model),
        "test": post.provider == SIMULATED,
        "conversation_id": post.conversation.name,
        "url": post_address(absolute, post.pk),
        "created_at": post.created_at,
        "updated_at": post.updated_at,
    }


def post_reply(post: Post, absolute: Absolute) -> Reply:
    """The whole post, with what it cost. One query."""
    parts = {part["name"]: part for part in post.parts}
    return {
        "status": "success",
        "success": True,
        "type": "blog",
        **post_summary(post, absolute),
        "content_markdown": post.content_markdown,
        "introduction": _text(parts, "introduction"),
        "sections": [
            {"heading": part["heading"], "markdown": part["text"], "citations": []}
            for name, part in parts.items()
            if name.startswith("section-")
        ],
        "conclusion": _text(parts, "conclusion"),
        "faq": post.faq,
        "sources": [],
        "notes": {name: part["notes"] for name, part in parts.items() if part["notes"]},
        "scores": post.scores,
        "run": run_receipt(post),
    }


def _text(parts: dict[str, Any], name: str) -> str:
    """The text of a part; empty where the post does without it."""
    return str(parts[name]["text"]) if name in parts else ""


def run_receipt(post: Post) -> Reply | None:
    """What the post's run took: calls, tokens, US dollars, milliseconds. None once the run is gone."""
    run: Any = with_costs(Run.objects.filter(post_id=post.pk)).first()
    if run is None:
        return None
    return {
        "id": str(run.pk),
        "provider": post.provider,
        "model": label(post.provider, post.model),
        "calls": run.call_count,
        "input_tokens": run.input_tokens,
        "output_tokens": run.output_tokens,
        "cost_usd": exact(run.cost_usd),
        "duration_ms": round((run.finished_at - run.started_at).total_seconds() * 1000),
    }
