"""An error in a page reaches Sentry, by way of our own server."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from blogai.tests.fake_sentry import receiving
from generation.tests.e2e.site import SECONDS, Site

pytestmark = pytest.mark.e2e


def broken(route: Any) -> None:
    route.fulfill(body="null.x", content_type="text/javascript")


def test_an_error_in_a_page_is_reported(
    another_site: Callable[..., Site], window: Callable[..., Any], complaints: list[str]
) -> None:
    with receiving() as sentry:
        page = window(at=another_site(SENTRY_DSN=sentry.dsn, SENTRY_TRACES_SAMPLE_RATE="0"))
        page.goto("/sign-in")
        assert complaints == []
        page.route("**/js/password*.js", broken)
        page.reload()
        until = time.monotonic() + SECONDS
        while not sentry.items("event"):
            assert time.monotonic() < until, complaints
            page.wait_for_timeout(100)
        (event,) = sentry.items("event")
        (exception,) = event["exception"]["values"]
        assert (event["transaction"], exception["type"]) == ("account_login", "TypeError")
        assert exception["stacktrace"]["frames"][-1]["filename"].startswith("/static/js/password.")
        assert event["tags"]["browser"].startswith(("Chrome", "Chromium", "HeadlessChrome"))
