"""Webhooks and mails about runs, and how far their delivery is."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from procrastinate.contrib.django.models import ProcrastinateJob

from generation.models import Notification
from generation.notifications.schedule import LOCK_PREFIX, MAX_ATTEMPTS
from generation.notifications.webhooks import without_query
from staff.actions.catalogue import offered
from staff.admin.base import Screens
from staff.admin.cells import link, moment, state
from staff.admin.filters import When, by
from staff.admin.search import people, uuid_of


class Notifications(Screens[Notification]):
    title = "Notifications"
    list_display = ("what", "event_of", "account", "state_", "attempts", "answer", "made")
    list_filter = (
        by("state", Notification.State.choices),
        by("kind", Notification.Kind.choices),
        When,
    )
    search_by = "Id of a notification, run or user; or a whole email"
    screen_template = "staff/notification.html"

    def rows(self) -> QuerySet[Notification]:
        return Notification.objects.select_related("event__run__owner").defer(
            "event__data", "event__run__brief", "event__run__outline"
        )

    def screen_rows(self) -> QuerySet[Notification]:
        return Notification.objects.select_related("event__run__owner")

    def found(self, rows: QuerySet[Notification], words: str) -> QuerySet[Notification]:
        if number := uuid_of(words):
            return rows.filter(Q(pk=number) | Q(event__run=number) | Q(event__run__owner=number))
        return rows.filter(event__run__owner__in=people(words))

    def screen(self, notification: Notification, request: HttpRequest) -> dict[str, Any]:
        run = notification.event.run
        lock = f"{LOCK_PREFIX}{notification.pk}"
        return {
            "title": f"{notification.get_kind_display()} about {run.asked}",
            "actions": offered(notification, request.user),
            "run": run,
            "max_attempts": MAX_ATTEMPTS,
            "url": without_query(run.callback_url) if notification.kind == Notification.Kind.CALLBACK else "",
            "job": ProcrastinateJob.objects.filter(queueing_lock=lock).order_by("-pk").first(),
        }

    @display(description="Notification")
    def what(self, notification: Notification) -> str:
        return notification.get_kind_display()

    @display(description="About")
    def event_of(self, notification: Notification) -> str:
        return link(notification.event.run, notification.event.type)

    @display(description="Account")
    def account(self, notification: Notification) -> str:
        owner = notification.event.run.owner
        return link(owner, owner.email)

    @display(description="State")
    def state_(self, notification: Notification) -> str:
        return state(notification.state)

    @display(description="Answer")
    def answer(self, notification: Notification) -> str:
        return " ".join(str(part) for part in (notification.last_status, notification.last_error) if part)

    @display(description="Made (UTC)")
    def made(self, notification: Notification) -> str:
        return moment(notification.created_at)
