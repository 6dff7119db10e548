"""`/api/v1/posts/{id}/shares`: links at which anybody reads a post."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.origins import origin_of
from blogai.core.body import FlagField, StrictSerializer
from generation.models import Share
from generation.posts import services, sharing
from generation.posts.address import Absolute


class ShareBody(StrictSerializer):
    """May be left out."""

    days = serializers.ChoiceField(
        choices=sharing.DAYS, default=sharing.DEFAULT_DAYS, help_text="How long the link works."
    )
    public = FlagField(
        default=False, help_text="Whether search engines may find the page. It then has no end."
    )


class ShareReply(serializers.Serializer[object]):
    id = serializers.UUIDField()
    url = serializers.URLField(help_text="Whoever has it reads the newest version of the post.")
    public = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Null for a public page.")


class Shares(ListAPIView[Share]):
    """The links of a post, newest first, until a month after they expired."""

    serializer_class = ShareReply  # type: ignore[assignment]  # it describes dictionaries

    @extend_schema(
        operation_id="posts_shares_list",
        summary="List links to a post",
        responses=ShareReply(many=True),
    )
    def get(self, request: Request, post_id: UUID) -> Response:
        post = services.post_for(request.auth.user, post_id)
        page = self.paginate_queryset(sharing.shares_of(request.auth.user).filter(post=post))
        return self.get_paginated_response(
            [share_reply(each, request.build_absolute_uri) for each in page or []]
        )

    @extend_schema(
        operation_id="posts_shares_create",
        summary="Share a post",
        request=ShareBody,
        responses={201: ShareReply},
    )
    def post(self, request: Request, post_id: UUID) -> Response:
        services.post_for(request.auth.user, post_id)  # before the body: a stranger's post is the same 404
        body = ShareBody(data=request.data)
        body.is_valid(raise_exception=True)
        made = sharing.share(
            request.auth.user, post_id, **body.validated_data, origin=origin_of(request._request)
        )
        return Response(share_reply(made, request.build_absolute_uri), status=201)


class OneShare(APIView):
    """A link to a post."""

    @extend_schema(operation_id="posts_shares_delete", summary="Turn a link off", responses={204: None})
    def delete(self, request: Request, post_id: UUID, share_id: UUID) -> Response:
        sharing.unshare(request.auth.user, share_id, post_id=post_id, origin=origin_of(request._request))
        return Response(status=204)


def share_reply(share: Share, absolute: Absolute) -> dict[str, Any]:
    return {
        "id": str(share.pk),
        "url": absolute(sharing.path_of(share)),
        "public": share.public,
        "created_at": share.created_at,
        "expires_at": share.expires_at,
    }
