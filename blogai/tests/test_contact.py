"""The contact form: what reaches support, what does not, and that no message is lost."""

import asyncio
import re
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from asgiref.sync import async_to_sync
from django.core.mail import EmailMessage
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from accounts.models import User
from blogai.contact import services
from blogai.contact.tasks import mail_contact_message, requeue_contact_messages
from blogai.core.db import in_database
from blogai.models import ContactMessage
from blogai.tests.clocks import Clock
from generation.worker.sweep import sweep
from generation.worker.tests.live import HANGS, live_worker

pytestmark = pytest.mark.django_db

BROWSER = {"Accept": "text/html"}
SENT = {"topic": "post", "text": "It stopped at section 2.", "request_id": "ab12"}
ANONYMOUS = {**SENT, "email": "carol@example.org"}


@pytest.fixture(autouse=True)
def _support(settings: Settings) -> None:
    settings.SUPPORT_EMAIL = "help@blog.example.org"


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def run_job() -> None:
    """What a worker does with the newest message's job."""
    job = ProcrastinateJob.objects.filter(task_name="mail_contact_message").latest("pk")
    async_to_sync(mail_contact_message.func)(**job.args)


def test_it_works(browser: Client, alice: User, mailoutbox: list[EmailMessage]) -> None:
    form = browser.get("/contact")
    assert form.status_code == 200
    assert alice.email in form.text and 'name="email"' not in form.text
    reply = browser.post("/contact", SENT)
    assert (reply.status_code, reply.headers["Location"]) == (302, "/contact/sent")
    assert "on its way" in browser.get("/contact/sent").text
    assert mailoutbox == []
    run_job()
    to_support, confirmation = mailoutbox
    assert (to_support.to, to_support.reply_to) == (["help@blog.example.org"], [alice.email])
    assert to_support.subject == "[A post] alice@example.com"
    assert f"Account: {alice.pk} (signed in)" in str(to_support.body)
    assert "Request ID: ab12\n" in str(to_support.body)
    assert str(to_support.body).endswith("\nIt stopped at section 2.\n")
    assert (confirmation.to, confirmation.subject) == ([alice.email], "We got your message")
    assert "It stopped at section 2." in str(confirmation.body)
    assert not ContactMessage.objects.exists()


def test_whoever_is_not_signed_in_is_asked_for_an_address_and_gets_no_mail(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    assert 'name="email"' in client.get("/contact").text
    assert client.post("/contact", ANONYMOUS).status_code == 302
    run_job()
    (to_support,) = mailoutbox
    assert to_support.reply_to == ["carol@example.org"]
    assert "not signed in" in str(to_support.body)


def test_an_address_that_nobody_confirmed_gets_no_mail(
    browser: Client, alice: User, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.EMAIL_VERIFICATION = "mandatory"
    browser.post("/contact", SENT)
    run_job()
    assert [mail.to for mail in mailoutbox] == [["help@blog.example.org"]]
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    browser.post("/contact", SENT)
    run_job()
    assert [mail.to for mail in mailoutbox[1:]] == [["help@blog.example.org"], [alice.email]]


def test_the_request_id_of_an_error_page_is_filled_in(client: Client) -> None:
    error = client.get("/nothing", headers=BROWSER)
    found = re.search(r'href="(/contact\?request_id=[^"]+)"', error.text)
    assert found
    request_id = error.headers["X-Request-ID"]
    assert f'name="request_id" value="{request_id}"' in client.get(found[1]).text


def test_a_request_id_from_elsewhere_is_not(client: Client) -> None:
    for odd in ("a b", "x" * 101, "<b>", "ä", "a\nb"):
        assert 'name="request_id" value=' not in client.get("/contact", {"request_id": odd}).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": ""}, "Enter your email address."),
        ({"email": "carol"}, "Enter a valid email address"),
        ({"email": "carol@example.org\nBcc: all@example.org"}, "Enter a valid email address"),
        ({"email": "carol@example.org\r\nBcc: all@example.org"}, "Enter a valid email address"),
        ({"email": "carol@example.org, all@example.org"}, "Enter a valid email address"),
        ({"email": f"{'c' * 250}@example.org"}, "Use up to 254 characters."),
        ({"text": ""}, "Tell us how we can help"),
        ({"text": " \n "}, "Tell us how we can help"),
        ({"text": "a\x00b"}, "Null characters are not allowed"),
        ({"text": "x" * 5001}, "up to 5,000 characters. Yours has 5001"),
        ({"topic": "post\nBcc: all@example.org"}, "Choose one from the list."),
        ({"topic": ""}, "Choose one from the list."),
        ({"request_id": "ab 12"}, "one of our request IDs"),
        ({"request_id": "ab12\nBcc: all@example.org"}, "one of our request IDs"),
        ({"request_id": "x" * 101}, "Use up to 100 characters."),
    ],
)
def test_a_mistake_is_said_and_nothing_is_sent(client: Client, changed: dict[str, str], said: str) -> None:
    reply = client.post("/contact", {**ANONYMOUS, **changed})
    assert reply.status_code == 422
    assert said in reply.text
    if changed.get("text") is None:
        assert SENT["text"] in reply.text
    assert not ContactMessage.objects.exists()


def test_lines_count_as_they_were_typed(client: Client) -> None:
    """Browsers send two characters for each line break, and count one."""
    assert client.post("/contact", {**ANONYMOUS, "text": "x\r\n" * 2499 + "x"}).status_code == 302
    assert len(ContactMessage.objects.get().text) == 4999


@pytest.mark.parametrize("size", [900_000, 1_100_000])
def test_a_megabyte_is_refused(client: Client, size: int) -> None:
    reply = client.post("/contact", {**ANONYMOUS, "text": "x" * size}, headers=BROWSER)
    assert reply.status_code == (422 if size < 1_000_000 else 413)
    assert not ContactMessage.objects.exists()


def test_html_is_text(client: Client, mailoutbox: list[EmailMessage]) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} {% debug %}\n\n.\nSubject: x"
    refused = client.post("/contact", {**ANONYMOUS, "email": "", "text": hostile})
    assert "<script>alert" not in refused.text and "&lt;script&gt;alert" in refused.text
    client.post("/contact", {**ANONYMOUS, "text": hostile})
    run_job()
    (to_support,) = mailoutbox
    assert hostile in str(to_support.body)
    raw = to_support.message()
    assert raw.get_content_type() == "text/plain"
    assert raw["Subject"] == "[A post] carol@example.org"


def test_a_robot_that_fills_in_everything_is_thanked(client: Client) -> None:
    reply = client.post("/contact", {**ANONYMOUS, "website": "https://spam.example"})
    assert (reply.status_code, reply.headers["Location"]) == (302, "/contact/sent")
    assert not ContactMessage.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_flood_is_held_back_and_what_was_typed_stays(
    client: Client, rate_limits: Clock, settings: Settings
) -> None:
    settings.RATE_LIMIT_GENERAL = 10_000
    sent = [client.post("/contact", {**ANONYMOUS, "email": f"{n}@example.org"}) for n in range(5)]
    assert [reply.status_code for reply in sent] == [302] * 5
    refused = client.post("/contact", ANONYMOUS)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Too many tries" in refused.text and SENT["text"] in refused.text
    assert ContactMessage.objects.count() == 5


def test_one_mailbox_is_not_used_for_a_flood(client: Client, rate_limits: Clock, settings: Settings) -> None:
    settings.RATE_LIMIT_GENERAL = 10_000
    statuses = [
        client.post("/contact", ANONYMOUS, REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(11)
    ]
    assert statuses == [302] * 10 + [429]


def test_without_a_support_address_there_is_no_form(client: Client, settings: Settings) -> None:
    settings.SUPPORT_EMAIL = ""
    page = client.get("/contact")
    assert page.status_code == 200
    assert "no support address" in page.text and "<textarea" not in page.text
    assert client.post("/contact", ANONYMOUS).status_code == 404
    assert not ContactMessage.objects.exists()


def test_a_page_that_only_prints_its_mails_says_so(client: Client, settings: Settings) -> None:
    said = "only printed in this server’s terminal"
    assert said not in client.get("/contact").text
    settings.MAILERS = {"default": {"BACKEND": "blogai.mail.Console"}}
    assert said in client.get("/contact").text


def test_another_site_cannot_send_it() -> None:
    reply = Client(enforce_csrf_checks=True).post("/contact", ANONYMOUS, headers=BROWSER)
    assert reply.status_code == 403
    assert not ContactMessage.objects.exists()


# Nothing is lost ---------------------------------------------------------------------------------


def test_a_mail_server_that_is_away_is_asked_again(
    browser: Client, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post("/contact", SENT)
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", _raising(SMTPServerDisconnected("gone")))
        with pytest.raises(SMTPServerDisconnected):
            run_job()
    assert ContactMessage.objects.get().forwarded_at is None
    run_job()
    assert len(mailoutbox) == 2


def test_support_gets_it_once_when_only_the_confirmation_fails(
    browser: Client, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post("/contact", SENT)
    send = EmailMessage.send

    def to_support_only(mail: EmailMessage, *args: Any) -> int:
        if mail.to != ["help@blog.example.org"]:
            raise SMTPServerDisconnected("gone")
        return send(mail, *args)

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", to_support_only)
        with pytest.raises(SMTPServerDisconnected):
            run_job()
    run_job()
    assert [mail.to for mail in mailoutbox] == [["help@blog.example.org"], ["alice@example.com"]]


def test_a_mailbox_that_does_not_exist_ends_it(
    browser: Client, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post("/contact", SENT)
    send = EmailMessage.send

    def to_support_only(mail: EmailMessage, *args: Any) -> int:
        if mail.to != ["help@blog.example.org"]:
            raise SMTPRecipientsRefused({mail.to[0]: (550, b"no such user")})
        return send(mail, *args)

    monkeypatch.setattr(EmailMessage, "send", to_support_only)
    run_job()
    assert len(mailoutbox) == 1
    assert not ContactMessage.objects.exists()


def test_a_job_that_died_with_its_worker_is_queued_again(browser: Client) -> None:
    browser.post("/contact", SENT)
    jobs = ProcrastinateJob.objects.filter(task_name="mail_contact_message")
    assert services.requeue() == 0, "its job waits"
    jobs.update(status="doing")  # with no worker: what a killed one leaves behind
    assert services.requeue() == 0, "nobody knows yet that it has died"
    sweep()
    assert not jobs.exists()
    async_to_sync(requeue_contact_messages.func)(timestamp=0)
    assert jobs.filter(status="todo").count() == 1


def test_a_message_that_was_given_up_is_taken_up_again(browser: Client) -> None:
    browser.post("/contact", SENT)
    ProcrastinateJob.objects.filter(task_name="mail_contact_message").update(status="failed")
    assert services.requeue() == 1


def test_a_message_that_is_mailed_already_is_mailed_once(
    browser: Client, mailoutbox: list[EmailMessage]
) -> None:
    browser.post("/contact", SENT)
    run_job()
    run_job()
    assert len(mailoutbox) == 2


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
async def test_a_live_worker_mails_it_and_forgets_it(mailoutbox: list[EmailMessage]) -> None:
    sender = await User.objects.acreate(email="alice@example.com")
    await in_database(services.receive)(user=sender, email="", topic="api", text="How?", request_id="")
    async with live_worker(), asyncio.timeout(HANGS):
        while await ContactMessage.objects.aexists():
            await asyncio.sleep(0.05)
    assert [mail.to for mail in mailoutbox] == [["help@blog.example.org"], ["alice@example.com"]]


def _raising(error: Exception) -> Any:
    def send(*args: object) -> int:
        raise error

    return send
