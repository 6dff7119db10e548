"""What a worker does with the mails that wait."""

from asgiref.sync import async_to_sync
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def delivered() -> list[EmailMessage]:
    """Send the mails that wait, in order; returns them. Nothing may have been sent before."""
    assert not mail.outbox, "a request has sent a mail by itself"
    for job in ProcrastinateJob.objects.filter(task_name__startswith="mail_").order_by("id"):
        async_to_sync(app.tasks[job.task_name].func)(**job.args)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'mail\\_%%'", [])
    sent = list(mail.outbox)
    mail.outbox.clear()
    return sent
