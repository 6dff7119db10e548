"""What a person does in a browser, and the jobs that follow."""

import re
from typing import Any

from asgiref.sync import async_to_sync
from django.core import mail
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import SecurityEvent, User

MAILS = (
    *("mail_confirmation", "mail_account_exists", "mail_password_reset"),
    *("mail_security_event", "mail_export"),
)
PASSWORD = "a password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)


def sign_in(
    user: User, *, agent: str = FIREFOX, address: str = "203.0.113.7", password: str = PASSWORD
) -> Any:
    """The browser, with what came of it as `reply`."""
    browser: Any = Client(headers={"User-Agent": agent, "Accept": "text/html"}, REMOTE_ADDR=address)
    browser.reply = browser.post("/sign-in", {"login": user.email, "password": password})
    return browser


def long_ago(browser: Any) -> Any:
    """The browser, in which nobody has typed the password for a while."""
    session = browser.session
    session.pop("account_authentication_methods", None)
    session.save()
    return browser


def confirmed(browser: Client, reply: Any, password: str = PASSWORD) -> Any:
    """What comes of a form that asked for the password first."""
    assert reply.headers["Location"].startswith("/sign-in-again"), reply.content
    return browser.post(reply.headers["Location"], {"password": password})


def kinds_of(user: User) -> list[str]:
    """The kinds of their events, oldest first."""
    return list(SecurityEvent.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def run_jobs(*names: str) -> int:
    """Run the jobs of these names that are waiting, once each; returns how many."""
    jobs = list(ProcrastinateJob.objects.filter(task_name__in=names, status="todo").order_by("id"))
    for job in jobs:
        async_to_sync(app.tasks[job.task_name].func)(**job.args)
    ProcrastinateJob.objects.filter(pk__in=[job.pk for job in jobs])._raw_delete("default")
    return len(jobs)


def mailed() -> list[Any]:
    """The mails about what has happened, sent now."""
    mail.outbox.clear()
    run_jobs(*MAILS)
    return list(mail.outbox)


def link_in(message: Any, path: str) -> str:
    """The path of the link to a page in a mail, which has just one."""
    (link,) = re.findall(rf"https?://[^/\s]+(/{path}/\S+)", str(message.body))
    return str(link)
