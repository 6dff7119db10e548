"""`POST /generate-blog`: start a post, and wait for it, stream it, or come back later."""

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts.authentication import aauthorize
from accounts.callers import Caller
from billing import quotas
from blogai.core.body import parse
from blogai.core.db import in_database
from blogai.core.errors import BlogAIError, IdempotencyInFlight, ProviderError
from generation.api.generate_blog_serializers import GenerateBlogBody, options_of
from generation.api.idempotency import idempotency_key
from generation.api.run_serializers import estimated_cost
from generation.exports.reply import post_reply
from generation.live.event_stream import stream
from generation.live.follower import wait_until_ended
from generation.models import Post, Run
from generation.runs.start import RunOptions, start_once, start_run

WAIT_AT_MOST = 280.0
"""Seconds: less than the 300 after which the proxies in front give up."""


@method_decorator(csrf_exempt, name="dispatch")  # checked with the session in `aauthorize`
class GenerateBlog(View):
    """Start a post, and wait for it (201), stream it, or only start it (202): as the client asks."""

    async def post(self, request: HttpRequest) -> HttpResponseBase:
        caller = await aauthorize(request, needs="generate", work=True)
        body = parse(GenerateBlogBody, request)
        run, new = await _started(caller, options_of(body), idempotency_key(request))
        if wants_events(request):
            return stream(caller, run, after=0)
        if "respond-async" in request.headers.get("Prefer", "").lower():
            return accepted(run, request)
        if not new and run.status in Run.WANTS_WORKER:
            raise IdempotencyInFlight(run_id=str(run.pk))
        if await wait_until_ended(run, WAIT_AT_MOST):
            return await in_database(ended)(run, request)
        await in_database(run.refresh_from_db)(fields=["status"])
        return accepted(run, request)


async def _started(caller: Caller, options: RunOptions, key: str | None) -> tuple[Run, bool]:
    """The run of a request, and whether it is new."""
    if key is None:
        return await in_database(start_run)(caller.user, options, caller=caller), True
    return await in_database(start_once)(caller.user, options, key, caller)


def wants_events(request: HttpRequest) -> bool:
    return "text/event-stream" in request.headers.get("Accept", "")


def accepted(run: Run, request: HttpRequest) -> JsonResponse:
    """202: where to look and listen while the run continues, or waits for the review of its outline."""
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
        "estimated_cost_usd": estimated_cost(run),
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
