"""`POST /api/v1/posts/import`: a file becomes a post."""

import re

from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts.authentication import aauthorize
from blogai.core.db import in_database
from blogai.core.errors import UnsupportedMediaType, ValidationFailed
from generation.exports.reply import post_reply
from generation.importing.services import import_post
from generation.pipeline.types import LANGUAGE
from generation.posts.address import post_address

FIELDS = {"language", "csrfmiddlewaretoken"}


@method_decorator(csrf_exempt, name="dispatch")  # checked with the session in `aauthorize`
class ImportPost(View):
    """Waits for the conversion without a thread and a database connection."""

    async def post(self, request: HttpRequest) -> JsonResponse:
        caller = await aauthorize(request, needs="generate", work=True)
        if request.content_type != "multipart/form-data":
            raise UnsupportedMediaType("Send the file as multipart/form-data, in the field `file`.")
        post = await import_post(caller.user, request.FILES.get("file"), language=_language(request))
        reply = await in_database(post_reply)(post, request.build_absolute_uri)
        location = post_address(request.build_absolute_uri, post.pk)
        return JsonResponse(reply, status=201, headers={"Location": location})


def _language(request: HttpRequest) -> str:
    """The language that was sent, or nothing. Raises ValidationFailed for fields that we don't know."""
    unknown = next(iter({*request.POST, *request.FILES} - FIELDS - {"file"}), None)
    if unknown is not None:
        raise ValidationFailed(f"{unknown[:100]}: Unknown field.", errors={unknown[:100]: ["Unknown field."]})
    language = str(request.POST.get("language", ""))
    if language and not re.fullmatch(LANGUAGE, language):
        sentence = "This isn’t a language code, such as en or pt-BR."
        raise ValidationFailed(f"language: {sentence}", errors={"language": [sentence]})
    return language
