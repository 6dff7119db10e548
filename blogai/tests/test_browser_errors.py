"""What pages report of their errors, and what of that goes on to Sentry."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from django.test import Client

from blogai.request_log import NO_ROUTE
from blogai.tests.canaries import canary, told
from blogai.tests.fake_sentry import FakeSentry, reporting

CANARIES = [canary(where) for where in ("message", "url", "variable", "breadcrumb", "user", "header", "host")]
MESSAGE, URL, VARIABLE, BREADCRUMB, USER, HEADER, HOST = CANARIES
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
OURS = {
    "filename": f"https://{HOST}/static/js/live.0a1b2c.js",
    "function": "draw",
    "lineno": 12,
    "colno": 34,
    "vars": {"typed": VARIABLE},
}
FOREIGN = {"filename": "moz-extension://5f0c/content.js", "function": "spy", "lineno": 1}


@pytest.fixture
def sentry(settings: Any) -> Iterator[FakeSentry]:
    with reporting(settings) as receiving:
        yield receiving


def envelope(*frames: dict[str, Any], **more: Any) -> str:
    value = {"type": "TypeError", "value": MESSAGE, "stacktrace": {"frames": frames}}
    event = {
        "exception": {"values": [value]},
        "request": {"url": f"https://blog.example.org/new-password/{URL}", "headers": {"Referer": HEADER}},
        "breadcrumbs": [{"message": BREADCRUMB}],
        "user": {"email": USER},
        "tags": {"browser": VARIABLE, "more": VARIABLE},
        **more,
    }
    return f'{{"event_id": "0a"}}\n{{"type": "event"}}\n{json.dumps(event)}\n'


def post(body: str, *, route: str = "post", **headers: str) -> Any:
    headers.setdefault("User-Agent", FIREFOX)
    return Client().post(f"/browser-errors?route={route}", body, "text/plain;charset=UTF-8", headers=headers)


def test_a_report_has_where_it_happened_and_nothing_that_anybody_wrote(sentry: FakeSentry) -> None:
    assert post(envelope(FOREIGN, OURS)).status_code == 200
    sentry_sdk.flush()
    (event,) = sentry.items("event")
    (exception,) = event["exception"]["values"]
    assert (event["platform"], event["transaction"]) == ("javascript", "post")
    assert event["tags"]["browser"] == "Firefox on Linux"
    assert event["tags"]["severity"] == "error"
    assert exception["type"] == "TypeError"
    assert exception["stacktrace"]["frames"] == [
        {
            **{"filename": "/static/js/live.0a1b2c.js", "function": "draw", "in_app": True},
            **{"lineno": 12, "colno": 34},
        }
    ]
    assert not told(CANARIES, sentry.text)


def test_nothing_else_that_somebody_sends_becomes_an_event(sentry: FakeSentry) -> None:
    assert post(envelope(FOREIGN)).status_code == 200, "an extension's error is not ours"
    for shape in ({"exception": "?"}, {"exception": {"values": [[], {"type": 5}]}}, {"exception": None}):
        assert post(envelope(OURS, **shape)).status_code == 200
    assert post("no envelope").status_code == 400
    assert post("[1]\n[2]\n").status_code == 400
    assert post(" " * 100_001).status_code == 413
    assert post(envelope(OURS), **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert post(envelope(OURS), route=f"{MESSAGE} words").status_code == 200
    sentry_sdk.flush()
    (event,) = sentry.items("event")
    assert event["transaction"] == NO_ROUTE


@pytest.mark.django_db
def test_pages_report_only_where_errors_go_somewhere(settings: Any) -> None:
    assert "error-reports" not in Client().get("/sign-in").content.decode()
    assert post(envelope(OURS)).status_code == 404
    settings.SENTRY_DSN = "https://key@sentry.example.org/1"
    page = Client().get("/sign-in").content.decode()
    assert 'content="/browser-errors?route=account_login" data-sdk="/static/vendor/sentry/sentry.' in page
    assert 'src="/static/js/errors.' in page
    assert "sentry.example.org" not in page


def test_nobody_floods_sentry(sentry: FakeSentry, rate_limits: object) -> None:
    assert [post(envelope(OURS)).status_code for _ in range(11)] == [200] * 10 + [429]
