"""The queue. Jobs that went well are deleted, so what is here waits, runs or has failed."""

from typing import Any

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from staff.admin.base import Screens
from staff.admin.cells import moment, state
from staff.admin.filters import by

MOST_SHOWN = 200


class Jobs(Screens[ProcrastinateJob]):
    title = "Jobs"
    list_display = ("id", "task_name", "state", "attempts", "priority", "asked", "starts")
    list_filter = (by("status", [(each, each.capitalize()) for each in ProcrastinateJob.STATUSES], "State"),)
    search_by = "Id of a job, or the name of its task"
    screen_template = "staff/job.html"

    def found(self, rows: QuerySet[ProcrastinateJob], words: str) -> QuerySet[ProcrastinateJob]:
        if words.isdecimal() and words.isascii() and len(words) < 19:
            return rows.filter(pk=int(words))
        return rows.filter(task_name=words)

    def screen(self, job: ProcrastinateJob, request: HttpRequest) -> dict[str, Any]:
        events = ProcrastinateEvent.objects.filter(job=job).order_by("pk")[:MOST_SHOWN]
        return {"title": f"Job {job.pk}: {job.task_name}", "actions": [], "events": events}

    @display(description="State")
    def state(self, job: ProcrastinateJob) -> str:
        return state(job.status)

    @display(description="About")
    def asked(self, job: ProcrastinateJob) -> str:
        return ", ".join(f"{name} {value}" for name, value in job.args.items())[:80]

    @display(description="Not before (UTC)")
    def starts(self, job: ProcrastinateJob) -> str:
        return moment(job.scheduled_at)
