"""Downloading posts: one in a format, or a selection as a zip."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import View

from accounts.models import User
from accounts.ratelimit import count_work
from blogai.core.db import in_database
from blogai.core.errors import NotFound, ValidationFailed
from generation.exports.edition import edition_for
from generation.exports.formats import FORMATS
from generation.exports.replies import download
from generation.exports.services import is_work, take_out, take_out_all


class ExportPage(View):
    """An asynchronous view for a signed-in user, `self.user`: it waits without a thread and a connection."""

    user: User

    async def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        user = await in_database(_signed_in)(request)
        if user is None:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/posts")
        self.user = user
        reply: HttpResponseBase = await super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return reply

    async def count(self, name: str) -> None:
        if is_work(name):
            await in_database(count_work)(self.request, self.user)


class ExportPost(ExportPage):
    """Downloads the post as a file."""

    async def get(self, request: HttpRequest, post_id: UUID, format: str) -> HttpResponse:
        if format not in FORMATS:
            raise NotFound("We don’t know this format.")
        edition = await in_database(edition_for)(self.user, post_id, request.build_absolute_uri)
        await self.count(format)
        return download(await take_out(self.user, edition, format))


class ExportPosts(ExportPage):
    """Downloads a zip of the posts in the fields `post`, as the field `format` says."""

    http_method_names = ["post"]

    async def post(self, request: HttpRequest) -> HttpResponse:
        name = request.POST.get("format", "")
        ids = _ids(request.POST.getlist("post"))
        await self.count(name)
        return download(await take_out_all(self.user, ids, name, request.build_absolute_uri))


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _ids(sent: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in sent]
    except ValueError:
        sentence = "One of these isn’t the ID of a post. Reload your library and choose again."
        raise ValidationFailed(sentence, errors={"post": [sentence]}) from None
