"""Authenticates requests and WebSocket handshakes.

If a key is sent, it alone counts: a wrong key is refused even if the browser is also signed in.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts import api_keys, dev_mode, ratelimit, second_factor, sessions, supabase
from accounts.callers import Caller, session_caller
from accounts.models import User
from accounts.sent_keys import key_in
from blogai.core.client_address import address_of_scope, client_address
from blogai.core.errors import NotAuthenticated, PermissionDenied, SecondFactorRequired

if TYPE_CHECKING:
    from rest_framework.views import APIView  # imports this module at run time

__all__ = [
    "ApiKeyAuthentication",
    "Caller",
    "HasPermission",
    "SessionAuthentication",
    "aauthorize",
    "authenticate",
    "authorize",
    "caller_from_scope",
    "caller_of_key",
    "permission_for",
    "revoked_callers",
]

CHALLENGE = 'Bearer realm="Blog AI"'
HOW_TO = "Sign in, or send an API key as `X-API-Key: bai_live_…` or `Authorization: Bearer bai_live_…`."


def authenticate(request: HttpRequest) -> Caller:
    """The caller that sent the request. Raises NotAuthenticated, and RateLimited for too many refusals."""
    with ratelimit.counting_failures(client_address(request), request):
        caller = _key_caller(request) or _session_caller(request) or dev_mode.caller_for(request)
    if caller is None:
        ratelimit.count_anonymous(request)
        raise NotAuthenticated(HOW_TO)
    return caller


def authorize(request: HttpRequest, needs: str, *, work: bool = False) -> Caller:
    """The caller that sent the request, who has the permission and has not sent too many requests.

    `work` counts it as work on models too. Raises NotAuthenticated, PermissionDenied, RateLimited. Its views
    are `csrf_exempt`: keys need no CSRF token, and for sessions it is checked here.
    """
    caller = authenticate(request)
    _admit(request, caller, needs, work=work)
    return caller


async def aauthorize(request: HttpRequest, needs: str = "generate", *, work: bool = False) -> Caller:
    """`authorize` for async views."""
    return await sync_to_async(authorize)(request, needs, work=work)


def revoked_callers(callers: Collection[Caller]) -> set[Caller]:
    """The callers whose key or token has ended, whose session has, or whose account is closed.

    At most four queries, however many callers there are.
    """
    key_ids = {caller.key_id for caller in callers if caller.key_id}
    session_keys = {caller.session_key for caller in callers if caller.session_key}
    now = timezone.now()
    ids = {caller.user.pk for caller in callers}
    users = User.objects.only("password").filter(is_active=True).in_bulk(ids)
    usable = api_keys.usable(key_ids) if key_ids else set()
    identities = {caller.identity_id for caller in callers if caller.identity_id}
    refused = supabase.refused(identities) if identities else set()
    signed_in = sessions.signed_in(session_keys, users) if session_keys else {}
    return {
        caller
        for caller in callers
        if caller.user.pk not in users
        or caller.identity_id in refused
        or (caller.expires_at and caller.expires_at <= now)
        or (caller.key_id and caller.key_id not in usable)
        or (caller.session_key and signed_in.get(caller.session_key) != caller.user.pk)
    }


async def caller_of_key(raw: str, address: str) -> Caller:
    """The caller whom the key authenticates, for sockets. Releases its database connection.

    Raises NotAuthenticated, and RateLimited for too many wrong keys from the address.
    """
    caller: Caller = await database_sync_to_async(_socket_caller)(raw, address)
    return caller


async def caller_from_scope(scope: Mapping[str, Any]) -> Caller | None:
    """The caller that opened the socket, by a key in the handshake or by a session; None if it has neither.

    Raises NotAuthenticated for a wrong key, and PermissionDenied for a session used by a page of another
    origin, or of staff without a second factor. A handshake with a key may come from anywhere and need not
    have an Origin.
    """
    headers = _headers_of(scope)
    raw = key_in(headers, scope.get("query_string", b"").decode("latin-1"))
    if raw is not None:
        return await caller_of_key(raw, address_of_scope(scope))
    user = scope.get("user")
    if user is None or not user.is_authenticated:
        return await dev_mode.caller_from_scope(scope, headers)
    # Behind a proxy the scheme is unknown; a session's cookie that is only sent over https says as much.
    secure = settings.SESSION_COOKIE_SECURE or scope.get("scheme") in {"wss", "https"}
    _refuse_foreign_origin(headers, secure=secure)
    if user.is_staff and await database_sync_to_async(second_factor.is_missing)(user):
        raise SecondFactorRequired(second_factor.SENTENCE)
    session = scope.get("session")
    return session_caller(user, session.session_key if session is not None else None)


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        with ratelimit.counting_failures(client_address(request._request), request._request):
            caller = _key_caller(request._request)
        return (caller.user, caller) if caller else None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE  # without this, DRF would answer 403


class SessionAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        with ratelimit.counting_failures(client_address(request._request), request._request):
            caller = _session_caller(request._request) or dev_mode.caller_for(request._request)
        return (caller.user, caller) if caller else None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class HasPermission(BasePermission):
    """Safe methods need the view's `needs_to_read`, others its `needs`: by default `read` and `generate`.

    A POST to a view with `work = True` counts as work on models.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not isinstance(request.auth, Caller):
            ratelimit.count_anonymous(request._request)
            raise NotAuthenticated(HOW_TO)
        work = request.method == "POST" and getattr(view, "work", False)
        _admit(request._request, request.auth, permission_for(view, request.method or ""), work=work)
        return True


def permission_for(view: object, method: str) -> str:
    """What a key needs for the method of an API view, which may name it as `needs` and `needs_to_read`."""
    name, default = ("needs_to_read", "read") if method in SAFE_METHODS else ("needs", "generate")
    return str(getattr(view, name, default))


def _admit(request: HttpRequest, caller: Caller, needs: str, *, work: bool) -> None:
    """Count the request, and check the permission. A key that may not work uses up no work of its owner."""
    request.caller = caller  # type: ignore[attr-defined] # for the log
    ratelimit.count_caller(request, caller, work=work and needs in caller.permissions)
    caller.require(needs)


def _socket_caller(raw: str, address: str) -> Caller:
    with ratelimit.counting_failures(address):
        return _caller_with(raw, address)


def _caller_with(raw: str, address: str) -> Caller:
    """The caller with the API key, or the access token of Supabase Auth."""
    return supabase.caller_for(raw, address) if supabase.is_token(raw) else api_keys.caller_for(raw, address)


def _headers_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a handshake; one that was sent twice has both values, as in a request."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return headers


def _key_caller(request: HttpRequest) -> Caller | None:
    headers = {name.lower(): value for name, value in request.headers.items()}
    raw = key_in(headers, request.META.get("QUERY_STRING", ""))
    return _caller_with(raw, client_address(request)) if raw is not None else None


def _session_caller(request: HttpRequest) -> Caller | None:
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated or not user.is_active:
        return None
    _refuse_forged(request)
    return session_caller(user, request.session.session_key)


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        raise PermissionDenied(f"This request didn’t come from a page on this site. {reason}")


def _refuse_forged(request: HttpRequest) -> None:
    """Django's CSRF check, for views that are exempt because keys do not need it. Safe methods pass."""
    check = _CsrfCheck(lambda request: HttpResponse())
    check.process_request(request)
    check.process_view(request, lambda request: HttpResponse(), (), {})


def _refuse_foreign_origin(headers: Mapping[str, str], *, secure: bool) -> None:
    origin = headers.get("origin", "")
    own = f"{'https' if secure else 'http'}://{headers.get('host', '')}"
    if origin != own and origin not in settings.ALLOWED_ORIGINS and "*" not in settings.ALLOWED_ORIGINS:
        sender = origin[:100] or "a page without an Origin"
        raise PermissionDenied(f"Only pages on this site can open a signed-in socket, not {sender}.")
