"""Conversations, found or created by the name that their owner gave them."""

from uuid_utils.compat import uuid7

from accounts.models import User
from generation.models import Conversation

NAME = r"[A-Za-z0-9_-]{1,100}"
"""The names that a conversation may have."""


def conversation_named(owner: User, name: str) -> Conversation:
    """The owner's conversation of that name, created if there is none; an empty name creates another."""
    if not name:
        return Conversation.objects.create(owner=owner, name=str(uuid7()))
    Conversation.objects.bulk_create([Conversation(owner=owner, name=name)], ignore_conflicts=True)
    return Conversation.objects.get(owner=owner, name=name)
