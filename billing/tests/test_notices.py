"""Mails about what somebody has used: when, how often, to whom, and how they are switched off."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from asgiref.sync import async_to_sync
from django.core.mail import EmailMultiAlternatives
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from billing import quotas, tasks
from billing.models import Meter, Notice, TierLimit, UserQuota
from billing.notices import queue
from billing.notices.preferences import off_url, set_usage_notices, wants_usage_notices
from billing.tiers import set_tier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole_month_in_a_day(db: None) -> None:
    TierLimit.objects.filter(tier="free").update(posts_per_day=None)


def used(user: User, units: int, meter: Meter = Meter.POSTS) -> None:
    run_id = uuid4()
    quotas.reserve(user, run_id, units, meter)
    quotas.settle(run_id)


def tick() -> None:
    """What happens every five minutes, and what the worker does then."""
    async_to_sync(tasks.note_usage.func)(0)
    work()


def work() -> None:
    for job in ProcrastinateJob.objects.filter(status="todo", task_name="send_billing_notice"):
        ProcrastinateJob.objects.filter(pk=job.pk).delete()
        async_to_sync(tasks.send_billing_notice.func)(**job.args)


def subjects(mails: list[EmailMultiAlternatives]) -> list[str]:
    return [str(mail.subject) for mail in mails]


def test_at_80_and_at_100_percent_once_each(alice: User, mailoutbox: list[EmailMultiAlternatives]) -> None:
    used(alice, 3)
    tick()
    assert mailoutbox == []
    used(alice, 1)
    for _ in range(3):
        tick()
    used(alice, 1)
    for _ in range(3):
        tick()
    assert subjects(mailoutbox) == [
        "You’ve used 4 of the 5 posts this month",
        "You’ve used all 5 posts this month",
    ]
    first = mailoutbox[0]
    resets_at = quotas.usage(alice)["resets_at"]
    assert first.to == ["alice@example.com"]
    assert f"Your next month starts on {resets_at:%B %-d, %Y}" in str(first.body)
    assert "http://127.0.0.1:8000/pricing" in str(first.body)
    html, _ = first.alternatives[0]
    assert isinstance(html, str)
    assert "You’ve used 4 of the 5 posts in your Free plan this month." in html
    assert off_url(alice) in html


def test_what_is_only_reserved_is_not_used(alice: User, mailoutbox: list[EmailMultiAlternatives]) -> None:
    quotas.reserve(alice, uuid4(), 5)
    tick()
    assert mailoutbox == []


def test_from_nothing_to_all_is_one_mail(alice: User, mailoutbox: list[EmailMultiAlternatives]) -> None:
    used(alice, 5)
    tick()
    quotas.grant(alice, 1, reason="An outage", actor=alice)  # five of six are 83 %
    tick()
    assert subjects(mailoutbox) == ["You’ve used all 5 posts this month"]


def test_each_meter_has_its_own(alice: User, mailoutbox: list[EmailMultiAlternatives]) -> None:
    used(alice, 24, Meter.ASSISTS)
    used(alice, 5)
    tick()
    assert sorted(subjects(mailoutbox)) == [
        "You’ve used 24 of the 30 assists this month",
        "You’ve used all 5 posts this month",
    ]


def test_a_new_month_is_told_anew(alice: User, mailoutbox: list[EmailMultiAlternatives]) -> None:
    used(alice, 4)
    tick()
    passed = timedelta(days=40)
    User.objects.update(date_joined=alice.date_joined - passed)
    for quota in UserQuota.objects.all():
        UserQuota.objects.filter(pk=quota.pk).update(
            period_start=quota.period_start - passed, day=quota.day - passed
        )
    tick()
    used(alice, 4)
    tick()
    assert len(mailoutbox) == 2


def test_a_smaller_plan_counts_without_another_post(
    alice: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    set_tier(user=alice, tier="starter")
    used(alice, 5)
    tick()
    assert mailoutbox == []
    set_tier(user=alice, tier="free")
    tick()
    assert subjects(mailoutbox) == ["You’ve used all 5 posts this month"]


def test_on_the_largest_plan_there_is_no_larger_one(
    mallory: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    used(mallory, 1000)
    tick()
    assert "larger" not in str(mailoutbox[0].body)
    assert "/pricing" not in str(mailoutbox[0].body)


def test_without_a_limit_there_is_nothing_to_say(
    mallory: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    TierLimit.objects.filter(tier="business").update(posts_per_month=None)
    used(mallory, 1000)
    tick()
    assert mailoutbox == []


CHANGES: dict[str, Callable[[User], object]] = {
    "a larger plan": lambda user: set_tier(user=user, tier="pro"),
    "more units": lambda user: quotas.grant(user, 2, reason="An outage", actor=user),
    "another wish": lambda user: set_usage_notices(user=user, wanted=False),
    "a closed account": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "another month": lambda user: User.objects.filter(pk=user.pk).update(
        date_joined=user.date_joined - timedelta(days=40)
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_not_true_any_more_is_not_sent(
    alice: User, mailoutbox: list[EmailMultiAlternatives], change: Callable[[User], object]
) -> None:
    used(alice, 5)
    async_to_sync(tasks.note_usage.func)(0)
    change(alice)
    work()
    assert mailoutbox == []
    assert Notice.objects.exclude(done_at=None).count() == 1


def test_only_a_confirmed_address_gets_mail_where_that_is_asked(
    alice: User, bob: User, settings: Any, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    settings.EMAIL_VERIFICATION = "mandatory"
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    for user in (alice, bob):
        used(user, 5)
    tick()
    assert [mail.to for mail in mailoutbox] == [[bob.email]]


# Crashes ---------------------------------------------------------------------------------------------


def test_a_mail_server_in_trouble_is_asked_again(
    alice: User, mailoutbox: list[EmailMultiAlternatives], monkeypatch: pytest.MonkeyPatch
) -> None:
    used(alice, 5)

    def hang_up(mail: EmailMultiAlternatives) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch, pytest.raises(ConnectionResetError):
        patch.setattr(EmailMultiAlternatives, "send", hang_up)
        tick()
    lost_its_job()
    tick()
    assert len(mailoutbox) == 1


def lost_its_job() -> None:
    """As when a worker was killed, or all attempts of the job have failed, a while ago."""
    assert Notice.objects.update(created_at=timezone.now() - timedelta(minutes=16)) == 1
    ProcrastinateJob.objects.filter(status="todo").delete()


def test_a_crash_after_the_mail_sends_the_same_one_again(
    alice: User, mailoutbox: list[EmailMultiAlternatives], monkeypatch: pytest.MonkeyPatch
) -> None:
    used(alice, 5)

    def die(notice_id: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("billing.notices.send._mark_done", die)
        tick()
    lost_its_job()
    tick()
    tick()
    assert [mail.extra_headers["Message-ID"] for mail in mailoutbox] == [
        f"<{Notice.objects.get().pk}@127.0.0.1>"
    ] * 2


def test_what_waits_for_its_job_is_left_to_it(alice: User) -> None:
    used(alice, 5)
    async_to_sync(tasks.note_usage.func)(0)
    Notice.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    assert queue.sweep() == 0
    ProcrastinateJob.objects.all().delete()
    assert queue.sweep() == 1


def test_old_news_is_no_news_and_is_forgotten(alice: User, mailoutbox: list[EmailMultiAlternatives]) -> None:
    used(alice, 5)
    async_to_sync(tasks.note_usage.func)(0)
    ProcrastinateJob.objects.all().delete()
    Notice.objects.update(created_at=timezone.now() - timedelta(days=2))
    tick()
    assert mailoutbox == []
    Notice.objects.update(created_at=timezone.now() - timedelta(days=91))
    async_to_sync(tasks.purge_billing.func)(0)
    assert not Notice.objects.exists()


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_looked_for_by_four_at_once_it_is_found_once(alice: User) -> None:
    TierLimit.objects.filter(tier="free").update(posts_per_day=None)
    used(alice, 5)

    def look(_: int) -> int:
        from billing.notices import usage

        try:
            return usage.note()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(look, range(4))) == [0, 0, 0, 1]
    assert ProcrastinateJob.objects.filter(task_name="send_billing_notice").count() == 1


# The way off -----------------------------------------------------------------------------------------


def test_one_click_in_the_mail_program_is_enough(
    alice: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    used(alice, 4)
    tick()
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert wants_usage_notices(alice), "a look at the link is no click"
    reply = program.post(path, {"List-Unsubscribe": "One-Click"})
    assert (reply.status_code, "Usage emails are off" in reply.text) == (200, True)
    assert not wants_usage_notices(alice)
    assert program.post(path).status_code == 200
    used(alice, 1)
    tick()
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    "token",
    [
        lambda user: str(user.pk),
        lambda user: f"{user.pk}:forged",
        lambda user: Signer(salt="another purpose").sign(str(user.pk)),
        lambda user: Signer(salt="billing.notices.preferences").sign("nobody"),
        lambda user: Signer(salt="billing.notices.preferences").sign(str(uuid4())),
    ],
)
def test_a_link_that_we_did_not_make_changes_nothing(
    alice: User, client: Client, token: Callable[[User], str]
) -> None:
    path = f"/usage-emails/off/{token(alice)}"
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    assert wants_usage_notices(alice)


def test_the_settings_switch_it_off_and_on(client: Client, alice: User) -> None:
    path = "/settings/notifications"
    client.force_login(alice)
    on = 'name="usage" checked'
    assert on in client.get("/settings").text
    assert client.post(path, {}).headers["Location"] == "/settings#notifications"
    page = client.get("/settings")
    assert on not in page.text and "Your choice is saved." in page.text
    assert not wants_usage_notices(alice)
    client.post(path, {"usage": "on"})
    assert wants_usage_notices(alice)
