"""`POST /generate-blog`, and `/api/v1/runs`."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import aauthenticate
from blogai.body import parse
from blogai.db import in_database
from blogai.errors import NotFound, ValidationFailed
from generation.runs import frames, replies, services
from generation.runs.broadcast import tell
from generation.runs.follow import wait_for
from generation.runs.models import Run
from generation.runs.serializers import GenerateBlogBody, RunReply, brief_of

WAIT_AT_MOST = 280.0
"""Seconds: less than the 300 after which the proxies in front give up."""


@method_decorator(csrf_exempt, name="dispatch")  # checked with the session in `aauthenticate`
class GenerateBlog(View):
    """Start a post and wait for it (201), or with `Prefer: respond-async` only start it (202)."""

    async def post(self, request: HttpRequest) -> HttpResponse:
        caller = await aauthenticate(request, needs="generate")
        body = parse(GenerateBlogBody, request)
        run = await in_database(services.start)(
            caller.user,
            brief=brief_of(body),
            conversation=body["conversation_id"],
            provider=body["provider"],
            model=body["model"],
        )
        await tell(frames.group_of(run.owner_id, run.conversation.name), [frames.queued(run.pk)])
        wants_all = "respond-async" not in request.headers.get("Prefer", "").lower()
        if wants_all and await wait_for(run, WAIT_AT_MOST):
            return await in_database(replies.ended)(run, request)
        return replies.accepted(run, request)


class Runs(ListAPIView[Run]):
    """The caller's runs, newest first; `?status=` keeps those in one state."""

    serializer_class = RunReply  # type: ignore[assignment]  # it describes dictionaries

    @extend_schema(
        operation_id="runs_list",
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

    @extend_schema(operation_id="runs_read", responses=RunReply)
    def get(self, request: Request, run_id: UUID) -> Response:
        run = replies.with_progress(Run.objects.filter(owner=request.auth.user, pk=run_id)).first()
        if run is None:
            raise NotFound("There is no such run.")
        return Response(replies.run_reply(run))
