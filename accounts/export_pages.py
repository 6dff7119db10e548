"""Settings, Your data: asking for an archive, how far it is, and downloading it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import View
from django.views.decorators.http import require_http_methods, require_safe

from accounts import exports, reauthentication, security_events
from accounts.models import DataExport, User
from accounts.origins import origin_of
from accounts.security_events import Kind
from accounts.settings_page import back_to
from blogai.core.db import in_database

CHUNK = 256 * 1024


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        reauthentication.require(request)
        exports.request(cast(User, request.user), origin_of(request))
    return back_to("data")


@login_required
@require_safe
def export_progress(request: HttpRequest) -> HttpResponse:
    """The part of the page that says how far it is."""
    return render(
        request, "accounts/settings/_export_state.html", {"here": progress(request), "polled": True}
    )


class DownloadExport(View):
    """Streamed, in threads of its own: an archive may be large, and nobody else waits for a slow download."""

    http_method_names = ("get",)

    async def get(self, request: HttpRequest, export_id: UUID) -> HttpResponseBase:
        user = await request.auser()
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path())
        export = await in_database(_downloaded)(user, export_id, request)
        name = f"blog-ai-{export.created_at:%Y-%m-%d}.zip"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(export.size),
            "Cache-Control": "no-store",
        }
        return StreamingHttpResponse(_chunks(export.file), content_type="application/zip", headers=headers)


def _downloaded(user: User, export_id: UUID, request: HttpRequest) -> DataExport:
    export = exports.export_for(user, export_id)
    security_events.record(user, Kind.EXPORT_DOWNLOADED, origin_of(request))
    return export


def progress(request: HttpRequest) -> dict[str, Any]:
    """The newest archive, and for how many days one is kept."""
    return {
        "export": exports.newest(cast(User, request.user)),
        "days": exports.LIFETIME.days,
    }


async def _chunks(name: str) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(exports.storage().open, name)
    try:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
    finally:
        await asyncio.to_thread(file.close)
