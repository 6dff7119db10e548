"""What all API routes share: error replies, pagination, parsing and negotiation. Used by the settings."""

import logging
import math
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import (
    PermissionDenied as DjangoPermissionDenied,
)
from django.core.exceptions import (
    ValidationError as DjangoValidationError,
)
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from psycopg import InterfaceError, OperationalError
from rest_framework import exceptions as drf
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from blogai.core import errors
from blogai.core.body import invalid, read_json
from blogai.core.db import OUTAGES

if TYPE_CHECKING:
    from rest_framework.views import APIView  # imports this module at run time

logger = logging.getLogger(__name__)

DEFAULT_RETRY_AFTER = 5
"""Seconds, if the error has no number of its own."""


def problem(error: errors.BlogAIError, request: HttpRequest) -> HttpResponse:
    """The error as application/problem+json (RFC 9457), with the headers that belong to its status."""
    extra = dict(error.extra)
    allowed = extra.pop("allow", None)
    wait = seconds_to_wait(error)
    if wait is not None:
        extra["retry_after"] = wait
    response = JsonResponse(
        {
            "type": f"urn:blog-ai:problem:{error.code}",
            "title": error.title,
            "status": error.status,
            "detail": error.detail,
            "code": error.code,
            "request_id": getattr(request, "request_id", None),
            **extra,
        },
        status=error.status,
        content_type="application/problem+json",
    )
    response["Cache-Control"] = "no-store"
    set_headers(response, error, allowed=allowed)
    return response


def set_headers(response: HttpResponse, error: errors.BlogAIError, *, allowed: object = None) -> None:
    """Set the headers that belong to the status: Retry-After, WWW-Authenticate, Allow."""
    wait = seconds_to_wait(error)
    if wait is not None:
        response["Retry-After"] = str(wait)
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Blog AI"'
    if allowed:
        response["Allow"] = str(allowed)


def seconds_to_wait(error: errors.BlogAIError) -> int | None:
    """The value of Retry-After in whole seconds; None for errors other than 429 and 503 that have none."""
    wait = error.extra.get("retry_after", getattr(error, "retry_after", None))
    if isinstance(wait, int | float):
        return max(1, math.ceil(wait))
    return DEFAULT_RETRY_AFTER if error.status in {429, 503} else None


def error_for(exception: BaseException) -> errors.BlogAIError | None:
    """Our error for an exception of Django, DRF or the database; None for an unexpected one."""
    if isinstance(exception, errors.BlogAIError):
        return exception
    if isinstance(exception, drf.APIException):
        return _error_for_drf(exception)
    if isinstance(exception, Http404):
        return errors.NotFound()
    if isinstance(exception, DjangoPermissionDenied):
        return errors.PermissionDenied(str(exception))
    if isinstance(exception, RequestDataTooBig):
        return errors.PayloadTooLarge("The request body is too large.")
    if isinstance(exception, BadRequest | SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return errors.Malformed()
    if any(isinstance(cause, (*OUTAGES, OperationalError, InterfaceError)) for cause in _causes(exception)):
        logger.warning("could not reach the database: %s", exception)
        return errors.Unavailable("We can’t reach the database right now. Try again in a few seconds.")
    return None


def problem_for_drf(exception: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER. None lets Django log the exception and answer 500."""
    error = error_for(exception)
    request: Request = context["request"]
    return problem(error, request._request) if error else None


class NewestFirst(CursorPagination):
    """`{"results", "next", "previous"}`, newest first, and as fast on page 1,000 as on page 1."""

    ordering = "-id"
    page_size_query_param = "page_size"
    page_size_query_description = "How many come in one reply: 20, and at most 100."
    cursor_query_description = "Where the page begins, as `next` and `previous` say it."
    max_page_size = 100
    invalid_cursor_message = "This cursor isn’t valid. Follow `next` from the first page."

    def paginate_queryset[M: Model](  # type: ignore[override] # it needs a queryset, unlike its base class
        self, queryset: QuerySet[M], request: Request, view: "APIView | None" = None
    ) -> list[M] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (DjangoValidationError, ValueError) as error:  # a cursor whose position is not an id
            raise drf.NotFound(self.invalid_cursor_message) from error

    def decode_cursor(self, request: Request) -> Cursor | None:
        """DRF skips over what it cannot read of a cursor, and would answer with the first page again."""
        sent = request.query_params.get(self.cursor_query_param)
        try:
            if sent:
                parse_qsl(b64decode(sent, validate=True).decode("ascii"), strict_parsing=True)
        except ValueError as error:
            raise drf.NotFound(self.invalid_cursor_message) from error
        return super().decode_cursor(request)

    def get_page_size(self, request: Request) -> int | None:
        sizes = request.query_params.getlist(self.page_size_query_param)
        if not sizes:
            return self.page_size
        if not all(map(self._is_size, sizes)):
            sentence = f"Send a whole number from 1 to {self.max_page_size}."
            raise errors.ValidationFailed(f"page_size: {sentence}", errors={"page_size": [sentence]})
        return int(sizes[-1])

    def _is_size(self, sent: str) -> bool:
        return sent.isascii() and sent.isdigit() and len(sent) < 10 and 1 <= int(sent) <= self.max_page_size

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        described: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        bounds = {
            self.cursor_query_param: {"type": "string", "pattern": "^[A-Za-z0-9+/=_-]*$"},
            self.page_size_query_param: {"type": "integer", "minimum": 1, "maximum": self.max_page_size},
        }
        return [{**parameter, "schema": bounds[parameter["name"]]} for parameter in described]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }


class StrictJSONParser(JSONParser):
    """`body.read_json` for DRF's views. DRF's own parser would also ignore Django's limit on the size."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return read_json(stream.body if isinstance(stream, HttpRequest) else stream.read())


class JSONOnlyNegotiation(BaseContentNegotiation):
    """Uses the view's only renderer, whatever `Accept` and `?format=` say."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type


def _error_for_drf(exception: drf.APIException) -> errors.BlogAIError | None:
    detail = str(exception.detail) if not isinstance(exception.detail, dict | list) else ""
    if isinstance(exception, drf.ValidationError):
        return invalid(exception.detail)
    if isinstance(exception, drf.MethodNotAllowed):
        return errors.MethodNotAllowed(detail)
    if isinstance(exception, drf.Throttled):
        return errors.RateLimited(retry_after=getattr(exception, "wait", None) or DEFAULT_RETRY_AFTER)
    kinds: dict[int, type[errors.BlogAIError]] = {
        400: errors.Malformed,
        401: errors.NotAuthenticated,
        403: errors.PermissionDenied,
        404: errors.NotFound,
        415: errors.UnsupportedMediaType,
    }
    kind = kinds.get(exception.status_code)
    return kind(detail) if kind else None


def _causes(exception: BaseException) -> Iterator[BaseException]:
    """The exception and its causes: the job queue wraps the database's errors in its own."""
    current: BaseException | None = exception
    while current is not None:
        yield current
        current = current.__cause__
