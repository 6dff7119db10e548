"""Queues the mails of an account, in the transaction of whatever they are about. accounts.mails writes them.

A job contains no link: links that would let somebody in are made when the mail is sent.
"""

from typing import Any
from uuid import uuid4

from procrastinate.contrib.django import app

PRIORITY = -1
"""Below that of runs."""


def send_later(task: str, **arguments: Any) -> None:
    """`mail_id` is the same at every attempt, so that a mail program shows a mail only once."""
    app.configure_task(task, priority=PRIORITY).defer(mail_id=uuid4().hex, **arguments)
