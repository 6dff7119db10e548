"""`/api/v1/posts/{id}/text`: read a post's text, and save it."""

from dataclasses import asdict
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.text_serializers import SavedReply, TextBody, TextReply, saved_reply
from generation.editing import services
from generation.posts.services import written_post_for


class PostText(APIView):
    """The text of a post, without its title."""

    @extend_schema(operation_id="posts_text", summary="Read a post's text", responses=TextReply)
    def get(self, request: Request, post_id: UUID) -> Response:
        return Response(asdict(services.text_of(written_post_for(request.auth.user, post_id))))

    @extend_schema(
        operation_id="posts_text_save", summary="Save a post's text", request=TextBody, responses=SavedReply
    )
    def put(self, request: Request, post_id: UUID) -> Response:
        """Save the text that you made of version `base`. It is never refused for being late.

        What others saved meanwhile is merged with it, sentence by sentence. Where both changed the same
        words, theirs stay in the post, yours are a proposal to decide on, and a version has all you sent.
        """
        written_post_for(request.auth.user, post_id)
        body = TextBody(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(saved_reply(services.save_text(request.auth.user, post_id, **body.validated_data)))
