"""/settings/webhooks: the last deliveries, trying one again, a test event, and the secret."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import webhook_secrets
from accounts.models import User
from blogai.core.egress import Rules
from generation.models import Notification
from generation.notifications import webhooks
from generation.notifications.tests.acting import a_run, attempt
from generation.notifications.tests.conftest import inner, receiver
from generation.notifications.tests.receiving import Receiver
from generation.notifications.tests.test_webhooks import is_from_blog_ai
from generation.runs import control

__all__ = ["inner", "receiver"]

URL = "/settings/webhooks"

pytestmark = pytest.mark.usefixtures("no_lazy_fetches", "provider")


def told(owner: User, receiver: Receiver, topic: str = "How tides work") -> Notification:
    """The webhook of a run that was cancelled."""
    run = control.cancel(owner, a_run(owner, topic, callback_url=receiver.url).pk)
    return Notification.objects.get(event__run=run)


def test_it_says_where_each_went(
    browser: Client, alice: User, mallory: User, receiver: Receiver, django_assert_num_queries: Any
) -> None:
    receiver.answers = [204, 410]
    attempt(told(alice, receiver, "One"))
    attempt(told(alice, receiver, "Two"))
    told(alice, receiver, "Three")
    told(mallory, receiver, "Hers")
    # the session and its user; the runs and their deliveries; the plan, which the header needs as well
    with django_assert_num_queries(2 + 2 + 1):
        page = browser.get(URL).text
    assert [page.index(topic) for topic in ("Three", "Two", "One")] == sorted(
        page.index(topic) for topic in ("One", "Two", "Three")
    )
    assert "Hers" not in page
    for said in ("Delivered", "Failed", "Waiting", "answered 204", "answered 410", "Post stopped (<code>"):
        assert said in page
    assert receiver.url.partition("?")[0] in page
    assert "token=x" not in page
    failed = browser.get(f"{URL}?state=failed").text
    assert "Two" in failed and "One" not in failed and "Three" not in failed


def test_one_that_was_given_up_can_be_tried_again(browser: Client, alice: User, receiver: Receiver) -> None:
    receiver.answers = [410, 204]
    notification = attempt(told(alice, receiver))
    for _ in range(2):  # pressed twice
        page = browser.post(f"{URL}/{notification.pk}/retry", follow=True).text
        assert "re trying again" in page
    assert attempt(notification).state == Notification.State.DELIVERED
    assert receiver.ids == [str(notification.pk)] * 2
    assert "was already delivered" in browser.post(f"{URL}/{notification.pk}/retry", follow=True).text


def test_a_test_event_is_signed_and_its_answer_shown(
    browser: Client, alice: User, receiver: Receiver
) -> None:
    receiver.answers = [204, 500]
    page = browser.post(f"{URL}/test", {"url": receiver.url})
    ((headers, body),) = receiver.requests
    assert is_from_blog_ai()(headers, body, webhook_secrets.current(alice))
    assert json.loads(body)["type"] == "test"
    assert "Your test event was delivered" in page.text and "answered 204" in page.text
    assert f'value="{receiver.url}"' in page.text, "the address can be tried again"
    assert "answered 500" in browser.post(f"{URL}/test", {"url": receiver.url}).text
    assert not Notification.objects.exists()


def test_an_address_inside_is_not_asked(
    browser: Client, inner: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = browser.post(f"{URL}/test", {"url": inner.url})
    assert (reply.status_code, "No test sent" in reply.text) == (422, True)

    async def resolve(name: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    rules = Rules(plain_http=True, ports=frozenset({inner.port}), resolve=resolve)
    monkeypatch.setattr(webhooks, "egress_rules", lambda: rules)
    page = browser.post(f"{URL}/test", {"url": f"http://hooks.example:{inner.port}/"}).text
    assert "Use a public one" in page
    assert inner.requests == []


def test_a_few_a_minute(browser: Client, receiver: Receiver, settings: Any) -> None:
    settings.RATE_LIMIT_ENABLED = True
    statuses = [browser.post(f"{URL}/test", {"url": receiver.url}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert len(receiver.requests) == 5


def test_the_secret_is_its_owners(
    browser: Client, browser_for: Callable[[str], Client], alice: User, mallory: User
) -> None:
    before, hers = webhook_secrets.current(alice), webhook_secrets.current(mallory)
    page = browser.get(URL)
    assert before in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert hers in browser_for("mallory").get(URL).text
    assert browser.get(f"{URL}/secret").status_code == 405
    page = browser.post(f"{URL}/secret", follow=True)
    alice.refresh_from_db()
    after = webhook_secrets.current(alice)
    assert after in page.text and before not in page.text
    assert "sign webhooks with a new secret" in page.text
    assert webhook_secrets.current(mallory) == hers
