"""Describes the plain async views, which drf-spectacular does not see by itself."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.views import APIView

from generation.posts.serializers import PostReply
from generation.runs.serializers import Accepted, GenerateBlogBody

type Endpoint = tuple[str, str, str, Callable[..., Any]]


def generate_blog(operation_id: str) -> Callable[..., Any]:
    """A view with the signature of `runs.api.GenerateBlog`, for the description only."""

    @extend_schema(
        operation_id=operation_id,
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
    def post(self: APIView) -> None: ...

    view: type[APIView] = type(operation_id, (APIView,), {"post": post})
    return view.as_view()


def run_events() -> Callable[..., Any]:
    """A view with the signature of `runs.api.RunEvents`, for the description only."""

    @extend_schema(
        operation_id="runs_events",
        summary="Watch a run",
        description=(
            "Server-sent events: the frames of the socket. A snapshot first, behind the milestones after "
            "`Last-Event-ID` or `after`; the stream ends with the run."
        ),
        responses={(200, "text/event-stream"): str},
        parameters=[
            OpenApiParameter("run_id", UUID, location="path"),
            OpenApiParameter("after", int, description="The number of the last event you have."),
            OpenApiParameter("Last-Event-ID", int, location="header"),
        ],
    )
    def get(self: APIView) -> None: ...

    view: type[APIView] = type("runs_events", (APIView,), {"get": get})
    return view.as_view()


def add_endpoints(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The endpoints that drf-spectacular found, and the plain async ones."""
    paths = {"/generate-blog": "generate_blog", "/api/v1/generate-blog": "generate_blog_v1"}
    events = "/api/v1/runs/{run_id}/events"
    return [
        *endpoints,
        *((path, path, "POST", generate_blog(name)) for path, name in paths.items()),
        (events, events, "GET", run_events()),
    ]
