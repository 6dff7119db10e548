"""Entity tags (RFC 9110, section 8.8) and the conditions that name them: If-Match and If-None-Match.

A tag is a hash of the reply's bytes, so it is strong: two replies with the same tag are the same. Middleware
puts one on every GET of the API. A view that changes something compares If-Match with `of_data` of what it is
about to change, inside the transaction that changes it.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from blogai.core.errors import PreconditionFailed

type Requested = HttpRequest | Request

IF_MATCH = OpenApiParameter(
    "If-Match",
    location="header",
    description="The `ETag` that you read. If it is no longer the current one: 412, and nothing is changed.",
)


def of(body: bytes) -> str:
    """The tag of a reply with this body."""
    digest = hashlib.sha256(body).digest()[:18]
    return f'"{urlsafe_b64encode(digest).decode()}"'


def of_data(data: object) -> str:
    """The tag of the reply to a GET that answers with this data."""
    return of(JSONRenderer().render(data))


def is_known(request: Requested, tag: str) -> bool:
    """Whether the client has this version already, as If-None-Match says."""
    sent = request.headers.get("If-None-Match")
    if sent is None:
        return False
    tags = parse_etags(sent)
    return tags == ["*"] or tag in [each.removeprefix("W/") for each in tags]


def require_match(request: Requested, current: Callable[[], str]) -> None:
    """Raises PreconditionFailed if If-Match names only other versions than the current one, or no tag at all.

    Passes without the header. A weak tag never matches: it does not say that the bytes are the same.
    """
    sent = request.headers.get("If-Match")
    if sent is None:
        return
    tags = parse_etags(sent)
    if tags != ["*"] and current() not in tags:
        raise PreconditionFailed(
            "It has changed since the version in If-Match. Read it again and send the new ETag."
        )
