"""Finished posts: the only way from a request to one, and how a draft becomes one."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import User
from blogai.core.errors import NotFound
from generation.models import Conversation, Post
from generation.pipeline.types import Draft

IN_TRASH = timedelta(days=30)
"""How long a deleted post can be restored. Then it is erased."""


def posts_of(user: User) -> QuerySet[Post]:
    """The user's posts, except deleted ones."""
    return Post.objects.filter(owner=user, deleted_at=None)


def written_posts_of(user: User) -> QuerySet[Post]:
    """The user's posts without the sample: what programs get."""
    return posts_of(user).filter(is_sample=False)


def post_for(user: User, post_id: uuid.UUID) -> Post:
    """The user's post. Raises NotFound, for a stranger's or a deleted post too."""
    post = posts_of(user).filter(pk=post_id).select_related("conversation").first()
    if post is None:
        raise NotFound("We can’t find that post.")
    return post


def written_post_for(user: User, post_id: uuid.UUID) -> Post:
    """As `post_for`, and not the sample: what programs get."""
    post = post_for(user, post_id)
    if post.is_sample:
        raise NotFound("We can’t find that post.")
    return post


def store(
    *,
    id: uuid.UUID,
    owner_id: uuid.UUID,
    conversation: Conversation,
    language: str,
    draft: Draft,
    written_by: tuple[str, str],
    sample: bool = False,
) -> Post:
    """Store a finished draft as a post; `written_by` is (provider, model), both empty for the sample."""
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
        is_sample=sample,
    )


@transaction.atomic
def delete(user: User, post_id: uuid.UUID, *, require: Callable[[Post], None] = lambda post: None) -> None:
    """Move the user's post to the trash. `restore` can undo that while it is there. Raises NotFound.

    `require` may refuse, with an error, to delete the post that it is given; nobody can change it meanwhile.
    """
    post = (
        posts_of(user)
        .select_related("conversation")
        .select_for_update(of=("self",))
        .filter(pk=post_id)
        .first()
    )
    if post is None:
        raise NotFound("We can’t find that post.")
    require(post)
    Post.objects.filter(pk=post.pk).update(deleted_at=Now())


def trash_of(user: User) -> QuerySet[Post]:
    """The user's deleted posts that can be restored."""
    return Post.objects.filter(owner=user, deleted_at__gt=Now() - IN_TRASH)


def restorable(user: User, post_id: uuid.UUID) -> QuerySet[Post]:
    """The user's deleted post, or nothing if it can no longer be restored."""
    return trash_of(user).filter(pk=post_id)


def restore(user: User, post_id: uuid.UUID) -> None:
    """Undo `delete`. Raises NotFound when it is too late, or when the post was not deleted."""
    if not restorable(user, post_id).update(deleted_at=None):
        raise NotFound("It’s too late to restore this post.")
