"""`/api/v1/runs/{id}/outline` and `/continue`: an outline is reviewed before its post is written."""

from typing import cast
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import Caller
from blogai.core import etag
from generation.api.outline_serializers import OutlineReply, outline_reply
from generation.api.run_progress import progress_of
from generation.api.run_serializers import RunReply, run_reply
from generation.runs import outline_review
from generation.runs.outline_changes import OutlineBody
from generation.runs.start import run_for

EXAMPLE = {
    "title": "Why the sea rises twice a day",
    "sections": [
        {"heading": "The pull of the moon", "claims": ["Gravity weakens with distance"]},
        {"heading": "Two bulges, one ocean", "words": 250},
    ],
}


class OneOutline(APIView):
    """The outline of a run."""

    @extend_schema(operation_id="runs_outline", summary="Read the outline", responses=OutlineReply)
    def get(self, request: Request, run_id: UUID) -> Response:
        return Response(outline_reply(outline_review.outline_for(request.auth.user, run_id)))

    @extend_schema(
        operation_id="runs_outline_edit",
        summary="Change the outline",
        request=OutlineBody,
        responses=OutlineReply,
        parameters=[etag.IF_MATCH],
        examples=[OpenApiExample("Two sections", value=EXAMPLE, request_only=True)],
    )
    def patch(self, request: Request, run_id: UUID) -> Response:
        """Change it while the run waits for that, or after it stopped; `sections` is all of them.

        The reply has the new `ETag`.
        """
        run_for(request.auth.user, run_id)
        body = OutlineBody(data=request.data)
        body.is_valid(raise_exception=True)
        run = outline_review.edit(
            request.auth.user,
            run_id,
            body.validated_data,
            require=lambda outline: etag.require_match(request, lambda: etag.of_data(outline_reply(outline))),
        )
        reply = outline_reply(outline_review.outline_of(run))
        return Response(reply, headers={"ETag": etag.of_data(reply)})


class ContinueRun(APIView):
    """Write the post from the outline that the run waits with."""

    work = True

    @extend_schema(
        operation_id="runs_continue",
        summary="Write from the reviewed outline",
        request=None,
        responses={202: RunReply},
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        caller = cast(Caller, request.auth)
        outline_review.resume(caller.user, run_id, caller=caller)
        return Response(run_reply(progress_of(request.auth.user.pk, run_id)), status=202)
