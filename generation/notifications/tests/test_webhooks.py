"""Webhooks at the end of a run, verified as a receiver would, and which of them are never sent."""

import base64
import hmac
import json
import logging
import re
import time
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from pytest_django import Settings

from accounts import webhook_secrets
from accounts.models import User
from billing import quotas
from blogai.core.egress import Limits, Rules
from generation.llm.simulated import Answer, Server
from generation.models import Notification, Run
from generation.notifications import schedule, webhooks
from generation.notifications.deliver import NotDelivered
from generation.notifications.tasks import RETRY
from generation.notifications.tests.acting import a_run, attempt, on_a_plan_with_webhooks, write
from generation.notifications.tests.receiving import Receiver
from generation.notifications.webhooks import signature_headers
from generation.runs import checkpoints, control, frames
from generation.runs.lease import Lease, LeaseLost

TOPIC = {"topic": "How tides work", "sections": 1}
AT_ONCE = {"Prefer": "respond-async"}


@pytest.fixture
def run(alice: User, provider: Server, receiver: Receiver) -> Run:
    return a_run(alice, callback_url=receiver.url)


@pytest.fixture
def notification(run: Run) -> Notification:
    """The notification of a run that has been written."""
    write(run)
    return Notification.objects.get()


def jobs() -> list[str]:
    return list(ProcrastinateJob.objects.filter(task_name="deliver_notice").values_list("status", flat=True))


def is_from_blog_ai() -> Callable[[dict[str, str], bytes, str], bool]:
    """The verification function from the guide of the API."""
    guide = (settings.BASE_DIR / "blogai/guide/articles/webhooks.md").read_text()
    found = re.search(r"^(def is_from_blog_ai.*?)\n\n\n", guide, re.S | re.M)
    assert found
    names: dict[str, Any] = {"base64": base64, "hmac": hmac, "time": time}
    exec(found[1], names)  # noqa: S102 (our own text)
    return names["is_from_blog_ai"]  # type: ignore[no-any-return]


def test_a_finished_post_is_told_once_and_signed(
    client_for: Any, alice: User, mallory: User, provider: Server, receiver: Receiver
) -> None:
    client = client_for(on_a_plan_with_webhooks(alice))
    accepted = client.post("/generate-blog", {**TOPIC, "callback_url": receiver.url}, headers=AT_ONCE).json()
    status_url = f"/api/v1/runs/{accepted['run_id']}"
    assert client.get(status_url).json()["callback"] is None
    run = write(Run.objects.get())
    assert jobs() == ["todo"]
    pending = {"state": "pending", "attempts": 0, "last_status": None, "last_error": ""}
    assert client.get(status_url).json()["callback"] == pending

    notification = attempt(Notification.objects.get())
    ((headers, body),) = receiver.requests
    told = json.loads(body)
    assert told.pop("created_at") == notification.event.created_at.isoformat()
    assert told == {
        "type": "run.completed",
        "run_id": str(run.pk),
        "post_id": accepted["id"],
        "conversation_id": accepted["conversation_id"],
        "status": "completed",
        "title": notification.event.data["title"],
        "error": None,
        "url": f"http://127.0.0.1:8000/posts/{accepted['id']}",
        "status_url": f"http://127.0.0.1:8000{status_url}",
    }
    assert headers["content-type"] == "application/json"
    check = is_from_blog_ai()
    assert check(headers, body, webhook_secrets.current(alice))
    assert not check(headers, body + b" ", webhook_secrets.current(alice))
    assert not check(headers, body, webhook_secrets.current(mallory))
    assert not check({**headers, "webhook-timestamp": "1"}, body, webhook_secrets.current(alice))
    delivered = {"state": "delivered", "attempts": 1, "last_status": 204, "last_error": ""}
    assert client.get(status_url).json()["callback"] == delivered

    attempt(notification)
    assert len(receiver.requests) == 1, "a job that runs twice tells once"


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example from the tests of the Standard Webhooks libraries."""
    headers = signature_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        1614265330,
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_failure_is_told_and_trying_again_tells_again(
    alice: User, run: Run, provider: Server, receiver: Receiver
) -> None:
    provider.script.add(Answer(text=""), schema=False, times=None)
    write(run)
    attempt(Notification.objects.get())
    provider.script.clear()
    control.retry(alice, run.pk)
    write(run)
    attempt(Notification.objects.latest("pk"))
    first, second = (json.loads(body) for _, body in receiver.requests)
    assert (first["type"], first["status"], first["title"]) == ("run.failed", "failed", None)
    failed = Notification.objects.earliest("pk").event.data
    assert first["error"] == {"code": failed["code"], "detail": failed["detail"]}
    assert second["type"] == "run.completed"
    assert len(set(receiver.ids)) == 2


def test_a_cancelled_run_is_told(alice: User, run: Run, receiver: Receiver) -> None:
    control.cancel(alice, run.pk)
    attempt(Notification.objects.get())
    told = json.loads(receiver.requests[0][1])
    assert (told["type"], told["status"], told["error"]) == ("run.cancelled", "cancelled", None)


def test_nobody_is_told_who_did_not_ask(alice: User, provider: Server) -> None:
    write(a_run(alice))
    assert not Notification.objects.exists()
    assert jobs() == []


def test_an_end_that_is_undone_is_not_told(run: Run) -> None:
    """The job is part of the transaction that ends the run."""
    ending = frames.cancelled(run.pk)
    with pytest.raises(LeaseLost), transaction.atomic():
        checkpoints.close(Lease(run.pk, 99), run, ending, charged=False, status=Run.Status.CANCELLED)
    assert (Notification.objects.count(), jobs()) == (0, [])


def test_a_receiver_in_trouble_is_asked_again_with_the_same_id(
    client_for: Any, alice: User, notification: Notification, receiver: Receiver
) -> None:
    receiver.answers = [500, 204]
    with pytest.raises(NotDelivered):
        attempt(notification)
    status_url = f"/api/v1/runs/{notification.event.run_id}"
    refused = {"state": "pending", "attempts": 1, "last_status": 500, "last_error": "refused"}
    assert client_for(alice).get(status_url).json()["callback"] == refused
    assert attempt(notification).state == Notification.State.DELIVERED
    assert (notification.attempts, notification.last_status, notification.last_error) == (2, 204, "")
    assert receiver.ids == [str(notification.pk)] * 2
    assert receiver.requests[0][1] == receiver.requests[1][1]


def test_a_worker_that_died_while_posting_makes_the_next_repeat_the_id(
    notification: Notification, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL between the receiver's answer and storing it: delivered twice, with the same id."""
    with monkeypatch.context() as patch:
        patch.setattr("generation.notifications.deliver._store_outcome", _die)
        with pytest.raises(SystemExit):
            attempt(notification)
    ProcrastinateJob.objects.filter(task_name="deliver_notice").update(status="doing")
    long_ago = timezone.now() - timedelta(minutes=2)
    Notification.objects.update(created_at=long_ago)
    assert schedule.sweep() == 0, "the attempt may still be under way"
    Notification.objects.update(tried_at=long_ago)
    assert schedule.sweep() == 1
    assert schedule.sweep() == 0
    assert sorted(jobs()) == ["doing", "todo"]
    assert attempt(notification).state == Notification.State.DELIVERED
    assert receiver.ids == [str(notification.pk)] * 2


def _die(*args: object) -> None:
    raise SystemExit


def test_a_notice_whose_every_worker_died_ends_too(notification: Notification) -> None:
    long_ago = timezone.now() - timedelta(minutes=2)
    ProcrastinateJob.objects.filter(task_name="deliver_notice").delete()
    Notification.objects.update(attempts=8, created_at=long_ago, tried_at=long_ago)
    assert schedule.sweep() == 0
    notification.refresh_from_db()
    assert notification.state == Notification.State.FAILED


def test_after_a_day_it_is_given_up(
    notification: Notification, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers = [503]
    for _ in range(7):
        with pytest.raises(NotDelivered):
            attempt(notification)
    with caplog.at_level(logging.WARNING, "generation"):
        attempt(notification)
    assert (notification.state, notification.attempts, notification.last_status) == (
        Notification.State.FAILED,
        8,
        503,
    )
    assert f"of run {notification.event.run_id} after 8 attempts" in caplog.text
    assert "token=x" not in caplog.text
    attempt(notification)
    assert len(receiver.requests) == 8


def test_eight_attempts_take_a_day() -> None:
    waits = []
    for attempts in range(8):
        job = Job(id=1, lock=None, queueing_lock=None, task_name="", queue="", attempts=attempts)
        decision = RETRY.get_retry_decision(exception=NotDelivered(), job=job)
        if decision and decision.retry_at:
            waits.append((decision.retry_at - timezone.now()).total_seconds())
    assert len(waits) == 7
    assert waits[0] < 10
    assert timedelta(hours=20) < timedelta(seconds=sum(waits)) < timedelta(hours=30)


def test_gone_ends_it(notification: Notification, receiver: Receiver) -> None:
    receiver.answers = [410]
    assert attempt(notification).state == Notification.State.FAILED
    attempt(notification)
    assert len(receiver.requests) == 1


def test_a_receiver_that_hangs_is_left(
    notification: Notification, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "LIMITS", Limits(seconds=0.3))
    receiver.answers = [None]
    began = time.monotonic()
    with pytest.raises(NotDelivered):
        attempt(notification)
    assert time.monotonic() - began < 5
    notification.refresh_from_db()
    assert (notification.state, notification.last_status, notification.last_error) == (
        "pending",
        None,
        "too_slow",
    )


def test_a_receiver_that_is_not_there_is_asked_again(notification: Notification, settings: Settings) -> None:
    settings.EGRESS_ALLOW = frozenset({(ip_address("127.0.0.1"), 1)})
    Run.objects.update(callback_url="http://127.0.0.1:1/")
    with pytest.raises(NotDelivered):
        attempt(notification)
    notification.refresh_from_db()
    assert (notification.state, notification.last_error) == ("pending", "unreachable")


def test_receivers_that_hang_leave_the_worker_to_others(
    alice: User, mallory: User, provider: Server, receiver: Receiver
) -> None:
    *hanging, waiting, hers = [
        _cancelled(owner, receiver) for owner in (alice, alice, alice, alice, alice, mallory)
    ]
    Notification.objects.filter(pk__in=[notification.pk for notification in hanging]).update(
        tried_at=timezone.now()
    )
    with pytest.raises(NotDelivered):
        attempt(waiting)
    waiting.refresh_from_db()
    assert (waiting.attempts, receiver.requests) == (0, [])
    assert attempt(hers).state == Notification.State.DELIVERED
    Notification.objects.update(tried_at=timezone.now() - timedelta(seconds=11))
    assert attempt(waiting).state == Notification.State.DELIVERED


def _cancelled(owner: User, receiver: Receiver) -> Notification:
    run = control.cancel(owner, a_run(owner, callback_url=receiver.url).pk)
    return Notification.objects.get(event__run=run)


def test_a_redirect_inwards_is_not_followed(
    notification: Notification, receiver: Receiver, inner: Receiver
) -> None:
    receiver.answers, receiver.location = [307], inner.url
    with pytest.raises(NotDelivered):
        attempt(notification)
    assert (len(receiver.requests), len(inner.requests)) == (1, 0)


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::ffff:127.0.0.1"]])
def test_a_name_that_turned_inwards_is_not_asked(
    notification: Notification, inner: Receiver, monkeypatch: pytest.MonkeyPatch, answers: list[str]
) -> None:
    """The address was allowed when the run was started; what counts is what DNS says now."""

    async def resolve(name: str, port: int) -> list[str]:
        return answers

    rules = Rules(plain_http=True, ports=frozenset({inner.port}), resolve=resolve)
    monkeypatch.setattr(webhooks, "egress_rules", lambda: rules)
    Run.objects.update(callback_url=f"http://hooks.example:{inner.port}/")
    assert attempt(notification).state == Notification.State.FAILED
    assert notification.last_error == "address_forbidden"
    assert inner.requests == []


FORBIDDEN = [
    "http://127.0.0.1/",
    "http://2130706433/",
    "https://0x7f.1/",
    "https://[::1]/",
    "https://localhost/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://017700000001/",
    "https://127.1/",
    "https://[::]/",
    "https://0.0.0.0/",
    "https://localhost./",
    "https://localhost%2e/",
    "https://user@hooks.example.com@127.0.0.1/",
    "https:127.0.0.1",
    "https:\\\\127.0.0.1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://hooks.example.com/\r\nX-Key: 1",
    "https://hooks.example.com\r\n.evil.example/",
    "https://hooks.example.com:0/",
    "https://hooks.example.com:6379/",
    "https://hooks.example.com:65536/",
    "https://hooks.example.com:443:22/",
    "file:///etc/passwd",
    "gopher://hooks.example.com/",
    "https://user:password@hooks.example.com/",
    "https://hooks.example.com:22/",
    "ftp://hooks.example.com/",
    "hooks.example.com",
    "https://",
    "https://hooks.example.com/" + "x" * 2000,
    "https://" + "a." * 50_000,
    7,
    ["https://hooks.example.com/"],
]


@pytest.mark.parametrize("url", FORBIDDEN)
def test_a_forbidden_address_starts_nothing(client_for: Any, alice: User, provider: Server, url: Any) -> None:
    reply = client_for(alice).post("/generate-blog", {**TOPIC, "callback_url": url}, headers=AT_ONCE)
    assert (reply.status_code, reply.json()["code"]) == (422, "validation_error")
    assert list(reply.json()["errors"]) == ["callback_url"]
    assert not Run.objects.exists()
    assert quotas.usage(alice)["month"]["reserved"] == 0


def test_plain_http_is_for_development(
    client_for: Any, alice: User, provider: Server, settings: Settings
) -> None:
    on_a_plan_with_webhooks(alice)
    body = {**TOPIC, "callback_url": "http://hooks.example.com/"}
    assert client_for(alice).post("/generate-blog", body, headers=AT_ONCE).status_code == 202
    settings.DEVELOPMENT = False
    reply = client_for(alice).post("/generate-blog", body, headers=AT_ONCE)
    assert reply.json()["errors"] == {"callback_url": ["Start the address with https://."]}


def test_a_new_secret_signs_from_then_on(alice: User, notification: Notification, receiver: Receiver) -> None:
    receiver.answers = [401, 204]
    with pytest.raises(NotDelivered):
        attempt(notification)
    before = webhook_secrets.current(alice)
    after = webhook_secrets.renew(alice)
    attempt(notification)
    check = is_from_blog_ai()
    old, new = receiver.requests
    assert check(*old, before) and not check(*old, after)
    assert check(*new, after) and not check(*new, before)
