"""Describes the plain async views, which drf-spectacular does not see by itself."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.views import APIView

from generation.posts.serializers import PostReply
from generation.runs.serializers import Accepted, GenerateBlogBody

type Endpoint = tuple[str, str, str, Callable[..., Any]]


class GenerateBlogDescription(APIView):
    """The signature of `runs.api.GenerateBlog`; never routed."""

    @extend_schema(
        summary="Write a post",
        description=(
            "Waits for the finished post (201). With `Prefer: respond-async`, or after 280 s, answers 202 "
            "with the addresses where the run can be watched. Hanging up does not stop the run."
        ),
        request=GenerateBlogBody,
        responses={201: PostReply, 202: Accepted},
        parameters=[OpenApiParameter("Prefer", location="header", enum=["respond-async"])],
        examples=[
            OpenApiExample(
                "A short post",
                value={"topic": "How tides work", "sections": 2, "keywords": ["moon"]},
                request_only=True,
            )
        ],
    )
    def post(self) -> None: ...


def add_endpoints(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The endpoints that drf-spectacular found, and the plain async ones."""
    view = GenerateBlogDescription.as_view()
    return [*endpoints, *((path, path, "POST", view) for path in ("/api/v1/generate-blog", "/generate-blog"))]
