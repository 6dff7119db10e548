"""A copy of a post."""

import uuid

from django.db import transaction
from uuid_utils.compat import uuid7

from accounts.models import User
from generation.models import Conversation, Post
from generation.posts.services import post_for

MAX_SLUG = 120
SUFFIX = "-copy"


@transaction.atomic
def duplicate(user: User, post_id: uuid.UUID) -> Post:
    """A copy of the user's post, by the same model. It has no run and costs nothing. Raises NotFound."""
    post = post_for(user, post_id)
    title = f"Copy of {post.title}"
    _, _, body = post.content_markdown.partition("\n\n")
    return Post.objects.create(
        id=uuid7(),
        owner=user,
        conversation=Conversation.objects.create(owner=user, name=str(uuid7())),
        title=title,
        slug=post.slug[: MAX_SLUG - len(SUFFIX)].rstrip("-") + SUFFIX,
        description=post.description,
        tags=post.tags,
        language=post.language,
        content_markdown=f"# {title}\n\n{body}",
        parts=post.parts,
        faq=post.faq,
        scores=post.scores,
        word_count=post.word_count,
        provider=post.provider,
        model=post.model,
    )
