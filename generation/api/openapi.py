"""Describes the plain async views, which drf-spectacular does not see by itself."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiCallback, OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.views import APIView

from generation.api.generate_blog_serializers import Accepted, GenerateBlogBody, WrittenReply
from generation.api.idempotency import IDEMPOTENCY_KEY
from generation.api.post_serializers import ImportBody, PostReply
from generation.api.run_serializers import RunEnded, RunReply
from generation.api.runs import MAX_EVENT
from generation.api.webhook_serializers import WebhookTestBody, WebhookTestReply
from generation.exports.formats import FORMATS
from generation.models import Run

type Endpoint = tuple[str, str, str, Callable[..., Any]]


CALLBACKS = (
    "With a `callback_url`, that address gets a signed POST once the run has ended, whichever way. "
    "[Webhooks](/docs/webhooks) says how to check the signature, and how often it is tried."
)


RUN_ENDED = OpenApiCallback(
    "run_ended",
    "{$request.body#/callback_url}",
    extend_schema(summary="A run has ended", request=RunEnded, responses={204: None}),
)


TEST_EVENT = OpenApiCallback(
    "test_event",
    "{$request.body#/url}",
    extend_schema(summary="A test event", request=RunEnded, responses={204: None}),
)


EVENT = {
    "type": "object",
    "description": "Of each event of the stream. `id` is the `seq` of its frame, which not every frame has.",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$"},
        "event": {"type": "string", "description": "The frame's `type`.", "pattern": "^[a-z.]+$"},
        "data": {"type": "string", "description": "The frame.", "contentMediaType": "application/json"},
    },
    "required": ["event", "data"],
    "additionalProperties": False,
}


LAST_EVENT = {"type": "integer", "minimum": 0, "maximum": MAX_EVENT}


CONTENT_LOCATION = OpenApiParameter(
    "Content-Location",
    {"type": "string", "format": "uri-reference"},
    location="header",
    required=True,
    description="Where the stream is resumed.",
    response=[200],
)


def generate_blog(operation_id: str) -> Callable[..., Any]:
    """A view with the signature of `runs.api.GenerateBlog`, for the description only."""

    @extend_schema(
        operation_id=operation_id,
        summary="Write a post",
        description=(
            "Waits for the finished post (201). With `Prefer: respond-async`, or after 280 s, answers 202 "
            "with the addresses where the run can be watched. With `Accept: text/event-stream` the reply is "
            "the run's events, and `Content-Location` is where they are resumed. `ws_url` is a socket with "
            'the same frames: send `{"type": "auth", "api_key": "…"}` first. Hanging up stops nothing.\n\n'
            + CALLBACKS
        ),
        request=GenerateBlogBody,
        responses={201: WrittenReply, 202: Accepted, (200, "text/event-stream"): EVENT},
        parameters=[
            OpenApiParameter("Prefer", location="header", enum=["respond-async"]),
            IDEMPOTENCY_KEY,
            OpenApiParameter(
                "Location",
                OpenApiTypes.URI,
                location="header",
                required=True,
                description="Of the finished post, or of the run while there is none.",
                response=[201, 202],
            ),
            CONTENT_LOCATION,
        ],
        callbacks=[RUN_ENDED],
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


def posts_export() -> Callable[..., Any]:
    """A view with the signature of `exports.ExportPost`, for the description only."""

    @extend_schema(
        operation_id="posts_export",
        summary="Download a post",
        description=(
            "The post as a file: `md` is Markdown with YAML front matter, `html` is a page on its own, and "
            "`json` is the reply of “Read a post”. `epub`, `docx`, `odt`, `tex` and `pdf` need a plan with "
            "exports; all but `epub` also count as work on models. 422 if this site doesn’t have the format, "
            "or if the post is too much for it."
        ),
        responses={
            (200, each.media_type): PostReply if each.suffix == "json" else OpenApiTypes.BINARY
            for each in FORMATS.values()
        },
        parameters=[
            OpenApiParameter("post_id", UUID, location="path"),
            OpenApiParameter("format", enum=list(FORMATS), default="md"),
            OpenApiParameter(
                "Content-Disposition",
                {"type": "string", "pattern": "^attachment; filename"},
                location="header",
                required=True,
                description="With the name of the file, after the post’s slug.",
                response=[200],
            ),
        ],
    )
    def get(self: APIView) -> None: ...

    view: type[APIView] = type("posts_export", (APIView,), {"get": get})
    return view.as_view()


def posts_import() -> Callable[..., Any]:
    """A view with the signature of `importing.ImportPost`, for the description only."""

    @extend_schema(
        operation_id="posts_import",
        summary="Import a post",
        description=(
            "Makes a post of a Markdown, HTML or Word file (`.md`, `.html`, `.docx`), up to 10 MB with up to "
            "2 MB of text. It takes no post of your plan, and counts as work on models in the rate limits. "
            "422 says what is wrong with a file."
        ),
        request={"multipart/form-data": ImportBody},
        responses={201: PostReply},
        parameters=[
            OpenApiParameter(
                "Location",
                OpenApiTypes.URI,
                location="header",
                required=True,
                description="Of the post.",
                response=[201],
            ),
        ],
    )
    def post(self: APIView) -> None: ...

    view: type[APIView] = type("posts_import", (APIView,), {"post": post})
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
        responses={(200, "text/event-stream"): EVENT},
        parameters=[
            OpenApiParameter("run_id", UUID, location="path"),
            OpenApiParameter("after", LAST_EVENT, description="The number of the last event you have."),
            OpenApiParameter("Last-Event-ID", LAST_EVENT, location="header"),
            CONTENT_LOCATION,
        ],
    )
    def get(self: APIView) -> None: ...

    view: type[APIView] = type("runs_events", (APIView,), {"get": get})
    return view.as_view()


def runs_list() -> Callable[..., Any]:
    """A view with the signature of `runs.api.Runs`, for the description only."""

    @extend_schema(
        operation_id="runs_list",
        summary="List runs",
        description=(
            "The caller's runs, newest first; `?status=` keeps those in one state. With `?ids=` those named, "
            "in one reply; an id of nobody's run, or of somebody else's, is left out."
        ),
        parameters=[
            OpenApiParameter("status", enum=Run.Status.values),
            OpenApiParameter(
                "ids",
                {"type": "string"},
                description="1 to 100 ids, separated by commas; nothing else beside it.",
            ),
        ],
        responses=RunReply(many=True),
    )
    def get(self: APIView) -> None: ...

    described = {"get": get, "serializer_class": RunReply, "queryset": Run.objects.none()}
    view: type[APIView] = type("runs_list", (GenericAPIView,), described)
    return view.as_view()


def runs_read() -> Callable[..., Any]:
    """A view with the signature of `runs.api.OneRun`, for the description only."""

    @extend_schema(
        operation_id="runs_read",
        summary="Look at a run",
        description=(
            "A run, its steps and what it has cost so far. With `?wait=` the reply waits for news: send the "
            "last `ETag` as `If-None-Match`, and it comes as soon as anything has changed, or as 304 after "
            "that many seconds. Without `If-None-Match` it comes when the run has ended or waits for you. A "
            "run that has ended is never waited for."
        ),
        responses=RunReply,
        parameters=[
            OpenApiParameter("run_id", UUID, location="path"),
            OpenApiParameter(
                "wait",
                {"type": "integer", "minimum": 0, "maximum": 60, "default": 0},
                description="Seconds to wait for news at most.",
            ),
        ],
    )
    def get(self: APIView) -> None: ...

    view: type[APIView] = type("runs_read", (APIView,), {"get": get})
    return view.as_view()


def webhooks_test() -> Callable[..., Any]:
    """A view with the signature of `webhooks.SendTestEvent`, for the description only."""

    @extend_schema(
        operation_id="webhooks_test",
        summary="Send a test event",
        description=(
            "Sends one signed event of `type` `test` to the address and reports the result. It needs the "
            "permission `manage`, and there are five a minute. It is not tried again, and the body of the "
            "answer is not read."
        ),
        request=WebhookTestBody,
        responses=WebhookTestReply,
        callbacks=[TEST_EVENT],
    )
    def post(self: APIView) -> None: ...

    view: type[APIView] = type("webhooks_test", (APIView,), {"post": post, "needs": "manage"})
    return view.as_view()


def add_endpoints(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The endpoints that drf-spectacular found, and the plain async ones."""
    views = {
        "/generate-blog": ("POST", generate_blog("generate_blog")),
        "/api/v1/generate-blog": ("POST", generate_blog("generate_blog_v1")),
        "/api/v1/posts/import": ("POST", posts_import()),
        "/api/v1/posts/{post_id}/export": ("GET", posts_export()),
        "/api/v1/runs": ("GET", runs_list()),
        "/api/v1/runs/{run_id}": ("GET", runs_read()),
        "/api/v1/runs/{run_id}/events": ("GET", run_events()),
        "/api/v1/webhooks/test": ("POST", webhooks_test()),
    }
    return [*endpoints, *((path, path, method, view) for path, (method, view) in views.items())]
