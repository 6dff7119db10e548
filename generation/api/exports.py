"""`/api/v1/posts/{id}/export`: a post as a file."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views import View

from accounts.authentication import aauthorize
from accounts.models import User
from blogai.core.db import in_database
from blogai.core.errors import NotFound
from generation.exports.edition import Edition, edition_of
from generation.exports.replies import download
from generation.exports.services import is_work, take_out
from generation.posts import services


class ExportPost(View):
    """Waits for the conversion without a thread and a database connection."""

    async def get(self, request: HttpRequest, post_id: UUID) -> HttpResponse:
        name = request.GET.get("format", "md")
        caller = await aauthorize(request, needs="read", work=is_work(name))
        edition = await in_database(_edition)(caller.user, post_id, request)
        return download(await take_out(caller.user, edition, name))


def _edition(user: User, post_id: UUID, request: HttpRequest) -> Edition:
    post = services.post_for(user, post_id)
    if post.is_sample:
        raise NotFound("We can’t find that post.")
    return edition_of(post, request.build_absolute_uri)
