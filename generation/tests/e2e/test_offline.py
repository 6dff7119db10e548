"""Without a connection: a page of ours, and nothing old."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from blogai.tests.processes import until
from generation.llm.simulated import Answer, Server
from generation.tests.e2e.site import Site
from generation.tests.e2e.test_writing import TOPIC, wait_until_done, write

pytestmark = pytest.mark.e2e

KEPT = """
  (async () => {
    const kept = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
    }
    return kept.sort();
  })()
"""


def wait_for_the_service_worker(page: Any) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(lambda: page.evaluate("navigator.serviceWorker.controller?.state === 'activated'"))


@pytest.fixture
def away(site: Site) -> Iterator[Site]:
    """The site, which is there again after the test."""
    yield site
    site.start()


def test_a_page_of_ours_and_nothing_old(page: Any, away: Site, complaints: list[str]) -> None:
    page.goto("/posts")
    wait_for_the_service_worker(page)
    page.goto("/new")
    page.goto("/posts")
    assert page.evaluate(KEPT) == ["/offline", "/static/css/site.css", "/static/js/site.js"]
    assert complaints == []
    away.stop()
    page.goto("/posts")
    page.get_by_role("heading", name="Can’t reach Blog AI").wait_for()
    assert page.url.endswith("/posts")
    assert page.get_by_text("Your first post").count() == 0
    assert page.evaluate("document.styleSheets.length") == 1
    away.start()
    page.get_by_role("link", name="Try again").click()
    page.get_by_role("heading", name="Library").wait_for()
    away.stop()


def test_it_comes_back_by_itself(session: str, window: Callable[..., Any]) -> None:
    page = window(session)
    page.goto("/new")
    wait_for_the_service_worker(page)
    page.context.set_offline(True)
    page.goto("/posts")
    page.get_by_role("heading", name="Can’t reach Blog AI").wait_for()
    page.context.set_offline(False)
    page.get_by_role("heading", name="Library").wait_for()


def test_a_form_that_could_not_be_sent_is_still_there(page: Any) -> None:
    page.goto("/new")
    wait_for_the_service_worker(page)
    page.get_by_label("What do you want to write about?").fill(TOPIC)
    page.context.set_offline(True)
    page.get_by_role("button", name="Write post").click()
    page.get_by_role("heading", name="Can’t reach Blog AI").wait_for()
    page.context.set_offline(False)
    page.get_by_label("What do you want to write about?").wait_for()
    assert page.get_by_label("What do you want to write about?").input_value() == TOPIC


def test_the_live_page_says_one_quiet_line(page: Any, model: Server) -> None:
    gate = model.gate()
    model.script.add(Answer(gate=gate, gate_at=60), schema=False, times=1)
    write(page)
    page.locator("#parts .part-growing").first.wait_for()
    page.context.set_offline(True)
    page.get_by_text("Reconnecting… your post is still being written.").wait_for()
    assert re.match(r"\d of 6 · ", page.title())
    page.context.set_offline(False)
    gate.release()
    wait_until_done(page)
