"""`/api/v1/posts`: a caller's finished posts."""

from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from blogai.core import etag
from generation.api.post_serializers import PostReply, PostSummary
from generation.api.posts_query import PostsQuery
from generation.editing import details
from generation.exports.reply import post_reply, post_summary
from generation.models import Post
from generation.posts import marks, services
from generation.posts.narrowed import few_posts, narrowed_posts
from generation.runs.post_change import PostChange


class Posts(ListAPIView[Post]):
    """The caller's posts, newest first."""

    serializer_class = PostSummary  # type: ignore[assignment]  # it describes dictionaries

    @extend_schema(
        operation_id="posts_list",
        summary="List posts",
        description="Newest first. A search finds words in any form, and all of them must be there.",
        parameters=[PostsQuery],
        responses=PostSummary(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self._among_few() or self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(
            [post_summary(post, request.build_absolute_uri) for post in page or []]
        )

    def _among_few(self) -> list[Post] | None:
        """The page of a search, if some of the next few posts fill it: what's common stands there."""
        pages = cast(CursorPagination, self.paginator)
        cursor = pages.decode_cursor(self.request)
        if not self.request.query_params.get("q") or (cursor and cursor.reverse):
            return None
        try:
            after = Q(pk__lt=UUID(str(cursor.position or ""))) if cursor else Q()
        except ValueError:  # which the other way says
            return None
        last = few_posts(cast(User, self.request.user), after)
        page = self.paginate_queryset(self.get_queryset(among_few=True).filter(pk__gte=last))
        return list(page or ()) if pages.has_next else None

    def get_queryset(self, *, among_few: bool = False) -> QuerySet[Post]:
        if self.request.user.is_anonymous:  # only while the schema is drawn
            return Post.objects.none()
        query = PostsQuery(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        posts = narrowed_posts(self.request.user, query.narrowed(), among_few=among_few)
        posts = posts.filter(is_sample=False).select_related("conversation")
        return posts.defer("content_markdown", "parts", "faq", "scores")


class OnePost(APIView):
    """A post: read it, or delete it."""

    @extend_schema(operation_id="posts_read", summary="Read a post", responses=PostReply)
    def get(self, request: Request, post_id: UUID) -> Response:
        post = services.written_post_for(request.auth.user, post_id)
        return Response(post_reply(post, request.build_absolute_uri))

    @extend_schema(
        operation_id="posts_change",
        summary="Change a post's title and details",
        request=PostChange,
        responses=PostReply,
        parameters=[etag.IF_MATCH],
    )
    def patch(self, request: Request, post_id: UUID) -> Response:
        """Change the fields that you send, and leave the others. A new title is a new version of the post.

        The reply has the new `ETag`.
        """
        services.written_post_for(request.auth.user, post_id)
        body = PostChange(data=request.data)
        body.is_valid(raise_exception=True)

        def require(post: Post) -> None:
            etag.require_match(request, lambda: etag.of_data(post_reply(post, request.build_absolute_uri)))

        post = details.change(request.auth.user, post_id, body.validated_data, require=require)
        reply = post_reply(post, request.build_absolute_uri)
        return Response(reply, headers={"ETag": etag.of_data(reply)})

    @extend_schema(
        operation_id="posts_delete",
        summary="Delete a post",
        description="It’s in the trash of its owner for 30 days, where only a person can restore it, "
        "and no program sees it any more.",
        responses={204: None},
        parameters=[etag.IF_MATCH],
    )
    def delete(self, request: Request, post_id: UUID) -> Response:
        def require(post: Post) -> None:
            etag.require_match(request, lambda: etag.of_data(post_reply(post, request.build_absolute_uri)))

        services.delete(request.auth.user, post_id, require=require)
        return Response(status=204)


class Favourite(APIView):
    """The star of a post. Asking twice is the same as asking once."""

    @extend_schema(
        operation_id="posts_favourite_set",
        summary="Add a post to favorites",
        request=None,
        responses={204: None},
    )
    def put(self, request: Request, post_id: UUID) -> Response:
        return self.starred(request, post_id, True)

    @extend_schema(
        operation_id="posts_favourite_delete",
        summary="Remove a post from favorites",
        responses={204: None},
    )
    def delete(self, request: Request, post_id: UUID) -> Response:
        return self.starred(request, post_id, False)

    def starred(self, request: Request, post_id: UUID, on: bool) -> Response:
        post = services.written_post_for(request.auth.user, post_id)
        marks.star(request.auth.user, [post.pk], on)
        return Response(status=204)
