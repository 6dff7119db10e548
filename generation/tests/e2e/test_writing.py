"""The page of a post that is being written, and what may go wrong around it."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from blogai.tests.processes import until
from generation.llm.simulated import Answer, Server, faults
from generation.tests.e2e.conftest import shift
from generation.tests.e2e.site import Site

pytestmark = pytest.mark.e2e

TOPIC = "How tides work, for curious adults"


def write(page: Any, topic: str = TOPIC, sections: int = 3) -> str:
    """Start a post on the page; its address."""
    page.goto("/new")
    page.get_by_label("What should it be about?").fill(topic)
    page.get_by_text("More choices").click()
    page.get_by_label("Sections").select_option(str(sections))
    page.get_by_role("button", name="Write post").click()
    page.wait_for_url(re.compile(r"/posts/[0-9a-f-]{36}$"))
    return str(page.url)


def wait_until_done(page: Any) -> None:
    page.get_by_text(re.compile(r"^Written in ")).wait_for(timeout=30_000)


def prose(page: Any) -> str:
    return str(page.evaluate("document.getElementById('parts').innerText.replace(/\\s+/g, ' ')"))


def test_a_wait_is_said_while_it_lasts(page: Any, model: Server, complaints: list[str]) -> None:
    model.script.add(faults.busy(2), schema=False)
    write(page)
    news = page.locator("#news")
    news.get_by_text("Waiting: the model's provider is busy.").wait_for()
    news.get_by_text("All sections are written at the same time.").wait_for()
    wait_until_done(page)
    assert complaints == []


def test_nothing_moves_under_the_readers_eyes(page: Any, complaints: list[str]) -> None:
    write(page, sections=5)
    wait_until_done(page)
    page.wait_for_timeout(300)
    assert shift(page) < 0.02
    assert complaints == []


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_moves_on_a_phone(
    session: str, window: Callable[..., Any], complaints: list[str], width: int
) -> None:
    page = window(session, viewport={"width": width, "height": 800}, has_touch=True)
    write(page)
    wait_until_done(page)
    page.wait_for_timeout(300)
    assert shift(page) < 0.02
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []


def test_two_tabs_and_a_reload_show_the_same(page: Any) -> None:
    address = write(page)
    page.locator("#parts .part-growing").first.wait_for()
    second = page.context.new_page()
    second.goto(address)
    page.wait_for_timeout(600)
    page.reload()
    for tab in (page, second):
        wait_until_done(tab)
    assert prose(page) == prose(second)
    second.reload()
    assert prose(page) == prose(second)


def test_the_socket_is_cut_twice(page: Any) -> None:
    sockets: list[Any] = []
    away = False

    def between(socket: Any) -> None:
        if away:
            socket.close()
        else:
            sockets.append(socket)
            socket.connect_to_server()

    page.route_web_socket(re.compile("/ws/"), between)
    write(page, sections=5)
    for _ in range(2):
        page.locator("#parts .part-growing").first.wait_for()
        page.wait_for_timeout(300)
        away = True
        sockets[-1].close()
        page.get_by_text("Reconnecting… your post goes on being written.").wait_for()
        away = False
        page.get_by_text("Reconnecting… your post goes on being written.").wait_for(state="detached")
    wait_until_done(page)
    assert len(sockets) == 3
    text = prose(page)
    page.reload()
    assert prose(page) == text


def test_the_server_is_restarted_under_an_open_page(page: Any, site: Site) -> None:
    write(page, sections=5)
    page.locator("#parts .part-growing").first.wait_for()
    site.stop()
    page.get_by_text("Reconnecting… your post goes on being written.").wait_for()
    site.start()
    page.get_by_text(re.compile(r"^Written in ")).wait_for(timeout=60_000)
    text = prose(page)
    page.reload()
    assert prose(page) == text


def test_maintenance_lets_a_post_be_finished(
    page: Any, model: Server, maintenance: Callable[[str], None]
) -> None:
    gate = model.gate()
    model.script.add(Answer(gate=gate, gate_at=60), schema=False, times=None)
    address = write(page)
    page.locator("#parts .part-growing").first.wait_for()
    maintenance("on")
    gate.release()
    other = page.context.new_page()
    other.goto("/posts")
    other.get_by_role("heading", name="Back in a moment").wait_for()
    page.locator("[data-row][data-state=checking]").first.wait_for()
    maintenance("off")
    wait_until_done(page)
    assert page.url == address


def test_where_sockets_are_blocked_the_page_asks(page: Any) -> None:
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    write(page)
    page.get_by_text(re.compile(r"^Written in ")).wait_for(timeout=60_000)


def test_a_section_that_fails(page: Any, model: Server) -> None:
    model.script.add(Answer(text=""), schema=False, skip=3, times=None)
    write(page)
    page.get_by_text("This post could not be finished.").wait_for()
    assert page.get_by_text(re.compile("Kept: the outline")).is_visible()
    assert page.title().startswith("Stopped · ")
    model.script.clear()
    page.get_by_role("button", name="Try again").click()
    wait_until_done(page)


def test_a_part_that_is_tried_again(page: Any, model: Server, complaints: list[str]) -> None:
    model.script.add(faults.no_finish_reason(), schema=False, skip=1)
    write(page)
    again = page.locator(".outline-row[data-state=again]")
    again.wait_for()
    again.locator("a").focus()
    assert again.locator(".outline-state").inner_text().startswith("trying again: ")
    wait_until_done(page)
    assert complaints == []


def test_without_a_script(session: str, window: Callable[..., Any]) -> None:
    page = window(session, java_script_enabled=False)
    address = write(page)
    page.locator("noscript a").first.wait_for()
    page.wait_for_selector("text=Written in", timeout=30_000)  # the page asks by itself
    assert page.url == address
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    assert page.url == address


def test_following_is_a_choice(session: str, window: Callable[..., Any]) -> None:
    page = window(session, viewport={"width": 390, "height": 500})
    write(page)
    page.locator("#parts .part-growing").first.wait_for()
    page.wait_for_timeout(1500)
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Follow").click()
    until(lambda: page.evaluate("scrollY > 200"))
    page.mouse.wheel(0, -50)
    page.wait_for_selector("#follow[aria-pressed=false], #postbar:not(:has(#follow))")


def test_an_impatient_double_click_makes_one_post(page: Any) -> None:
    page.goto("/new")
    page.get_by_label("What should it be about?").fill(TOPIC)
    page.get_by_role("button", name="Write post").dblclick()
    page.wait_for_url(re.compile("/posts/"))
    page.goto("/posts")
    assert page.locator(".entry").count() == 1


def test_back_from_the_post_keeps_the_form_usable(page: Any) -> None:
    first = write(page)
    page.go_back()
    page.get_by_label("What should it be about?").fill("Something else")
    page.get_by_role("button", name="Write post").click()
    page.wait_for_url(re.compile(r"/posts/[0-9a-f-]{36}$"))
    assert page.url != first


def test_a_draft_outlives_a_form_that_was_open_too_long(page: Any) -> None:
    page.goto("/new")
    page.get_by_label("What should it be about?").fill(TOPIC)
    page.evaluate("document.querySelector('#composer [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.get_by_role("button", name="Write post").click()
    page.get_by_role("heading", name="This was not sent").wait_for()
    page.goto("/new")
    assert page.get_by_label("What should it be about?").input_value() == TOPIC


def test_first_text_comes_soon(page: Any) -> None:
    write(page)
    begun = time.monotonic()
    page.locator("#parts .part-growing").first.wait_for()
    assert time.monotonic() - begun < 10


def test_what_it_takes_is_said_anew_when_its_size_changes(page: Any, complaints: list[str]) -> None:
    page.goto("/new")
    page.get_by_text("in 9 calls").wait_for()
    page.get_by_text("More choices").click()
    page.get_by_label("Sections").select_option("12")
    page.get_by_text("in 16 calls").wait_for()
    page.get_by_label("Questions and answers at the end").uncheck()
    page.get_by_text("in 15 calls").wait_for()
    page.goto("/posts")
    page.goto("/new")  # the draft is filled in again, and what is said fits it
    page.get_by_text("in 15 calls").wait_for()
    assert complaints == []
