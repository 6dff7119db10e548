"""A post as the API tells it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Sum
from django.urls import reverse

from generation.llm.registry import label
from generation.posts.models import Post
from generation.runs.models import LlmCall

type Reply = dict[str, Any]
type Absolute = Callable[[str], str]
"""From a path to the whole address: `request.build_absolute_uri`, where there is a request."""


def post_address(absolute: Absolute, post_id: UUID) -> str:
    """Where a person reads the post."""
    return absolute(reverse("post", args=[post_id]))


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
        "introduction": parts["introduction"]["text"],
        "sections": [
            {"heading": part["heading"], "markdown": part["text"], "citations": []}
            for name, part in parts.items()
            if name.startswith("section-")
        ],
        "conclusion": parts["conclusion"]["text"],
        "faq": post.faq,
        "sources": [],
        "notes": {name: part["notes"] for name, part in parts.items() if part["notes"]},
        "scores": post.scores,
        "run": run_receipt(post),
    }


def run_receipt(post: Post) -> Reply | None:
    """What the post's run took: calls, tokens, US dollars, milliseconds. None once the run is gone."""
    totals = (
        LlmCall.objects.filter(run__post_id=post.pk)
        .values("run")
        .annotate(
            took=ExpressionWrapper(F("run__finished_at") - F("run__started_at"), DurationField()),
            calls=Count("pk"),
            input_tokens=Sum("input_tokens"),
            output_tokens=Sum("output_tokens"),
            cost_usd=Sum("cost_usd"),
        )
        .order_by("run")
        .first()
    )
    if totals is None:
        return None
    return {
        "id": str(totals["run"]),
        "provider": post.provider,
        "model": label(post.provider, post.model),
        "calls": totals["calls"],
        "input_tokens": totals["input_tokens"],
        "output_tokens": totals["output_tokens"],
        "cost_usd": totals["cost_usd"],
        "duration_ms": round(totals["took"].total_seconds() * 1000),
    }
