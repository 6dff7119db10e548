"""What staff did. Nothing here can be changed."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Q, QuerySet

from accounts.models import User
from staff.actions.catalogue import ACTIONS
from staff.admin.base import Screens
from staff.admin.cells import link, moment
from staff.admin.filters import When, by
from staff.admin.search import email_of, people, uuid_of
from staff.models import StaffAction


class Record(Screens[StaffAction]):
    title = "What staff did"
    list_display = ("did", "to", "account", "reason", "entered", "by", "when", "request_id")
    list_filter = (by("action", [(name, action.button) for name, action in ACTIONS.items()]), When)
    search_by = "Id of a user or of what it was done to; or a whole email"

    def rows(self) -> QuerySet[StaffAction]:
        return named(StaffAction.objects.all())

    def found(self, rows: QuerySet[StaffAction], words: str) -> QuerySet[StaffAction]:
        if number := uuid_of(words):
            return rows.filter(Q(subject=number) | Q(actor=number) | Q(object_id=str(number)))
        whoever = people(words)
        return rows.filter(Q(subject__in=whoever) | Q(actor__in=whoever))

    @display(description="What")
    def did(self, done: StaffAction) -> str:
        return button_of(done)

    @display(description="To")
    def to(self, done: StaffAction) -> str:
        return f"{done.object_type} {done.object_id}"

    @display(description="Account")
    def account(self, done: Any) -> str:
        return link(User(pk=done.subject_id), done.subject_email) if done.subject_email else "–"

    @display(description="Entered")
    def entered(self, done: StaffAction) -> str:
        return details_of(done)

    @display(description="By")
    def by(self, done: Any) -> str:
        return done.actor_email or str(done.actor_id)

    @display(description="When (UTC)")
    def when(self, done: StaffAction) -> str:
        return moment(done.created_at)


def named(rows: QuerySet[StaffAction]) -> QuerySet[StaffAction]:
    """With the addresses of whoever did it, and of whom it was about."""
    return rows.annotate(actor_email=email_of("actor_id"), subject_email=email_of("subject_id"))


def button_of(done: StaffAction) -> str:
    """What the button said; the action's name, if there is none any more."""
    action = ACTIONS.get(done.action)
    return action.button if action else done.action


def details_of(done: StaffAction) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in done.details.items() if value)
