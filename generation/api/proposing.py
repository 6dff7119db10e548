"""`/api/v1/posts/{id}/proposals`: ask a model to write a passage anew."""

from typing import cast
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import Caller
from blogai.core.errors import NotFound
from generation.api.generate_blog import accepted
from generation.api.idempotency import IDEMPOTENCY_KEY, idempotency_key
from generation.api.proposing_serializers import ProposalAccepted, ProposalBody, RegenerateBody, request_of
from generation.models import Post
from generation.posts.services import written_post_for
from generation.runs import proposals

HEADERS = [
    IDEMPOTENCY_KEY,
    OpenApiParameter(
        "Location",
        OpenApiTypes.URI,
        location="header",
        required=True,
        description="Of the run.",
        response=[202],
    ),
]


class AskForProposal(APIView):
    """Ask a model to change a passage of a post."""

    work = True

    @extend_schema(
        operation_id="proposals_create",
        summary="Ask for a proposal",
        request=ProposalBody,
        responses={202: ProposalAccepted},
        parameters=HEADERS,
    )
    def post(self, request: Request, post_id: UUID) -> HttpResponseBase:
        """Have a model write a section, or a selection in one, anew. It takes one assist of your plan.

        Nothing in the post changes until you accept the proposal, and then only that passage does. A run that
        fails, or that you stop, takes nothing.
        """
        written_post_for(request.auth.user, post_id)
        body = ProposalBody(data=request.data)
        body.is_valid(raise_exception=True)
        return _proposed(request, post_id, request_of(body.validated_data))


class RegenerateSection(APIView):
    """Ask a model to write a section again."""

    work = True

    @extend_schema(
        operation_id="sections_regenerate",
        summary="Write a section again",
        request=RegenerateBody,
        responses={202: ProposalAccepted},
        parameters=HEADERS,
    )
    def post(self, request: Request, post_id: UUID, number: int) -> HttpResponseBase:
        """A proposal for one of the post’s `sections`, the first of which is 1."""
        post = written_post_for(request.auth.user, post_id)
        body = RegenerateBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = proposals.Request(part=_section(post, number), **body.validated_data)
        return _proposed(request, post_id, asked)


def _section(post: Post, number: int) -> str:
    names = [part["name"] for part in post.parts if part["name"].startswith("section-")]
    if not 1 <= number <= len(names):
        raise NotFound(f"This post doesn’t have a section {number}.")
    return str(names[number - 1])


def _proposed(request: Request, post_id: UUID, asked: proposals.Request) -> HttpResponseBase:
    caller = cast(Caller, request.auth)
    key = idempotency_key(request)
    run, _ = proposals.propose(caller.user, post_id, asked, key=key, caller=caller)
    return accepted(run, request)
