"""The mails that people get when their run ends, in which what they typed stays plain text."""

from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings
from uuid_utils.compat import uuid7

from accounts.models import User
from blogai.core.errors import Conflict
from generation.llm.simulated import Failure, Server
from generation.models import Notification, Run
from generation.notifications.deliver import NotDelivered
from generation.notifications.deliveries import resend
from generation.notifications.mails import build_mail
from generation.notifications.tests.acting import a_run, attempt, write
from generation.runs import control


def mailed(run: Run) -> Notification:
    write(run)
    return attempt(Notification.objects.get())


def test_a_finished_post_is_mailed(
    client_for: Any, alice: User, provider: Server, mailoutbox: list[EmailMessage]
) -> None:
    body = {"topic": "How tides work", "sections": 1, "email_when_done": True}
    client_for(alice).post("/generate-blog", body, headers={"Prefer": "respond-async"})
    notification = mailed(Run.objects.get())
    (mail,) = mailoutbox
    title = notification.event.data["title"]
    assert (mail.to, mail.subject) == (["alice@example.com"], f"Your post is ready: {title}")
    assert f"Your post is ready: {title}\n\nhttp://127.0.0.1:8000/posts/{Run.objects.get().post_id}\n" in str(
        mail.body
    )
    assert mail.extra_headers["Message-ID"] == f"<{notification.pk}@127.0.0.1>"
    attempt(notification)
    assert len(mailoutbox) == 1


def test_a_failure_says_why_and_what_is_kept(
    alice: User, provider: Server, mailoutbox: list[EmailMessage]
) -> None:
    provider.script.add(Failure(401), times=None)
    mailed(a_run(alice, email_when_done=True))
    (mail,) = mailoutbox
    assert mail.subject == "We couldn’t finish your post: How tides work"
    assert Run.objects.get().error_detail in str(mail.body)
    assert "The post doesn’t count toward your plan. Have" in str(mail.body)


def test_a_stopped_post_says_so(alice: User, provider: Server, mailoutbox: list[EmailMessage]) -> None:
    run = a_run(alice, email_when_done=True)
    control.cancel(alice, run.pk)
    attempt(Notification.objects.get())
    assert mailoutbox[0].subject == "We stopped writing your post: How tides work"
    assert "\n\nYou asked us to.\n\n" in str(mailoutbox[0].body)


@pytest.mark.parametrize(
    ("topic", "shown"),
    [
        ("Tides\r\nBcc: victim@example.com", "Tides Bcc: victim@example.com"),
        ("Tides\n\nBcc: victim@example.com\x0b\x85\u2028x", "Tides Bcc: victim@example.com x"),
        ("Tides\x07 & <b>moon</b> {{ name }} {% now %}", "Tides & <b>moon</b> {{ name }} {% now %}"),
        ("潮汐 👩‍🔬", "潮汐 👩‍🔬"),
    ],
)
def test_odd_topics_are_text(
    alice: User, provider: Server, mailoutbox: list[EmailMessage], topic: str, shown: str
) -> None:
    run = a_run(alice, topic, email_when_done=True)
    control.cancel(alice, run.pk)
    attempt(Notification.objects.get())
    (mail,) = mailoutbox
    assert mail.subject == f"We stopped writing your post: {shown}"
    assert f"We stopped writing your post: {shown}\n" in str(mail.body)
    sent = mail.message()
    assert sent["Bcc"] is None
    assert mail.recipients() == ["alice@example.com"]


def test_a_long_topic_has_a_short_subject(alice: User, provider: Server) -> None:
    run = a_run(alice, "潮" * 500, email_when_done=True)
    control.cancel(alice, run.pk)
    notification = Notification.objects.select_related("event__run").get()
    assert len(build_mail(notification, "alice@example.com", has_finished_parts=False).subject) == 100


def test_only_a_confirmed_address_gets_mail_where_that_is_asked(
    alice: User, provider: Server, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.EMAIL_VERIFICATION = "mandatory"
    address = EmailAddress.objects.create(user=alice, email=alice.email, verified=False, primary=True)
    notification = mailed(a_run(alice, email_when_done=True))
    assert (notification.state, notification.last_error, mailoutbox) == (
        "failed",
        "address_not_confirmed",
        [],
    )
    address.verified = True
    address.save()
    Notification.objects.update(state=Notification.State.PENDING)
    attempt(notification)
    assert len(mailoutbox) == 1


def test_a_mail_server_in_trouble_is_asked_again(
    alice: User, provider: Server, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write(a_run(alice, email_when_done=True))
    notification = Notification.objects.get(event__run=run)
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", _hang_up)
        with pytest.raises(NotDelivered):
            attempt(notification)
    assert attempt(notification).state == Notification.State.DELIVERED
    assert (notification.attempts, len(mailoutbox)) == (2, 1)


def _hang_up(mail: EmailMessage) -> None:
    raise SMTPServerDisconnected


def test_the_form_asks_for_it(browser: Client, provider: Server) -> None:
    assert "Email me when it’s done" in browser.get("/new").text
    sent = {"form": str(uuid7()), "topic": "Tides", "sections": "1", "tone": "casual", "language": "en"}
    browser.post("/new", sent)
    assert not Run.objects.get().email_when_done
    refused = browser.post("/new", {**sent, "topic": "", "email_when_done": "on"})
    assert 'name="email_when_done" checked' in refused.text
    browser.post("/new", {**sent, "form": str(uuid7()), "email_when_done": "on"})
    assert Run.objects.latest("pk").email_when_done


def test_a_mail_that_was_sent_is_sent_once_more(
    alice: User, provider: Server, mailoutbox: list[EmailMessage]
) -> None:
    notification = mailed(a_run(alice, email_when_done=True))
    resend(notification.pk)
    with pytest.raises(Conflict, match="still sending"):
        resend(notification.pk)
    assert attempt(notification).state == Notification.State.DELIVERED
    first, second = mailoutbox
    assert (first.subject, first.body) == (second.subject, second.body)
