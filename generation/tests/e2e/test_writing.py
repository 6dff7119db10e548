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


def write(page: Any, topic: str = TOPIC, sections: int = 3, words: int | str = "") -> str:
    """Start a post on the page; its address."""
    page.goto("/new")
    page.get_by_label("What do you want to write about?").fill(topic)
    page.get_by_text("More choices").click()
    page.get_by_label("Sections").select_option(str(sections))
    page.get_by_label("Length in words").fill(str(words))
    page.get_by_role("button", name="Write post").click()
    page.wait_for_url(re.compile(r"/posts/[0-9a-f-]{36}$"))
    return str(page.url)


def wait_until_done(page: Any) -> None:
    page.get_by_role("link", name="Write another like this").wait_for(timeout=30_000)


def prose(page: Any) -> str:
    return str(page.evaluate("document.getElementById('parts').innerText.replace(/\\s+/g, ' ')"))


def test_a_wait_is_said_while_it_lasts(page: Any, model: Server, complaints: list[str]) -> None:
    model.script.add(faults.busy(2), schema=False)
    write(page)
    news = page.locator("#news")
    news.get_by_text("The model is busy. We’ll try again in a moment.").wait_for()
    news.get_by_text("Still writing. You can close this page.").wait_for()
    wait_until_done(page)
    assert complaints == []


RICH = """\
The moon pulls on the near side of the **Earth** more than on the far side, and raises *two* bulges of water.

- **Spring tides** come when sun and moon pull in one line
- Neap tides come when they do not

| High water | Low water |
| --- | --- |
| 06:12 | **12:25** |

```
tide = moon ** sun
```

A table of the harbour is better than any **rule of thumb**."""
RAW = """
  window.raw = [];
  window.rendered = new Set();
  new MutationObserver(() => {
    const words = document.getElementById("parts").cloneNode(true);
    for (const code of words.querySelectorAll("pre")) code.remove();
    raw.push(...(words.textContent.match(/.{0,20}(?:[*|]|```).{0,20}/) ?? []));
    for (const { localName } of document.querySelectorAll(".part-growing *")) rendered.add(localName);
  }).observe(document.getElementById("parts"), { childList: true, subtree: true, characterData: true });
"""
LARGEST_HOLE = """
  Math.max(...[...document.querySelectorAll(".part")].map((part) => {
    const text = part.querySelector(".part-text");
    return part.getBoundingClientRect().bottom - text.lastElementChild.getBoundingClientRect().bottom;
  }))
"""


@pytest.mark.parametrize("read", ["title", "section-3"])
def test_nothing_moves_under_the_readers_eyes(
    page: Any, model: Server, complaints: list[str], read: str
) -> None:
    model.script.add(Answer(text=RICH), schema=False, skip=1, times=3)  # shorter than was planned
    write(page, sections=5)
    page.evaluate(RAW)
    page.locator("#parts .part-growing").first.wait_for()
    if read != "title":
        page.evaluate("document.querySelector('#section-3').scrollIntoView()")
    before = page.locator(f"#{read}").bounding_box()["y"]
    wait_until_done(page)
    page.wait_for_timeout(400)
    assert page.locator(f"#{read}").bounding_box()["y"] == pytest.approx(before, abs=2)
    assert shift(page) < 0.02
    assert page.evaluate(LARGEST_HOLE) < 200
    assert page.evaluate("raw") == []
    assert {"strong", "ul", "li", "table", "pre"} <= set(page.evaluate("[...rendered]"))
    assert complaints == []


def test_a_post_is_copied_as_rich_text(page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    write(page, sections=1)
    wait_until_done(page)
    page.get_by_role("button", name="Copy the post").click()
    page.get_by_role("button", name="Copied").wait_for()
    read = "async (type) => (await (await navigator.clipboard.read())[0].getType(type)).text()"
    title = page.locator("h1").inner_text()
    html = page.evaluate(read, "text/html")
    assert title in html
    assert "<h2" in html
    assert "part" not in re.sub(r">[^<]*<", "><", html), "nothing of the page around it"
    assert page.evaluate(read, "text/plain").startswith(f"# {title}\n\n")


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
    opener, outline = page.get_by_role("button", name="Contents"), page.locator("#outline")
    opener.press("Enter")
    outline.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#introduction"
    page.keyboard.press("Escape")
    outline.wait_for(state="hidden")
    assert opener.evaluate("button => button === document.activeElement")
    opener.press("Enter")
    outline.get_by_role("link").nth(2).click()
    outline.wait_for(state="hidden")
    assert page.url.endswith("#section-2")
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
        page.get_by_text("Reconnecting… your post is still being written.").wait_for()
        away = False
        page.get_by_text("Reconnecting… your post is still being written.").wait_for(state="detached")
    wait_until_done(page)
    assert len(sockets) == 3
    text = prose(page)
    page.reload()
    assert prose(page) == text


def test_the_server_is_restarted_under_an_open_page(page: Any, site: Site) -> None:
    write(page, sections=5)
    page.locator("#parts .part-growing").first.wait_for()
    site.stop()
    page.get_by_text("Reconnecting… your post is still being written.").wait_for()
    site.start()
    page.get_by_role("link", name="Write another like this").wait_for(timeout=60_000)
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
    page.get_by_role("link", name="Write another like this").wait_for(timeout=60_000)


def test_a_section_that_fails_and_is_tried_again_in_another_tab(
    page: Any, session: str, window: Callable[..., Any], model: Server
) -> None:
    model.script.add(Answer(text=""), schema=False, skip=3, times=None)
    address = write(page)
    page.get_by_text("We couldn’t finish this post.").wait_for()
    assert page.get_by_text(re.compile("Kept: the outline")).is_visible()
    assert page.title().startswith("Failed · ")
    assert not page.locator("[data-state=writing]").count()
    other_tab, elsewhere = page.context.new_page(), window(session)
    for tab in (other_tab, elsewhere):
        tab.goto(address)
        tab.get_by_text("We couldn’t finish this post.").wait_for()
    model.script.clear()
    other_tab.get_by_role("button", name="Try again").click()
    for tab in (page, other_tab):
        wait_until_done(tab)
    elsewhere.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # comes back to it
    wait_until_done(elsewhere)


def test_an_outline_that_fails_leaves_no_skeleton(page: Any, model: Server) -> None:
    model.script.add(faults.wrong_schema(), schema=True, times=None)
    write(page)
    page.get_by_text("We couldn’t finish this post.").wait_for()
    for _ in range(2):
        assert not page.locator(".planning-headings, .part").locator("visible=true").count()
        assert not page.get_by_text("First, the outline.").count()
        page.reload()


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
    page.get_by_text("Write another like this").wait_for(timeout=30_000)  # the page asks by itself
    assert page.url == address
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    assert page.url == address


FOLLOWED = """
  [...document.querySelectorAll(".part[data-state=writing] .part-growing > :last-child")]
    .filter((end) => Math.abs(end.getBoundingClientRect().bottom - innerHeight + 96) < 40)
    .map((end) => end.closest(".part").id)
"""


def test_following_is_a_choice(session: str, window: Callable[..., Any]) -> None:
    page = window(session, viewport={"width": 390, "height": 500})
    write(page)
    page.locator("#parts .part-growing").first.wait_for()
    page.wait_for_timeout(1500)
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Follow").click()
    until(lambda: page.evaluate("scrollY > 200"))
    followed = [part for _ in range(8) for part in page.evaluate(FOLLOWED)]
    assert len(set(followed)) == 1
    page.mouse.wheel(0, -50)
    page.wait_for_selector("#follow[aria-pressed=false], #postbar:not(:has(#follow))")


def test_an_impatient_double_click_makes_one_post(page: Any) -> None:
    page.goto("/new")
    page.get_by_label("What do you want to write about?").fill(TOPIC)
    page.get_by_role("button", name="Write post").dblclick()
    page.wait_for_url(re.compile("/posts/"))
    page.goto("/posts")
    assert page.locator(".entry").count() == 1


def test_back_from_the_post_keeps_the_form_usable(page: Any, site: Site) -> None:
    first = write(page)
    page.go_back()
    page.get_by_text("Your post is being written: ").wait_for()
    assert page.locator("#under-way a").get_attribute("href") == first.removeprefix(site.url)
    page.get_by_label("What do you want to write about?").fill("Something else")
    page.get_by_role("button", name="Write post").click()
    page.wait_for_url(re.compile(r"/posts/[0-9a-f-]{36}$"))
    assert page.url != first


def test_a_draft_outlives_a_form_that_was_open_too_long(page: Any) -> None:
    page.goto("/new")
    page.get_by_label("What do you want to write about?").fill(TOPIC)
    page.evaluate("document.querySelector('#composer [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.get_by_role("button", name="Write post").click()
    page.get_by_role("heading", name="This wasn’t sent").wait_for()
    page.goto("/new")
    assert page.get_by_label("What do you want to write about?").input_value() == TOPIC


def test_first_text_comes_soon(page: Any) -> None:
    write(page)
    begun = time.monotonic()
    page.locator("#parts .part-growing").first.wait_for()
    assert time.monotonic() - begun < 10


def test_what_it_takes_is_said_anew_when_its_size_changes(
    another_site: Callable[..., Site],
    session: str,
    model: Server,
    window: Callable[..., Any],
    complaints: list[str],
) -> None:
    priced = {"OPENAI_MODEL": "priced-1", "LLM_PRICES": '{"priced-1": {"input": 10, "output": 60}}'}
    site = another_site(OPENAI_API_KEY="simulated", OPENAI_BASE_URL=model.openai_url, **priced)
    page = window(session, at=site)

    def dollars(than: float = 0) -> float:
        """What the page says, once it is something else."""

        def changed() -> float:
            found = re.search(r"writes it for about \$([\d.]+\d)", page.locator("#before").inner_text())
            said = float(found[1]) if found else than
            return said if said != than else 0

        return until(changed, "another price")

    page.goto("/new")
    usual = dollars()
    page.get_by_text("More choices").click()
    page.get_by_label("Sections").select_option("12")
    long = dollars(than=usual)
    page.get_by_label("Questions and answers at the end").uncheck()
    without_questions = dollars(than=long)
    assert usual < without_questions < long
    page.goto("/posts")
    page.goto("/new")  # the draft is filled in again, and what is said fits it
    assert dollars(than=usual) == without_questions
    assert complaints == []
