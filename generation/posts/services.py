"""Finished posts: the only door to one, and how a draft becomes one."""

import uuid

from accounts.models import User
from blogai.errors import NotFound
from generation.conversations.models import Conversation
from generation.pipeline.types import Draft
from generation.posts.models import Post


def post_for(user: User, post_id: uuid.UUID) -> Post:
    """The user's post. Raises NotFound for a stranger's as for none."""
    post = Post.objects.filter(owner=user, pk=post_id).select_related("conversation").first()
    if post is None:
        raise NotFound("There is no such post.")
    return post


def store(
    *,
    id: uuid.UUID,
    owner_id: uuid.UUID,
    conversation: Conversation,
    language: str,
    draft: Draft,
    written_by: tuple[str, str],
) -> Post:
    """The post of a finished draft; `written_by` is (provider, model)."""
    provider, model = written_by
    return Post.objects.create(
        id=id,
        owner_id=owner_id,
        conversation=conversation,
        title=draft.title,
        slug=draft.slug,
        description=draft.description,
        tags=list(draft.tags),
        language=language,
        content_markdown=draft.content_markdown,
        parts=[part.model_dump(mode="json") for part in draft.parts],
        faq=[question.model_dump(mode="json") for question in draft.faq],
        scores=draft.scores.model_dump(mode="json"),
        word_count=draft.word_count,
        provider=provider,
        model=model,
    )


def delete(user: User, post_id: uuid.UUID) -> None:
    """Delete the user's post for good. Raises NotFound."""
    if not Post.objects.filter(owner=user, pk=post_id).delete()[0]:
        raise NotFound("There is no such post.")
