"""`/api/v1/runs`: look at a run, watch it, stop it, try again, and what it cost."""

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
from blogai.core.db import in_database
from blogai.core.errors import ValidationFailed
from generation.api.post_serializers import Reply
from generation.api.run_progress import progress, progress_of
from generation.api.run_serializers import (
    ReceiptReply,
    RetryBody,
    RunReply,
    json_reply,
    receipt_reply,
    run_reply,
)
from generation.live.event_stream import stream
from generation.models import Run
from generation.runs import control
from generation.runs.receipt import receipt_of
from generation.runs.start import run_for


class RunEvents(View):
    """A run as server-sent events, from the milestone after `Last-Event-ID` or `?after=`."""

    async def get(self, request: HttpRequest, run_id: UUID) -> HttpResponseBase:
        caller = await aauthorize(request, needs="read")
        run = await in_database(run_for)(caller.user, run_id)
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
    """The caller's runs, newest first; `?status=` keeps those in one state."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        return json_reply(await in_database(_page)(request))


def _page(request: HttpRequest) -> Reply:
    """Caller and runs with one visit to the database's thread."""
    caller = authorize(request, needs="read")
    paginator: CursorPagination = api_settings.DEFAULT_PAGINATION_CLASS()  # type: ignore[operator,misc]
    ids = paginator.paginate_queryset(_ids(caller.user, request.GET.get("status")), Request(request)) or []
    runs = progress(caller.user.pk, [run["id"] for run in ids])
    page: Reply = paginator.get_paginated_response([run_reply(run) for run in runs]).data
    return page


def _ids(owner: User, status: str | None) -> "QuerySet[Run, Any]":
    runs = Run.objects.filter(owner=owner).values("id")
    if status is None:
        return runs
    if status not in Run.Status.values:
        options = ", ".join(Run.Status.values)
        raise ValidationFailed(errors={"status": [f"A status is one of {options}."]})
    return runs.filter(status=status)


@method_decorator(csrf_exempt, name="dispatch")  # nothing is changed here
class OneRun(View):
    """A run, its steps and what it has cost so far."""

    async def get(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        return json_reply(await in_database(_poll)(request, run_id))


def _poll(request: HttpRequest, run_id: UUID) -> Reply:
    """Caller and run with one visit to the database's thread."""
    caller = authorize(request, needs="read")
    return run_reply(progress_of(caller.user.pk, run_id))


class RunReceipt(APIView):
    """Every model call of a run and what it cost, with the sums, and what became of the unit."""

    @extend_schema(operation_id="runs_receipt", summary="What a run cost", responses=ReceiptReply)
    def get(self, request: Request, run_id: UUID) -> Response:
        run = run_for(request.auth.user, run_id)
        return Response(receipt_reply(receipt_of(run)))
