"""A post as the API’s reply, and its export as JSON. `api.post_serializers` has the shape."""

from typing import Any

from generation.llm.pricing import SIMULATED
from generation.llm.registry import label
from generation.models import Post, Run
from generation.posts.address import Absolute, post_address
from generation.runs.costs import exact, with_costs

type Reply = dict[str, Any]


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
        "version": post.head,
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
