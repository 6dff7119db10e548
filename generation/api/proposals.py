"""`/api/v1/posts/{id}/proposals`: changes of a passage that wait for a decision."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from blogai.core.body import StrictSerializer, TextField
from blogai.core.errors import ValidationFailed
from generation.api.proposing import AskForProposal
from generation.api.text_serializers import SavedReply, saved_reply
from generation.editing import proposals
from generation.editing.changes import utf16
from generation.models import Proposal
from generation.posts.services import written_post_for

STATES = [str(state) for state in Proposal.State.values]


class ProposalReply(serializers.Serializer[object]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(
        choices=Proposal.Kind.choices,
        help_text="What a `model` proposes, or a `conflict` of two edits of the same words.",
    )
    state = serializers.ChoiceField(
        choices=Proposal.State.choices,
        help_text="`stale`: the passage was edited or deleted before you accepted it.",
    )
    base = serializers.IntegerField(help_text="The version that it is about.")
    part = serializers.CharField(help_text="The part that it is about; empty if it isn't about a part.")
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(
        allow_null=True,
        help_text="The passage, in UTF-16 code units of that version's text; null if that is gone.",
    )
    original = serializers.CharField(help_text="What stands in the passage.")
    body = serializers.CharField(help_text="What should stand there.")
    instruction = serializers.CharField()
    run_id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(
        allow_null=True, help_text="Of a conflict: the version that has the whole text as it was sent."
    )
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class AcceptBody(StrictSerializer):
    text = TextField(
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="What to put there in place of `body`, if you edited it.",
    )


def proposal_reply(proposal: Proposal, base: str | None) -> dict[str, Any]:
    """`base` is the text that the proposal is about."""
    return {
        "id": str(proposal.pk),
        "kind": proposal.kind,
        "state": proposal.state,
        "base": proposal.base,
        "part": proposal.part,
        "start": None if base is None else utf16(base[: proposal.start]),
        "end": None if base is None else utf16(base[: proposal.end]),
        "original": proposal.original,
        "body": proposal.body,
        "instruction": proposal.instruction,
        "run_id": proposal.run_id and str(proposal.run_id),
        "version": proposal.beside,
        "created_at": proposal.created_at,
        "decided_at": proposal.decided_at,
    }


class Proposals(AskForProposal, ListAPIView[Proposal]):
    """The proposals about a post: list them, newest first, or ask a model for one."""

    serializer_class = ProposalReply  # type: ignore[assignment]  # it describes dictionaries

    @extend_schema(
        operation_id="posts_proposals",
        summary="List the proposals about a post",
        parameters=[OpenApiParameter("state", {"enum": STATES}, description="Only those in this state.")],
        responses=ProposalReply(many=True),
    )
    def get(self, request: Request, post_id: UUID) -> Response:
        post = written_post_for(request.auth.user, post_id)
        found = proposals.proposals_of(post)
        if (state := request.query_params.get("state")) is not None:
            if state not in STATES:
                sentence = f"Send one of {', '.join(STATES)}."
                raise ValidationFailed(f"state: {sentence}", errors={"state": [sentence]})
            found = found.filter(state=state)
        page = self.paginate_queryset(found) or []
        bodies = proposals.bodies_of(post, {proposal.base for proposal in page})
        return self.get_paginated_response(
            [proposal_reply(proposal, bodies.get(proposal.base)) for proposal in page]
        )


class AcceptProposal(APIView):
    @extend_schema(
        operation_id="posts_proposal_accept",
        summary="Accept a proposal",
        request=AcceptBody,
        responses=SavedReply,
    )
    def post(self, request: Request, post_id: UUID, proposal_id: UUID) -> Response:
        """Put it into the post. All around the passage stays as it is; accepting twice gives the same reply.

        If the passage was edited since, nothing changes: `conflict` names a new proposal about what stands
        there now. If the passage is gone: 409. `changes` are those of the version before.
        """
        written_post_for(request.auth.user, post_id)
        body = AcceptBody(data=request.data)
        body.is_valid(raise_exception=True)
        text = body.validated_data.get("text")
        return Response(saved_reply(proposals.accept(request.auth.user, post_id, proposal_id, text)))


class DropProposal(APIView):
    @extend_schema(
        operation_id="posts_proposal_drop",
        summary="Drop a proposal",
        request=None,
        responses=ProposalReply,
    )
    def post(self, request: Request, post_id: UUID, proposal_id: UUID) -> Response:
        """Decide against it. It stays in the list; dropping it twice changes nothing."""
        post = written_post_for(request.auth.user, post_id)
        proposal = proposals.drop(request.auth.user, post_id, proposal_id)
        bodies = proposals.bodies_of(post, {proposal.base})
        return Response(proposal_reply(proposal, bodies.get(proposal.base)))
