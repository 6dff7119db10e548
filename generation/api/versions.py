"""`/api/v1/posts/{id}/versions` and `/diff`: what a post has been, and how that differs."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from blogai.core.errors import ValidationFailed
from generation.api.text_serializers import NEWEST, SavedReply, saved_reply
from generation.editing import services
from generation.editing.changes import diff
from generation.editing.history import Version
from generation.editing.shelf import version_of_row
from generation.models import ContentVersion
from generation.posts.services import written_post_for


class VersionRow(serializers.Serializer[object]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    author = serializers.ChoiceField(
        choices=ContentVersion.Author.choices,
        help_text="A `merge` brought together the two versions before it; both are kept.",
    )
    base = serializers.IntegerField(allow_null=True, help_text="The version that it was made of.")
    session = serializers.UUIDField(allow_null=True)
    run_id = serializers.UUIDField(allow_null=True)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    current = serializers.BooleanField(help_text="Whether it is what the post is now.")


class VersionReply(VersionRow):
    text = serializers.CharField(help_text="Markdown, without the title.")


class DiffPiece(serializers.Serializer[object]):
    kind = serializers.ChoiceField(choices=["same", "delete", "insert"])
    text = serializers.CharField()


class DiffReply(serializers.Serializer[object]):
    pieces = DiffPiece(many=True)


def version_row(version: Version, head: int) -> dict[str, Any]:
    return {
        "number": version.number,
        "title": version.title,
        "author": version.author,
        "base": version.base,
        "session": version.session and str(version.session),
        "run_id": version.run and str(version.run),
        "note": version.note,
        "created_at": version.created_at,
        "current": version.number == head,
    }


class Versions(ListAPIView[ContentVersion]):
    """The versions of a post, newest first, without their texts."""

    serializer_class = VersionRow  # type: ignore[assignment]  # it describes dictionaries

    @extend_schema(
        operation_id="posts_versions", summary="List a post's versions", responses=VersionRow(many=True)
    )
    def get(self, request: Request, post_id: UUID) -> Response:
        post = written_post_for(request.auth.user, post_id)
        rows = services.versions_of(post)
        page = self.paginate_queryset(rows.defer("body", "parts"))
        found = [version_of_row(row, body="") for row in page or []]
        if not found and not rows.exists():
            found = [services.version_of(post, post.head)]
        return self.get_paginated_response([version_row(version, post.head) for version in found])


class OneVersion(APIView):
    @extend_schema(operation_id="posts_version", summary="Read a version", responses=VersionReply)
    def get(self, request: Request, post_id: UUID, number: int) -> Response:
        post = written_post_for(request.auth.user, post_id)
        version = services.version_of(post, number)
        return Response({**version_row(version, post.head), "text": version.body})


class RestoreVersion(APIView):
    @extend_schema(
        operation_id="posts_version_restore", summary="Restore a version", request=None, responses=SavedReply
    )
    def post(self, request: Request, post_id: UUID, number: int) -> Response:
        """Make the post what it was, with its title, as a new version. The versions since then stay."""
        written_post_for(request.auth.user, post_id)
        return Response(saved_reply(services.restore(request.auth.user, post_id, number)))


class Diff(APIView):
    @extend_schema(
        operation_id="posts_diff",
        summary="Compare two versions",
        parameters=[
            OpenApiParameter(
                name, {"type": "integer", "minimum": 0, "maximum": NEWEST}, required=True, description=says
            )
            for name, says in (("from", "The number of one."), ("to", "The number of the other."))
        ],
        responses=DiffReply,
    )
    def get(self, request: Request, post_id: UUID) -> Response:
        """Their texts, piece by piece: what `from` has alone is deleted, what `to` has alone is inserted."""
        post = written_post_for(request.auth.user, post_id)
        before, after = (services.version_of(post, _number(request, name)).body for name in ("from", "to"))
        pieces = diff(before, after, post.language)
        return Response({"pieces": [{"kind": piece.kind, "text": piece.text} for piece in pieces]})


def _number(request: Request, name: str) -> int:
    sent = request.query_params.get(name, "")
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 10):
        sentence = "Send the number of a version."
        raise ValidationFailed(f"{name}: {sentence}", errors={name: [sentence]})
    return int(sent)
