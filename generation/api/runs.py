"""`/api/v1/runs`: look at a run, watch it, stop it, try again, and what it cost."""

import re
from contextlib import aclosing
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from accounts.authentication import Caller, aauthorize, authorize
from accounts.models import User
from blogai.core import etag
from blogai.core.db import in_database
from blogai.core.errors import ValidationFailed
from generation.api.run_progress import Progress, progress, progress_of
from generation.api.run_serializers import (
    ReceiptReply,
    RetryBody,
    RunReply,
    json_reply,
    receipt_reply,
    run_reply,
)
from generation.exports.reply import Reply
from generation.live.event_stream import stream
from generation.live.follower import watch
from generation.models import Run
from generation.runs import control
from generation.runs.frames import ENDINGS, REVIEW
from generation.runs.receipt import receipt_of
from generation.runs.start import run_for

MAX_IDS = 100
"""Runs that one request may name."""
UUID_FORM = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MAX_WAIT = 60
"""Seconds that a poll may wait for news."""
NEWS = ("run.queued", "run.started", "outline.ready", REVIEW, "part.reset", "part.done", *ENDINGS)
"""The frames after which a poll finds something else."""


@method_decorator(csrf_exempt, name="dispatch")  # nothing is changed here
class RunEvents(View):
    """A run as server-sent events, from the milestone after `Last-Event-ID` or `?after=`."""

    async def get(self, request: HttpRequest, run_id: UUID) -> HttpResponseBase:
        caller = await aauthorize(request, needs="read")
        run = await in_database(run_for)(caller.user, run_id)
        return stream(caller, run, _after(request))


MAX_EVENT = 999_999_999
"""More than any run has."""


def _after(request: HttpRequest) -> int:
    """The number of the last milestone that the client has; 0 for none. Beyond the end is the end."""
    header, query = request.headers.get("Last-Event-ID") or None, request.GET.get("after") or None
    for sent in (header, query):
        if sent and not (sent.isascii() and sent.isdigit() and len(sent) <= len(str(MAX_EVENT))):
            raise ValidationFailed(errors={"after": ["Send 0 or the number of the last event you have."]})
    return int(header or query or "0")


class CancelRun(APIView):
    """Stop a run; what is finished is kept."""

    @extend_schema(operation_id="runs_cancel", summary="Stop a run", request=None, responses=RunReply)
    def post(self, request: Request, run_id: UUID) -> Response:
        control.cancel(request.auth.user, run_id)
        return Response(run_reply(progress_of(request.auth.user.pk, run_id)))


class RetryRun(APIView):
    """Try a failed or cancelled run again; finished steps are kept, and the cost limit may be raised."""

    work = True

    @extend_schema(
        operation_id="runs_retry", summary="Try a run again", request=RetryBody, responses={202: RunReply}
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        run_for(request.auth.user, run_id)
        body = RetryBody(data=request.data)
        body.is_valid(raise_exception=True)
        caller = cast(Caller, request.auth)
        control.retry(caller.user, run_id, **body.validated_data, caller=caller)
        return Response(run_reply(progress_of(request.auth.user.pk, run_id)), status=202)


@method_decorator(csrf_exempt, name="dispatch")  # nothing is changed here
class Runs(View):
    """The caller's runs, newest first; `?status=` keeps those in one state, `?ids=` gives those named."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        return json_reply(await in_database(_page)(request))


def _page(request: HttpRequest) -> Reply:
    """Caller and runs with one visit to the database's thread."""
    caller = authorize(request, needs="read")
    if (named := request.GET.get("ids")) is not None:
        runs = progress(caller.user.pk, _named_ids(named, request))
        return {"results": [run_reply(run) for run in runs], "next": None, "previous": None}
    paginator: CursorPagination = api_settings.DEFAULT_PAGINATION_CLASS()  # type: ignore[operator,misc]
    ids = paginator.paginate_queryset(_ids(caller.user, request.GET.get("status")), Request(request)) or []
    runs = progress(caller.user.pk, [run["id"] for run in ids])
    page: Reply = paginator.get_paginated_response([run_reply(run) for run in runs]).data
    return page


def _named_ids(named: str, request: HttpRequest) -> list[UUID]:
    """The ids of `?ids=`, which gives all of them in one reply."""
    if others := sorted({"status", "cursor", "page_size"} & set(request.GET)):
        raise ValidationFailed(errors={others[0]: ["Send either this or ids, not both."]})
    ids = named.split(",", MAX_IDS)
    if len(ids) > MAX_IDS or not all(map(UUID_FORM.fullmatch, ids)):
        raise ValidationFailed(errors={"ids": [f"Send 1 to {MAX_IDS} run ids, separated by commas."]})
    return [UUID(each) for each in ids]


def _ids(owner: User, status: str | None) -> "QuerySet[Run, Any]":
    runs = Run.objects.filter(owner=owner, deleted_at=None).values("id")
    if status is None:
        return runs
    if status not in Run.Status.values:
        options = ", ".join(Run.Status.values)
        raise ValidationFailed(errors={"status": [f"Use one of {options}."]})
    return runs.filter(status=status)


@method_decorator(csrf_exempt, name="dispatch")  # nothing is changed here
class OneRun(View):
    """A run, its steps and what it has cost so far; with `?wait=`, once there is news."""

    async def get(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        owner, run = await in_database(_poll)(request, run_id)
        seconds = _seconds_to_wait(request)
        if seconds and not _is_news(run, request):
            moments = watch(owner.pk, run.conversation, run.id, seconds, NEWS)
            async with aclosing(moments):
                async for _ in moments:
                    owner, run = await in_database(_poll)(request, run_id)
                    if _is_news(run, request):
                        break
        return json_reply(run_reply(run))


def _poll(request: HttpRequest, run_id: UUID) -> tuple[User, Progress]:
    """Caller and run with one visit to the database's thread."""
    caller = authorize(request, needs="read")
    return caller.user, progress_of(caller.user.pk, run_id)


def _seconds_to_wait(request: HttpRequest) -> int:
    sent = request.GET.get("wait", "0")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10 and int(sent) <= MAX_WAIT):
        raise ValidationFailed(errors={"wait": [f"Send whole seconds, from 0 to {MAX_WAIT}."]})
    return int(sent)


def _is_news(run: Progress, request: HttpRequest) -> bool:
    """Whether to stop waiting.

    The run has ended, or the client names another version; if it names none, the run waits for its owner.
    """
    if run.status not in Run.OPEN:
        return True
    if "If-None-Match" in request.headers:
        return not etag.is_known(request, etag.of(json_reply(run_reply(run)).content))
    return run.status == Run.Status.WAITING


class RunReceipt(APIView):
    """Every model call of a run and what it cost, with the sums, and what became of the unit."""

    @extend_schema(operation_id="runs_receipt", summary="What a run cost", responses=ReceiptReply)
    def get(self, request: Request, run_id: UUID) -> Response:
        run = run_for(request.auth.user, run_id)
        return Response(receipt_reply(receipt_of(run)))
