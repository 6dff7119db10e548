"""Jobs that failed are kept for a month."""

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from generation.worker import ended_jobs

pytestmark = pytest.mark.django_db


def test_they_go_after_thirty_days() -> None:
    ages = {"failed": 31, "aborted": 31, "cancelled": 31, "todo": 31, "doing": 31}
    names = {f"{status} {days}": (status, days) for status, days in [*ages.items(), ("failed", 29)]}
    with connection.cursor() as cursor:
        for name, (status, days) in names.items():
            job = app.configure_task("mail_account_exists", queue=name).defer(mail_id="1", email="a@b.org")
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job])
            past = "UPDATE procrastinate_events SET at = at - make_interval(days => %s) WHERE job_id = %s"
            cursor.execute(past, [days, job])
    assert ended_jobs.purge() == 3
    left = set(ProcrastinateJob.objects.values_list("queue_name", flat=True))
    assert left == {"failed 29", "todo 31", "doing 31"}
    assert set(ProcrastinateEvent.objects.values_list("job__queue_name", flat=True)) == left
