"""`/api/v1/runs`: look at a run, watch it, stop it, try again, and what it cost."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import aauthenticate
from blogai.core.db import in_database
from blogai.core.errors import ValidationFailed
from generation.api.run_replies import receipt_reply, run_reply, run_reply_for, with_progress
from generation.api.run_serializers import ReceiptReply, RetryBody, RunReply
from generation.live.event_stream import stream
from generation.models import Run
from generation.runs import control
from generation.runs.receipt import receipt_of
from generation.runs.start import run_for


class RunEvents(View):
    """A run as server-sent events, from the milestone after `Last-Event-ID` or `?after=`."""

    async def get(self, request: HttpRequest, run_id: UUID) -> HttpResponseBase:
        caller = await aauthenticate(request, needs="read")
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
        return Response(run_reply_for(request, run_id))


class RetryRun(APIView):
    """Try a failed or cancelled run again; finished steps are kept, and the cost limit may be raised."""

    @extend_schema(
        operation_id="runs_retry", summary="Try a run again", request=RetryBody, responses={202: RunReply}
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        run_for(request.auth.user, run_id)
        body = RetryBody(data=request.data)
        body.is_valid(raise_exception=True)
        control.retry(request.auth.user, run_id, **body.validated_data)
        return Response(run_reply_for(request, run_id), status=202)


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
        return self.get_paginated_response([run_reply(run) for run in page or []])

    def get_queryset(self) -> QuerySet[Run]:
        if self.request.user.is_anonymous:  # only while the schema is drawn
            return Run.objects.none()
        runs = with_progress(Run.objects.filter(owner=self.request.user))
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
        return Response(run_reply_for(request, run_id))


class RunReceipt(APIView):
    """Every model call of a run and what it cost, with the sums, and what became of the unit."""

    @extend_schema(operation_id="runs_receipt", summary="What a run cost", responses=ReceiptReply)
    def get(self, request: Request, run_id: UUID) -> Response:
        run = run_for(request.auth.user, run_id)
        return Response(receipt_reply(receipt_of(run)))
