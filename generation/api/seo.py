"""`/api/v1/posts/{id}/seo`: what search engines make of a post."""

from dataclasses import asdict
from typing import get_args
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from blogai.core.errors import NotFound, ValidationFailed
from generation.pipeline.types import MAX_KEYWORD
from generation.posts.services import post_for
from generation.seo.checks import State
from generation.seo.report import report_of


class CheckReply(serializers.Serializer[object]):
    id = serializers.CharField(help_text="Never changes, such as `title_length`.")
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=list(get_args(State.__value__)))
    figure = serializers.CharField(help_text="What was found, with its unit.")
    value = serializers.FloatField(allow_null=True, help_text="The number in `figure`, if it has one.")
    why = serializers.CharField(help_text="Why it matters.")
    advice = serializers.CharField(help_text="What to do. Empty if there’s nothing to do.")


class SeoReply(serializers.Serializer[object]):
    keyword = serializers.CharField(help_text="The one that was checked, or empty.")
    keywords = serializers.ListField(child=serializers.CharField(), help_text="Those of the post’s brief.")
    truncated = serializers.BooleanField(
        help_text="Whether only the first 100,000 characters of a very long text were checked."
    )
    checks = CheckReply(many=True)


class PostSeo(APIView):
    """Named checks of a post, each with a figure, a reason and what to do. There’s no total."""

    @extend_schema(
        operation_id="posts_seo",
        summary="Check a post for search engines",
        parameters=[
            OpenApiParameter(
                "keyword",
                description=f"What the post should be found by, up to {MAX_KEYWORD} characters. "
                "Without it, the first keyword of its brief.",
            )
        ],
        responses=SeoReply,
    )
    def get(self, request: Request, post_id: UUID) -> Response:
        post = post_for(request.auth.user, post_id)
        if post.is_sample:
            raise NotFound("We can’t find that post.")
        keyword = request.query_params.get("keyword", "")
        if len(keyword) > MAX_KEYWORD:
            raise ValidationFailed(
                errors={"keyword": [f"Use up to {MAX_KEYWORD} characters. Yours has {len(keyword)}."]}
            )
        found = report_of(post, keyword)
        return Response(
            {
                "keyword": found.keyword,
                "keywords": found.keywords,
                "truncated": found.truncated,
                "checks": [asdict(check) for check in found.checks],
            }
        )
