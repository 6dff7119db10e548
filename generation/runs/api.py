"""`POST /generate-blog`, and `/api/v1/runs`."""

import hashlib
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import aauthenticate
from accounts.models import User
from blogai.body import parse
from blogai.db import in_database
from blogai.errors import IdempotencyInFlight, NotFound, ValidationFailed
from generation.runs import control, frames, outlines, replies, services
from generation.runs.broadcast import tell
from generation.runs.follow import wait_for
from generation.runs.models import Run
from generation.runs.outline_serializers import OutlineBody, OutlineReply
from generation.runs.receipt import receipt_of
from generation.runs.serializers import GenerateBlogBody, ReceiptReply, RetryBody, RunReply, brief_of
from generation.runs.services import Key
from generation.runs.streaming import stream

LONGEST_KEY = 255
WAIT_AT_MOST = 280.0
"""Seconds: less than the 300 after which the proxies in front give up."""


@method_decorator(csrf_exempt, name="dispatch")  # checked with the session in `aauthenticate`
class GenerateBlog(View):
    """Start a post, and wait for it (201), stream it, or only start it (202): as the client asks."""

    async def post(self, request: HttpRequest) -> HttpResponseBase:
        caller = await aauthenticate(request, needs="generate")
        body = parse(GenerateBlogBody, request)
        run, new = await _started(caller.user, body, _key(request))
        if wants_events(request):
            return stream(caller, run, after=0)
        if "respond-async" in request.headers.get("Prefer", "").lower():
            return replies.accepted(run, request)
        if not new and run.status in Run.WANTS_WORKER:
            raise IdempotencyInFlight(run_id=str(run.pk))
        if await wait_for(run, WAIT_AT_MOST):
            return await in_database(replies.ended)(run, request)
        await in_database(run.refresh_from_db)(fields=["status"])
        return replies.accepted(run, request)


async def _started(owner: User, body: dict[str, Any], key: Key | None) -> tuple[Run, bool]:
    """The run of a request, and whether it is new; those who watch hear of a new one."""
    arguments = {
        "brief": brief_of(body),
        "conversation": body["conversation_id"],
        "provider": body["provider"],
        "model": body["model"],
        "callback_url": body["callback_url"],
        "email_when_done": body["email_when_done"],
        "max_cost_usd": body["max_cost_usd"],
        "review_outline": body["review_outline"],
    }
    if key:
        run, new = await in_database(services.start_once)(owner, key, **arguments)
    else:
        run, new = await in_database(services.start)(owner, **arguments), True
    if new:
        await tell(frames.group_of(run.owner_id, run.conversation.name), [frames.queued(run.pk)])
    return run, new


def _key(request: HttpRequest) -> Key | None:
    name = request.headers.get("Idempotency-Key")
    if name is None:
        return None
    if not 1 <= len(name) <= LONGEST_KEY:
        raise ValidationFailed(errors={"Idempotency-Key": [f"Has 1 to {LONGEST_KEY} characters."]})
    return Key(name, hashlib.sha256(request.body).hexdigest())


def wants_events(request: HttpRequest) -> bool:
    return "text/event-stream" in request.headers.get("Accept", "")


class RunEvents(View):
    """A run as server-sent events, from the milestone after `Last-Event-ID` or `?after=`."""

    async def get(self, request: HttpRequest, run_id: UUID) -> HttpResponseBase:
        caller = await aauthenticate(request, needs="read")
        run = await in_database(services.run_for)(caller.user, run_id)
        return stream(caller, run, _after(request))


def _after(request: HttpRequest) -> int:
    """The number of the last milestone that the client has; 0 for none. Beyond the end is the end."""
    sent = request.headers.get("Last-Event-ID") or request.GET.get("after") or "0"
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise ValidationFailed(errors={"after": ["The number of the last event you have, 0 or more."]})
    return int(sent)


class CancelRun(APIView):
    """Stop a run; what is finished is kept."""

    @extend_schema(operation_id="runs_cancel", summary="Stop a run", request=None, responses=RunReply)
    def post(self, request: Request, run_id: UUID) -> Response:
        run, ending = control.cancel(request.auth.user, run_id)
        async_to_sync(tell)(frames.group_of(run.owner_id, run.conversation.name), [ending])
        return Response(_reply(request, run_id))


class RetryRun(APIView):
    """Try a failed or cancelled run again; finished steps are kept, and the cost limit may be raised."""

    @extend_schema(
        operation_id="runs_retry", summary="Try a run again", request=RetryBody, responses={202: RunReply}
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        services.run_for(request.auth.user, run_id)
        body = RetryBody(data=request.data)
        body.is_valid(raise_exception=True)
        run = control.retry(request.auth.user, run_id, **body.validated_data)
        async_to_sync(tell)(frames.group_of(run.owner_id, run.conversation.name), [frames.queued(run.pk)])
        return Response(_reply(request, run_id), status=202)


class OneOutline(APIView):
    """The outline of a run."""

    @extend_schema(operation_id="runs_outline", summary="Read the outline", responses=OutlineReply)
    def get(self, request: Request, run_id: UUID) -> Response:
        return Response(outlines.outline_for(request.auth.user, run_id).model_dump(mode="json"))

    @extend_schema(
        operation_id="runs_outline_edit",
        summary="Change the outline",
        request=OutlineBody,
        responses=OutlineReply,
    )
    def patch(self, request: Request, run_id: UUID) -> Response:
        """Change it while the run waits for that, or after it stopped; `sections` is all of them."""
        services.run_for(request.auth.user, run_id)
        body = OutlineBody(data=request.data)
        body.is_valid(raise_exception=True)
        run, news = outlines.edit(request.auth.user, run_id, body.validated_data)
        async_to_sync(tell)(frames.group_of(run.owner_id, run.conversation.name), news)
        return Response(run.outline)


class ContinueRun(APIView):
    """Write the post from the outline that the run waits with."""

    @extend_schema(
        operation_id="runs_continue",
        summary="Write from the reviewed outline",
        request=None,
        responses={202: RunReply},
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        run = outlines.go_on(request.auth.user, run_id)
        async_to_sync(tell)(frames.group_of(run.owner_id, run.conversation.name), [frames.queued(run.pk)])
        return Response(_reply(request, run_id), status=202)


class Runs(ListAPIView[Run]):
    """The caller's runs, newest first; `?status=` keeps those in one state."""

    serializer_class = RunReply  # type: ignore[assignment]  # it describes dictionaries

    @extend_schema(
        operation_id="runs_list",
        summary="List runs",
        parameters=[OpenApiParameter("status", enum=Run.Status.values)],
        responses=RunReply(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response([replies.run_reply(run) for run in page or []])

    def get_queryset(self) -> QuerySet[Run]:
        if self.request.user.is_anonymous:  # only while the schema is drawn
            return Run.objects.none()
        runs = replies.with_progress(Run.objects.filter(owner=self.request.user))
        status = self.request.query_params.get("status")
        if status is None:
            return runs
        if status not in Run.Status.values:
            options = ", ".join(Run.Status.values)
            raise ValidationFailed(errors={"status": [f"A status is one of {options}."]})
        return runs.filter(status=status)


class OneRun(APIView):
    """A run, its steps and what it has cost so far."""

    @extend_schema(operation_id="runs_read", summary="Look at a run", responses=RunReply)
    def get(self, request: Request, run_id: UUID) -> Response:
        return Response(_reply(request, run_id))


class RunReceipt(APIView):
    """Every model call of a run and what it cost, with the sums, and what became of the unit."""

    @extend_schema(operation_id="runs_receipt", summary="What a run cost", responses=ReceiptReply)
    def get(self, request: Request, run_id: UUID) -> Response:
        run = services.run_for(request.auth.user, run_id)
        return Response(replies.receipt_reply(receipt_of(run)))


def _reply(request: Request, run_id: UUID) -> replies.Reply:
    run = replies.with_progress(Run.objects.filter(owner=request.auth.user, pk=run_id)).first()
    if run is None:
        raise NotFound("There is no such run.")
    return replies.run_reply(run)
