"""/api/v1/webhooks: deliveries, trying one again, and test events."""

import json
from ipaddress import ip_address
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import webhook_secrets
from accounts.models import User
from billing.tiers import set_tier
from generation.models import Notification
from generation.notifications.deliver import NotDelivered
from generation.notifications.tests.acting import a_run, attempt
from generation.notifications.tests.conftest import receiver
from generation.notifications.tests.receiving import Receiver
from generation.notifications.tests.test_webhooks import is_from_blog_ai
from generation.runs import control

__all__ = ["receiver"]

URL = "/api/v1/webhooks"

pytestmark = pytest.mark.usefixtures("no_lazy_fetches", "provider")


@pytest.fixture
def notification(alice: User, receiver: Receiver) -> Notification:
    run = control.cancel(alice, a_run(alice, callback_url=receiver.url).pk)
    return Notification.objects.get(event__run=run)


def jobs() -> list[str]:
    return list(ProcrastinateJob.objects.filter(task_name="deliver_notice").values_list("status", flat=True))


def test_the_list_says_how_far_each_is(
    client_for: Any, notification: Notification, receiver: Receiver
) -> None:
    receiver.answers = [500]
    with pytest.raises(NotDelivered):
        attempt(notification)
    (delivery,) = client_for("alice").get(f"{URL}/deliveries").json()["results"]
    run = notification.event.run
    assert delivery.pop("created_at") and delivery.pop("tried_at")
    assert delivery == {
        "id": str(notification.pk),
        "run_id": str(run.pk),
        "post_id": str(run.post_id),
        "type": "run.cancelled",
        "url": receiver.url.partition("?")[0],
        "state": "pending",
        "attempts": 1,
        "last_status": 500,
        "last_error": "refused",
        "next_attempt_at": None,
    }
    assert client_for("mallory").get(f"{URL}/deliveries").json()["results"] == []


def test_it_has_pages_and_states_at_the_same_cost(
    client_for: Any, alice: User, receiver: Receiver, django_assert_num_queries: Any
) -> None:
    set_tier(user=alice, tier="business")
    for number in range(5):
        control.cancel(alice, a_run(alice, f"{number}", callback_url=receiver.url).pk)
        a_run(alice, "tells nobody")
    Notification.objects.filter(event__run__brief__topic="3").update(state="failed")
    client, url, ids = client_for("alice"), f"{URL}/deliveries?page_size=2", []
    client.get(url)  # the key's last use is noted once a minute
    while url:
        with django_assert_num_queries(1 + 2):  # the key; the runs; their deliveries
            page = client.get(url).json()
        ids += [each["id"] for each in page["results"]]
        url = page["next"]
    assert ids == [str(each.pk) for each in Notification.objects.order_by("-event__run_id")]
    assert [each["state"] for each in client.get(f"{URL}/deliveries?state=failed").json()["results"]] == [
        "failed"
    ]
    assert client.get(f"{URL}/deliveries?state=lost").status_code == 422


def test_a_run_that_ended_twice_shows_its_newest(
    client_for: Any, alice: User, notification: Notification
) -> None:
    run = notification.event.run
    control.retry(alice, run.pk)
    control.cancel(alice, run.pk)
    newest = Notification.objects.latest("pk")
    (delivery,) = client_for("alice").get(f"{URL}/deliveries").json()["results"]
    assert delivery["id"] == str(newest.pk) != str(notification.pk)


def test_one_that_waits_is_tried_at_once(client_for: Any, notification: Notification) -> None:
    """It waits for hours; the same job runs now, and there is never a second one."""
    ProcrastinateJob.objects.filter(task_name="deliver_notice").update(scheduled_at="2099-01-01T00:00:00Z")
    client, url = client_for("alice", "generate", "read"), f"{URL}/deliveries/{notification.pk}/retry"
    listed = client.get(f"{URL}/deliveries").json()["results"][0]
    assert listed["next_attempt_at"] == "2099-01-01T00:00:00Z"
    for _ in range(2):
        reply = client.post(url)
        assert (reply.status_code, reply.json()["next_attempt_at"]) == (202, None)
    assert jobs() == ["todo"]


def test_one_that_was_given_up_begins_anew(
    client_for: Any, notification: Notification, receiver: Receiver
) -> None:
    Notification.objects.update(state="failed", attempts=8, last_status=503, last_error="refused")
    ProcrastinateJob.objects.filter(task_name="deliver_notice").update(status="failed")
    client, url = client_for("alice"), f"{URL}/deliveries/{notification.pk}/retry"
    reply = client.post(url).json()
    assert (reply["state"], reply["attempts"]) == ("pending", 0)
    assert client.post(url).status_code == 202
    assert sorted(jobs()) == ["failed", "todo"]
    assert attempt(notification).state == Notification.State.DELIVERED


@pytest.mark.parametrize(("state", "job"), [("delivered", "succeeded"), ("pending", "doing")])
def test_one_that_needs_no_other_attempt_gets_none(
    client_for: Any, notification: Notification, state: str, job: str
) -> None:
    Notification.objects.update(state=state)
    ProcrastinateJob.objects.filter(task_name="deliver_notice").update(status=job)
    reply = client_for("alice").post(f"{URL}/deliveries/{notification.pk}/retry")
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")
    assert jobs() == [job]


def test_a_mail_is_no_webhook(client_for: Any, notification: Notification) -> None:
    Notification.objects.update(kind="mail")
    assert client_for("alice").get(f"{URL}/deliveries").json()["results"] == []
    assert client_for("alice").post(f"{URL}/deliveries/{notification.pk}/retry").status_code == 404


def test_a_test_event_says_what_came_of_it(client_for: Any, alice: User, receiver: Receiver) -> None:
    receiver.answers = [204, 500]
    client = client_for("alice")
    good, bad = (client.post(f"{URL}/test", {"url": receiver.url}).json() for _ in range(2))
    assert 0 <= good.pop("duration_ms") < 10_000
    shown = receiver.url.partition("?")[0]
    assert good == {"url": shown, "delivered": True, "status": 204, "error": None}
    assert (bad["delivered"], bad["status"]) == (False, 500)
    headers, body = receiver.requests[0]
    assert is_from_blog_ai()(headers, body, webhook_secrets.current(alice))
    told = json.loads(body)
    assert (told["type"], told["status"], told["title"]) == ("test", "completed", "A test of your webhook")
    assert told["url"] == "http://127.0.0.1:8000/settings/webhooks"
    assert len(set(receiver.ids)) == 2


def test_an_error_is_told_and_not_tried_again(client_for: Any, settings: Any) -> None:
    settings.EGRESS_ALLOW = frozenset({(ip_address("127.0.0.1"), 1)})
    reply = client_for("alice").post(f"{URL}/test", {"url": "http://127.0.0.1:1/"}).json()
    assert (reply["delivered"], reply["status"], reply["error"]["code"]) == (False, None, "unreachable")
    assert not Notification.objects.exists()


def test_test_events_are_few_and_need_manage(client_for: Any, receiver: Receiver, settings: Any) -> None:
    settings.RATE_LIMIT_ENABLED = True
    body = {"url": receiver.url}
    assert client_for("alice", "read", "generate").post(f"{URL}/test", body).status_code == 403
    client = client_for("alice")
    statuses = [client.post(f"{URL}/test", body).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    refused = client.post(f"{URL}/test", body)
    assert (refused.json()["scope"], int(refused.headers["Retry-After"]) > 0) == ("webhook_tests", True)
    assert client_for("mallory").post(f"{URL}/test", body).status_code == 200
    settings.RATE_LIMIT_ENABLED = False
    assert client.post(f"{URL}/test", body).status_code == 200


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "https://10.0.0.1/", "ftp://a.example.com/", "x", "", None, 7]
)
def test_an_address_that_is_forbidden_is_not_tried(client_for: Any, url: Any) -> None:
    reply = client_for("alice").post(f"{URL}/test", {"url": url})
    assert (reply.status_code, list(reply.json()["errors"])) == (422, ["url"])
