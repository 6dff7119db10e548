"""DEV_MODE: on a developer's machine, API requests without a key count as the demo account's.

Only requests of programs on this machine, and of our own pages. A browser there also runs the scripts of
every site that is open in it: those name a foreign Origin or, after DNS rebinding, a foreign Host.
"""

from collections.abc import Mapping
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from accounts.callers import Caller, session_caller
from accounts.services import demo_user
from blogai.core.client_address import LOOPBACK_HOSTS, is_local

NOTICE = "DEV_MODE is on: requests from this computer need no API key and act as the demo account."


def caller_for(request: HttpRequest) -> Caller | None:
    """The demo account, if the request may act as it."""
    peer = request.META.get("REMOTE_ADDR", "")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return session_caller(demo_user()) if _applies(peer, headers, request.scheme or "") else None


async def caller_from_scope(scope: Mapping[str, Any], headers: Mapping[str, str]) -> Caller | None:
    """`caller_for` of a WebSocket handshake."""
    peer = (scope.get("client") or ("",))[0]
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    if not _applies(peer, headers, scheme):
        return None
    return session_caller(await database_sync_to_async(demo_user)())


def _applies(peer: str, headers: Mapping[str, str], scheme: str) -> bool:
    """`headers` must have names in lower case."""
    if not settings.DEV_MODE or "authorization" in headers or not is_local(peer, headers):
        return False
    host = headers.get("host", "")
    return split_domain_port(host)[0] in LOOPBACK_HOSTS and _is_ours(headers, f"{scheme}://{host}")


def _is_ours(headers: Mapping[str, str], own: str) -> bool:
    """Whether no browser sent the request, or one for a page of our own or of ALLOWED_ORIGINS."""
    site, origin = headers.get("sec-fetch-site", "none"), headers.get("origin")
    if origin is None:
        return site in {"none", "same-origin"}
    return site != "cross-site" and (origin == own or origin in settings.ALLOWED_ORIGINS)
