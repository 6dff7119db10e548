"""Notes about customers, for colleagues."""

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from staff.models import StaffNote


def add(*, user: User, author: User, text: str) -> StaffNote:
    return StaffNote.objects.create(user=user, author=author, text=text)


def notes_of(user: User) -> QuerySet[StaffNote]:
    """The newest first, each with the address of its author, `by`; None if that account is gone."""
    author = User.objects.filter(pk=OuterRef("author_id")).values("email")
    return StaffNote.objects.filter(user=user).annotate(by=Subquery(author)).order_by("-pk")
