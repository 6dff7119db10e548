"""Middleware that notes when a session was last seen."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from accounts.session_store import SessionStore
from blogai.core.client_address import client_address

type Handler = Callable[[HttpRequest], Any]


@sync_and_async_middleware
def last_seen(get_response: Handler) -> Handler:
    """Writes every few minutes for each session, and makes no query in between."""

    def due(request: HttpRequest) -> bool:
        session = request.session
        return isinstance(session, SessionStore) and session.seen_long_ago and not session.modified

    def note(request: HttpRequest) -> None:
        request.session.seen(client_address(request))  # type: ignore[attr-defined] # `due` has looked

    if iscoroutinefunction(get_response):
        note_in_thread = sync_to_async(note)

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await get_response(request)
            if due(request):
                await note_in_thread(request)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = get_response(request)
        if due(request):
            note(request)
        return response

    return synchronous
