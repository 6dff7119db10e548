"""Filters of the library that their owner saved under a name."""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from blogai.core.errors import Conflict, NotFound, ValidationFailed
from generation.models import SavedFilter

MAX_NAME = 60
MAX_SAVED = 30
"""Of one owner."""


def saved_filters_of(user: User) -> "QuerySet[SavedFilter]":
    return SavedFilter.objects.filter(owner=user).order_by("name", "pk")


@transaction.atomic
def save_filter(user: User, name: str, query: Mapping[str, str]) -> SavedFilter:
    """Save it under this name, instead of the one that has it. Raises ValidationFailed and Conflict."""
    name = clean_name(name)
    if not query:
        raise ValidationFailed("Narrow the list before you save it.")
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)  # so that nobody saves beside us
    others = saved_filters_of(user).exclude(name=name)
    if others.count() >= MAX_SAVED:
        raise Conflict(f"You have {MAX_SAVED} saved views. Delete one to make room.")
    saved, _ = SavedFilter.objects.update_or_create(owner=user, name=name, defaults={"query": dict(query)})
    return saved


@transaction.atomic
def rename_filter(user: User, filter_id: uuid.UUID, name: str) -> None:
    """Raises NotFound, ValidationFailed, and Conflict when another one has the name."""
    name = clean_name(name)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    if saved_filters_of(user).filter(name=name).exclude(pk=filter_id).exists():
        raise Conflict("Another saved view has this name.")
    if not saved_filters_of(user).filter(pk=filter_id).update(name=name):
        raise NotFound("We can’t find that saved view.")


def delete_filter(user: User, filter_id: uuid.UUID) -> None:
    """Raises NotFound."""
    gone, _ = saved_filters_of(user).filter(pk=filter_id).delete()
    if not gone:
        raise NotFound("We can’t find that saved view.")


def clean_name(typed: str) -> str:
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in typed).split())
    if not name:
        raise ValidationFailed("Name the view.")
    if len(name) > MAX_NAME:
        raise ValidationFailed(f"A name has up to {MAX_NAME} characters.")
    return name
