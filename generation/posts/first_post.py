"""The sample post in the library of a new account. Imported by GenerationConfig.ready."""

from typing import Any

from django.dispatch import receiver
from uuid_utils.compat import uuid7

from accounts.models import User
from accounts.signals import account_created
from generation.models import Conversation, Post
from generation.posts.sample import sample_draft
from generation.posts.services import store


@receiver(account_created)
def store_sample(user: User, **_: Any) -> Post:
    """It has no run and takes no unit. The API and the archive of the account leave it out: it is ours."""
    return store(
        id=uuid7(),
        owner_id=user.pk,
        conversation=Conversation.objects.create(owner=user, name=str(uuid7())),
        language="en",
        draft=sample_draft(),
        written_by=("", ""),
        sample=True,
    )
