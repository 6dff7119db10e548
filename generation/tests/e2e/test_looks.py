"""How every page and state looks and reads: a picture of each, axe, and a quiet console.

The pictures are under artefacts/screenshots, which is not kept in git: `<state>-<width>-<scheme>.png`.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from generation.llm.simulated import Answer, Server
from generation.tests.e2e.conftest import SHOTS
from generation.tests.e2e.test_review import ask_for_review
from generation.tests.e2e.test_writing import wait_until_done, write

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e

LONG = "On " + " and ".join(["Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"] * 8)
TEXT = """\
A paragraph with *emphasis*, **weight**, `code` and [a link](https://example.com).

### A heading below

1. First
2. Second
   - nested

> Somebody said this.

| High water | Low water |
| --- | --- |
| 06:12 | 12:25 |

```
tide = moon + sun
```
"""


@pytest.fixture
def posts(transactional_db: None, alice: "User") -> Iterator[list[str]]:
    """Addresses of finished posts: a usual one, a long one, one from right to left, and the demo model's."""
    from generation.posts.tests.posts import a_post

    made = [
        a_post(alice, "Why the tides come twice a day", text=TEXT),
        a_post(alice, LONG, text=LONG),
        a_post(alice, "كيف يعمل المد والجزر", text="القمر يجذب البحر. " * 30, language="ar"),
        a_post(alice, "What grows in the shade", written_by=("local", "SmolLM2-135M-Instruct")),
    ]
    yield [f"/posts/{post.pk}" for post in made]


@pytest.fixture
def run_at_its_limit(transactional_db: None, alice: "User", settings: Any) -> str:
    """Address of a post that stopped at its cost limit; no worker has seen it."""
    from django.db import transaction

    from generation.models import Run
    from generation.pipeline.types import Brief
    from generation.runs.start import RunOptions, start_run

    settings.OPENAI_API_KEY = "never used"
    with transaction.atomic():
        run = start_run(alice, RunOptions(brief=Brief(topic="Why the tides come twice a day")), queue=False)
        Run.objects.filter(pk=run.pk).update(
            status=Run.Status.CANCELLED,
            error_code="cost_limit_reached",
            error_detail="Its cost limit is $0.0500: $0.0385 are spent, and the next call may cost $0.0140.",
            max_cost_usd="0.05",
            finished_at=run.created_at,
        )
    return f"/posts/{run.post_id}"


def test_new_post(page: Any, look: Callable[..., None]) -> None:
    page.goto("/new")
    look(page, "new")


def test_new_post_with_nothing_left(page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    for _ in range(2):  # a free plan's posts of a day
        write(page, sections=1)
    page.goto("/new?topic=Tides&sections=12")
    page.get_by_text("has no posts left today").wait_for()
    look(page, "new-nothing-left")
    page.get_by_role("button", name="Write post").click()
    page.get_by_text("Nothing was started").wait_for()
    complaints.clear()  # Chromium says of every 402 that it is one
    look(page, "new-refused")


def test_new_post_with_mistakes(page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/new?topic=Tides&keywords=moon&words=12")
    page.get_by_role("button", name="Write post").click()
    page.get_by_text("at least 150 words").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(page, "new-mistakes")


def test_library(posts: list[str], page: Any, look: Callable[..., None], model: Server) -> None:
    page.goto("/posts")
    look(page, "library")
    page.goto("/posts?q=zebra")
    look(page, "library-nothing-found")
    page.goto(posts[0])
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").wait_for()
    look(page, "library-deleted")


def test_an_empty_library(page: Any, look: Callable[..., None]) -> None:
    page.goto("/posts")
    look(page, "library-empty")


@pytest.mark.parametrize(("number", "name"), [*enumerate(["post", "post-long", "post-rtl", "post-demo"])])
def test_post(posts: list[str], page: Any, look: Callable[..., None], number: int, name: str) -> None:
    page.goto(posts[number])
    look(page, name)


def test_live(page: Any, look: Callable[..., None], model: Server) -> None:
    outline, text = model.gate(), model.gate()
    model.script.add(Answer(gate=outline, gate_at=110), schema=True)
    model.script.add(Answer(gate=text, gate_at=60), schema=False, skip=1, times=2)
    write(page, sections=4)
    page.locator(".planning-headings li:not(:empty)").first.wait_for()
    look(page, "live-planning", whole=False)
    outline.release()
    page.locator("[data-row=section-3][data-state=done]").wait_for()
    look(page, "live-writing", whole=False)
    page.screenshot(path=SHOTS / "live-writing-whole.png", full_page=True)
    text.release()
    wait_until_done(page)
    look(page, "live-finished", whole=False)
    page.get_by_text("What it cost").click()
    page.get_by_role("row", name="Total").wait_for()
    look(page, "post-receipt")


def test_review(page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    ask_for_review(page, sections=4)
    look(page, "review")
    page.get_by_label("Heading", exact=True).nth(1).fill("")
    page.get_by_role("button", name="Write post").click()
    page.get_by_text("Not saved yet").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(page, "review-mistakes")
    page.goto("/posts")
    look(page, "library-review")


def test_stopped(page: Any, look: Callable[..., None], model: Server) -> None:
    model.script.add(Answer(text=""), schema=False, skip=3, times=None)
    write(page)
    page.get_by_text("This post could not be finished.").wait_for()
    look(page, "stopped-in-place", whole=False)
    page.reload()
    look(page, "stopped")
    page.goto("/posts")
    look(page, "library-stopped")


def test_stopped_at_its_limit(run_at_its_limit: str, page: Any, look: Callable[..., None]) -> None:
    page.goto(run_at_its_limit)
    page.get_by_label("New limit, in US dollars").wait_for()
    look(page, "stopped-at-its-limit")


def test_reconnecting(page: Any, look: Callable[..., None], model: Server, complaints: list[str]) -> None:
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    gate = model.gate()
    model.script.add(Answer(gate=gate), schema=True)
    write(page)
    page.get_by_text("Reconnecting… your post goes on being written.").wait_for()
    look(page, "live-reconnecting", whole=False)
    gate.release()


def test_print(posts: list[str], page: Any) -> None:
    page.goto(posts[0])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 800, "height": 1000})
    page.screenshot(path=SHOTS / "post-print.png", full_page=True)
    assert not page.locator(".bar").is_visible()


@pytest.mark.parametrize("name", ["name", "email", "password", "theme", "time-zone", "api-keys"])
def test_settings(page: Any, look: Callable[..., None], name: str) -> None:
    page.goto(f"/settings/{name}")
    look(page, f"settings-{name}")


@pytest.fixture
def webhooks(transactional_db: None, alice: "User", settings: Any) -> None:
    """Alice's: one that waits, one that was given up, one that was delivered."""
    from generation.models import Notification
    from generation.notifications.tests.acting import a_run
    from generation.runs import control

    settings.OPENAI_API_KEY = "never used"
    for state, attempts, status in (("delivered", 1, 204), ("failed", 8, 503), ("pending", 2, 500)):
        run = a_run(alice, LONG, callback_url=f"https://hooks.invalid/{'blog-ai/' * 12}?token=x")
        control.cancel(alice, run.pk)
        Notification.objects.filter(event__run=run).update(
            state=state,
            attempts=attempts,
            last_status=status,
            last_error="" if status == 204 else "refused",
            tried_at=run.created_at,
        )


def test_webhooks(webhooks: None, page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/settings/webhooks")
    look(page, "settings-webhooks")
    page.get_by_label("Address").fill("https://10.0.0.1/")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("must be public").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(page, "settings-webhooks-mistake")
    page.get_by_label("Address").fill("http://nobody.invalid/")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("The test event was not delivered").wait_for()
    look(page, "settings-webhooks-test")


def test_api_keys_that_are_made_rotated_and_revoked(page: Any, look: Callable[..., None]) -> None:
    page.goto("/settings/api-keys")
    for name, kind in (("The newsroom's nightly job", "Live"), ("CI", "Test")):
        page.get_by_label("Name").fill(name)
        page.get_by_label("Expires").select_option("In 90 days")
        page.get_by_text("More: test keys and limits").press("Enter")
        page.get_by_label(f"{kind}:").check()
        page.get_by_label("Requests a minute").fill("30")
        page.get_by_label("US dollars a month").fill("25")
        page.get_by_role("button", name="Create key").click()
        page.get_by_text("Copy the key now.").wait_for()
    page.get_by_text("Rotate", exact=True).first.press("Enter")
    page.get_by_label("The old key works for").first.select_option("an hour")
    look(page, "settings-api-keys-rotate")
    page.get_by_role("button", name="Rotate this key").click()
    page.get_by_text("Rotated", exact=True).wait_for()
    page.get_by_text("More: test keys and limits").press("Enter")
    look(page, "settings-api-keys-many")
    page.get_by_text("Revoke", exact=True).first.press("Enter")
    page.get_by_role("button", name="Revoke this key").first.click()
    page.get_by_text("is revoked.").first.wait_for()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-up", "/forgotten-password", "/terms", "/privacy"])
def test_before_signing_in(page: Any, look: Callable[..., None], path: str) -> None:
    page.context.clear_cookies()
    page.emulate_media(reduced_motion="reduce")  # the recording is over
    page.goto(path)
    look(page, path.strip("/") or "landing")


def test_a_page_that_is_not_there(page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/nothing")
    complaints.clear()  # Chromium says of every 404 that it is one
    look(page, "not-found")


def test_no_connection(page: Any, look: Callable[..., None]) -> None:
    page.goto("/offline")
    look(page, "offline")


def test_maintenance(
    page: Any, look: Callable[..., None], maintenance: Callable[[str], None], complaints: list[str]
) -> None:
    maintenance("on")
    page.goto("/posts")
    complaints.clear()  # Chromium says of every 503 that it is one
    look(page, "maintenance")


def test_a_form_that_was_open_too_long(page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/new")
    page.get_by_label("What should it be about?").fill("How tides work, for curious adults")
    page.evaluate("document.querySelector('#composer [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.get_by_role("button", name="Write post").click()
    page.get_by_role("heading", name="This was not sent").wait_for()
    complaints.clear()  # Chromium says of every 403 that it is one
    look(page, "not-sent")


def test_mistakes_at_the_entrance(window: Callable[..., Any], look: Callable[..., None]) -> None:
    page = window()
    for path, button in (("sign-up", "Create account"), ("sign-in", "Sign in")):
        page.goto(f"/{path}")
        page.get_by_label("Email").fill("nobody@example.com")
        page.get_by_label("Password").fill("12345")
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()
        look(page, f"{path}-mistakes")


def test_the_menu(page: Any, look: Callable[..., None]) -> None:
    page.goto("/terms")
    page.locator(".menu summary").click()
    look(page, "menu", whole=False)
