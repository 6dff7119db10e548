"""A run as the API tells it, and the three answers to whoever started one."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from rest_framework.utils.encoders import JSONEncoder

from billing import quotas
from blogai.core.errors import BlogAIError, ProviderError
from generation.api.post_replies import post_reply
from generation.models import Post, Run
from generation.runs.costs import exact
from generation.runs.progress import Progress
from generation.runs.receipt import Receipt, Sum

type Reply = dict[str, Any]


def json_reply(reply: Reply, status: int = 200) -> HttpResponse:
    """The reply of a plain view, written as DRF's renderer writes it."""
    body = json.dumps(reply, cls=JSONEncoder, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return HttpResponse(body, status=status, content_type="application/json")


def run_reply(run: Progress) -> Reply:
    error = {"code": run.error_code, "detail": run.error_detail} if run.error_code else None
    return {
        "id": str(run.id),
        "status": run.status,
        "ahead": run.ahead,
        "topic": run.topic,
        "post_id": str(run.post_id),
        "conversation_id": run.conversation,
        "steps": run.steps,
        "error": error,
        "callback": run.callback,
        "calls": run.calls,
        "input_tokens": run.input_tokens,
        "output_tokens": run.output_tokens,
        "cost_usd": exact(run.cost_usd),
        "estimated_cost_usd": _estimated(run),
        "max_cost_usd": _limit(run),
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def receipt_reply(receipt: Receipt) -> Reply:
    """What the run cost: each call, the sums, and the unit."""
    return {
        "run_id": str(receipt.run.pk),
        "post_id": str(receipt.run.post_id),
        "status": receipt.run.status,
        "unit": receipt.unit,
        "estimated_cost_usd": _estimated(receipt.run),
        "max_cost_usd": _limit(receipt.run),
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


def _estimated(run: Run | Progress) -> str | None:
    return None if run.estimated_cost_usd is None else exact(run.estimated_cost_usd)


def _limit(run: Run | Progress) -> str | None:
    return None if run.max_cost_usd is None else f"{run.max_cost_usd:.4f}"


def accepted(run: Run, request: HttpRequest) -> JsonResponse:
    """202: where to look and listen while the run goes on, or waits for the review of its outline."""
    status_url = request.build_absolute_uri(reverse("run", args=[run.pk]))
    socket = request.build_absolute_uri(f"/ws/conversation/{run.conversation.name}")
    reply = {
        "status": "waiting" if run.status == Run.Status.WAITING else "queued",
        "id": str(run.post_id),
        "run_id": str(run.pk),
        "conversation_id": run.conversation.name,
        "status_url": status_url,
        "events_url": request.build_absolute_uri(reverse("run-events", args=[run.pk])),
        "ws_url": f"ws{socket.removeprefix('http')}",
        "estimated_cost_usd": _estimated(run),
    }
    return JsonResponse(reply, status=202, headers={"Location": status_url})


def ended(run: Run, request: HttpRequest) -> JsonResponse:
    """201 with the post of a completed run. Raises the error that a failed one ended with."""
    run.refresh_from_db(fields=["status", "error_code", "error_detail"])
    if run.status == Run.Status.COMPLETED:
        post = Post.objects.select_related("conversation", "owner").get(pk=run.post_id)
        usage = quotas.usage(post.owner)
        reply = {
            **post_reply(post, request.build_absolute_uri),
            "usage": {
                "used": usage["month"]["used"],
                "limit": usage["month"]["limit"],
                "resets_at": usage["resets_at"],
            },
        }
        address = request.build_absolute_uri(reverse("api-post", args=[post.pk]))
        return JsonResponse(reply, status=201, headers={"Location": address})
    raise error_of(run)


def error_of(run: Run) -> BlogAIError:
    """The error a run ended with, as it is raised to the caller who waited for it."""
    kind = next(
        (
            kind
            for kind in _kinds(BlogAIError)
            if kind.code == run.error_code and "__init__" not in vars(kind)
        ),
        ProviderError,
    )
    return kind(run.error_detail, run_id=str(run.pk))


def _kinds(kind: type[BlogAIError]) -> list[type[BlogAIError]]:
    """The kind and all below it, the general before the special."""
    return [kind, *(below for child in kind.__subclasses__() for below in _kinds(child))]
