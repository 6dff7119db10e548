"""How every page and state looks and reads: a picture of each, axe, and a quiet console.

The pictures are under artefacts/screenshots, which is not kept in git: `<state>-<width>-<scheme>.png`.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.tests.authenticators import code_of
from blogai.tests.processes import until
from generation.llm.simulated import Answer, Gate, Server
from generation.pipeline.words import count
from generation.posts.sample import sample_draft, sample_topic
from generation.tests.e2e.conftest import SHOTS, shift
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
    from generation.posts.first_post import store_sample
    from generation.posts.tests.posts import a_post

    made = [
        a_post(alice, "Why the tides come twice a day", text=TEXT),
        a_post(alice, LONG, text=LONG),
        a_post(alice, "كيف يعمل المد والجزر", text="القمر يجذب البحر. " * 30, language="ar"),
        a_post(alice, "What grows in the shade", written_by=("local", "SmolLM2-135M-Instruct")),
    ]
    store_sample(alice)
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
            error_detail="This post’s cost limit is $0.0500. $0.0485 is spent, and the next may cost $0.01.",
            max_cost_usd="0.05",
            finished_at=run.created_at,
        )
    return f"/posts/{run.post_id}"


def test_new_post(page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/new")
    look(page, "new")
    page.get_by_label("What do you want to write about?").fill("كيف يعمل المد والجزر؟ " * 22)
    page.get_by_text("16 characters left").wait_for()
    page.get_by_text("More choices").click()
    assert page.get_by_role("option", name="Automatic (العربية)").count() == 1
    look(page, "new-choices")
    page.get_by_label("What do you want to write about?").fill("🌊" * 501)
    page.get_by_text("1 character too many").wait_for()
    page.get_by_role("button", name="Write post").click()
    page.get_by_text("A topic can have up to 500 characters. Yours has 501.").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    assert "🌊" * 501 in page.get_by_label("What do you want to write about?").input_value()


def test_new_post_without_a_confirmed_email(
    session: str, another_site: Callable[..., Any], window: Callable[..., Any], look: Callable[..., None]
) -> None:
    site = another_site(VERIFIED_EMAIL_REQUIRED="true", OPENAI_API_KEY="never used")
    page = window(session, at=site)
    page.goto("/new")
    look(page, "new-unconfirmed")
    page.get_by_role("button", name="Send a new link").click()
    page.get_by_text("We sent a link to alice@example.com.").first.wait_for()
    look(page, "settings-email-unconfirmed")


def test_new_post_with_nothing_left(page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    open_since_before = page.context.new_page()
    open_since_before.goto("/new?topic=Tides")
    for _ in range(2):  # a free plan's posts of a day
        write(page, sections=1)
    page.goto("/new?topic=Tides&sections=12")
    page.get_by_text("has no posts left today").wait_for()
    assert page.get_by_role("button", name="Write post").count() == 0
    look(page, "new-nothing-left")
    open_since_before.get_by_role("button", name="Write post").click()
    page = open_since_before
    page.get_by_text("Nothing was started").wait_for()
    complaints.clear()  # Chromium says of every 402 that it is one
    look(page, "new-refused")


def test_new_post_with_mistakes(page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/new?topic=Tides&keywords=moon&words=12")
    page.get_by_role("button", name="Write post").click()
    page.get_by_text("at least 150 words").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(page, "new-mistakes")


@pytest.mark.parametrize("who", ["nobody", "alice", "mallory"])
def test_pricing(
    window: Callable[..., Any], session: str, session_of_mallory: str, look: Callable[..., None], who: str
) -> None:
    page = window({"nobody": "", "alice": session, "mallory": session_of_mallory}[who])
    page.goto("/pricing")
    look(page, f"pricing-{who}")
    page.get_by_role("link", name="Yearly").click()
    page.get_by_text("You save").first.wait_for()
    look(page, f"pricing-{who}-year")


@pytest.fixture
def session_of_mallory(transactional_db: None, mallory: "User") -> str:
    """On the plan Pro, which she pays for."""
    from datetime import timedelta

    from django.test import Client
    from django.utils import timezone

    from billing.models import Entitlement

    Entitlement.objects.filter(user=mallory).update(
        given_tier=None,
        subscribed_tier="pro",
        status="active",
        period_end=timezone.now() + timedelta(days=20),
        anchor=timezone.now() - timedelta(days=10),
    )
    client = Client()
    client.force_login(mallory)
    return client.cookies["sessionid"].value


def test_usage_of_nothing(page: Any, look: Callable[..., None]) -> None:
    page.goto("/usage")
    look(page, "usage-empty")


@pytest.fixture
def history(transactional_db: None, alice: "User") -> "User":
    """Alice on Pro, with a month behind her and twenty days of another."""
    from billing import quotas
    from billing.models import Meter
    from billing.tests.histories import a_month_passes, joined, used
    from billing.tiers import set_tier

    alice.time_zone = "America/New_York"
    alice.save()
    set_tier(user=alice, tier="pro")
    for _ in range(3):
        used(alice)
    joined(alice, days_ago=20)
    a_month_passes(alice)
    for days_ago, posts in ((19, 1), (17, 4), (12, 2), (11, 7), (5, 1), (1, 3)):
        for _ in range(posts):
            used(alice, days_ago=days_ago)
    used(alice, days_ago=1, end="refund")
    used(alice, days_ago=1, meter=Meter.ASSISTS)
    quotas.grant(alice, 5, reason="Sorry for the outage on Monday", actor=alice)
    for title in ("Why the tides come twice a day", LONG):
        run = a_finished_run(alice, title)
        used(alice, for_run=run)
    used(alice, end="", for_run=a_finished_run(alice, "What grows in the shade"))
    return alice


def a_finished_run(owner: "User", title: str) -> Any:
    """The id of a run whose post is there."""
    from generation.models import Run
    from generation.posts.tests.posts import a_post

    post = a_post(owner, title)
    run = Run.objects.create(
        owner=owner, conversation=post.conversation, post_id=post.pk, brief={}, status="completed"
    )
    return run.pk


def test_usage(history: "User", page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/usage")
    look(page, "usage")
    page.get_by_text("Show numbers").click()
    page.get_by_label("Limit, in US dollars a month").fill("150")
    page.get_by_role("button", name="Save limit").click()
    page.get_by_text("Your plan already stops at").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    page.get_by_text("Show numbers").click()
    look(page, "usage-mistake")
    page.get_by_label("Limit, in US dollars a month").fill("12.50")
    page.get_by_role("button", name="Save limit").click()
    page.get_by_text("You lowered that to").wait_for()
    look(page, "usage-limited")
    page.get_by_label("Month", exact=True).select_option(index=1)
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("heading", name="Recent").wait_for()
    look(page, "usage-month-before")


def test_usage_at_and_over_the_limit(
    transactional_db: None, alice: "User", page: Any, look: Callable[..., None]
) -> None:
    from billing.models import Entitlement
    from billing.quotas import Spent
    from billing.tests.histories import used
    from billing.tiers import set_tier

    for _ in range(2):
        used(alice)
    page.goto("/usage")
    look(page, "usage-full")
    set_tier(user=alice, tier="starter")
    for _ in range(5):
        used(alice, spent=Spent(90_000, 120_000, Decimal("1.21")))
    set_tier(user=alice, tier="free")
    page.goto("/usage")
    look(page, "usage-over")
    page.goto("/new?topic=Tides")
    page.get_by_role("link", name="Compare plans").wait_for()
    look(page, "new-over-cost-limit")
    Entitlement.objects.filter(user=alice).update(own_cost_limit_usd=1)
    page.goto("/new?topic=Tides")
    page.get_by_role("link", name="Change your limit").wait_for()
    look(page, "new-over-own-limit")


def test_library(posts: list[str], page: Any, look: Callable[..., None], model: Server) -> None:
    page.goto("/posts")
    look(page, "library")
    page.goto("/posts?q=moon&sort=title")
    page.locator("mark").first.wait_for()
    page.get_by_text("Actions for What grows").locator("..").click()
    look(page, "library-found")
    page.goto("/posts?q=zebra")
    look(page, "library-nothing-found")
    page.goto(posts[0])
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").wait_for()
    assert "is in the trash" in page.evaluate("document.activeElement.textContent")
    look(page, "library-deleted")


def test_an_empty_library(page: Any, look: Callable[..., None]) -> None:
    page.goto("/posts")
    look(page, "library-empty")


@pytest.mark.parametrize(("number", "name"), [*enumerate(["post", "post-long", "post-rtl", "post-demo"])])
def test_post(posts: list[str], page: Any, look: Callable[..., None], number: int, name: str) -> None:
    page.goto(posts[number])
    look(page, name)
    if name == "post":
        page.locator(".postbar summary").press("Enter")
        look(page, "post-formats")


def write_the_sample(model: Server, outline: Gate, text: Gate) -> None:
    """Have the model write the sample post, and wait at the gates: in the outline, and in two sections."""
    draft = sample_draft()
    introduction, *sections, conclusion = draft.parts
    plan = {
        "title": draft.title,
        "sections": [{"heading": each.heading, "words": count(each.text)} for each in sections],
        "conclusion_heading": conclusion.heading,
    }
    answers = {"the introduction": introduction, "the conclusion of this post": conclusion}
    answers |= {f"section {number}": section for number, section in enumerate(sections, 1)}
    model.script.add(Answer(text=json.dumps(plan), gate=outline, gate_at=30), schema=True)
    for name, part in answers.items():
        gate = text if name in ("section 1", "section 2") else None
        model.script.add(Answer(text=part.text, gate=gate, gate_at=60), prompt=f"Write {name},")


def test_live(page: Any, look: Callable[..., None], model: Server) -> None:
    outline, text = model.gate(), model.gate()
    write_the_sample(model, outline, text)
    write(page, sample_topic(), sections=4, words=300)
    page.locator(".planning-headings li:not(:empty)").first.wait_for()
    look(page, "live-planning", whole=False)
    outline.release()
    page.locator("[data-row=section-3][data-state=done]").wait_for(state="attached")  # in a closed sheet
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
    page.get_by_text("save this yet").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(page, "review-mistakes")
    page.goto("/posts")
    look(page, "library-review")


def test_stopped(page: Any, look: Callable[..., None], model: Server) -> None:
    model.script.add(Answer(text=""), schema=False, skip=3, times=None)
    write(page)
    page.get_by_text("We couldn’t finish this post.").wait_for()
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
    page.get_by_text("Reconnecting… your post is still being written.").wait_for()
    look(page, "live-reconnecting", whole=False)
    gate.release()


def test_print(posts: list[str], page: Any) -> None:
    page.goto(posts[0])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 800, "height": 1000})
    page.screenshot(path=SHOTS / "post-print.png", full_page=True)
    assert not page.locator(".bar").is_visible()


def test_settings(page: Any, look: Callable[..., None]) -> None:
    page.goto("/settings")
    look(page, "settings")
    page.set_viewport_size({"width": 1280, "height": 900})
    listed = page.get_by_role("navigation", name="Settings")
    for name in ("Profile", "Notifications", "Your data"):
        listed.get_by_role("link", name=name).click()
        listed.locator("[aria-current=true]", has_text=name).wait_for()
        assert listed.locator("[aria-current]").count() == 1


@pytest.mark.parametrize("name", ["email", "password", "api-keys", "activity", "delete-account"])
def test_settings_with_a_page_of_their_own(page: Any, look: Callable[..., None], name: str) -> None:
    page.goto(f"/settings/{name}")
    look(page, f"settings-{name}")


def test_usage_emails_off(page: Any, look: Callable[..., None], alice: "User") -> None:
    from django.core.signing import Signer

    page.context.clear_cookies()
    page.goto("/usage-emails/off/" + Signer(salt="billing.notices.preferences").sign(str(alice.pk)))
    look(page, "usage-emails-off")
    page.get_by_role("button", name="Turn them off").click()
    page.get_by_role("heading", name="Usage emails are off").wait_for()
    look(page, "usage-emails-off-done")


def test_security(session: str, with_passkeys: Callable[[str], Any], look: Callable[..., None]) -> None:
    from django.test import Client

    page = with_passkeys(session)
    page.goto("/settings#security")
    page.get_by_role("link", name="Set up an app").click()
    look(page, "settings-security-app")
    page.get_by_text("Can’t scan it?").click()
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Turn on").click()
    page.get_by_text("That code didn’t work").wait_for()
    page.get_by_text("Can’t scan it?").click()
    look(page, "settings-security-app-mistake")
    page.get_by_label("Code from the app").fill(code_of(page.locator(".secret").inner_text()))
    page.get_by_role("button", name="Turn on").click()
    page.get_by_text("Save these codes now").wait_for()
    look(page, "settings-security-codes")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download").click()
    assert downloading.value.suggested_filename == "blog-ai-recovery-codes.txt"
    saved = downloading.value.path().read_text()
    assert saved.splitlines()[2:] == page.locator(".codes code").all_inner_texts()
    page.get_by_role("link", name="I’ve saved them").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My phone")
    look(page, "settings-security-passkey")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_text("Added just now").wait_for()
    look(page, "settings-security-all")
    page.get_by_role("link", name="Rename My phone").click()
    look(page, "settings-security-rename")
    page.goto("/settings#security")
    page.get_by_role("link", name="Remove My phone").click()
    look(page, "settings-security-remove")
    page.goto("/settings/security/app/remove")
    look(page, "settings-security-app-remove")
    page.goto("/settings/security/recovery-codes/new")
    look(page, "settings-security-codes-new")
    for path, name in (("", "password"), ("/code", "code"), ("/passkey", "passkey")):
        page.goto(f"/sign-in-again{path}?next=/settings/security")
        look(page, f"sign-in-again-{name}")
    half_way = Client()
    half_way.post("/sign-in", {"login": "alice@example.com", "password": "a password"})
    page = with_passkeys(half_way.cookies["sessionid"].value)
    page.goto("/sign-in/code")
    look(page, "sign-in-code")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("That code didn’t work").wait_for()
    look(page, "sign-in-code-mistake")


def test_with_other_providers(
    session: str, another_site: Callable[..., Any], window: Callable[..., Any], look: Callable[..., None]
) -> None:
    both = {f"{name}_CLIENT_{part}": "x" for name in ("GOOGLE", "GITHUB") for part in ("ID", "SECRET")}
    site = another_site(**both, OPENAI_API_KEY="never used")
    page = window(at=site)
    for path in ("sign-in", "sign-up", "sign-in/google", "sign-in/cancelled"):
        page.goto(f"/{path}")
        look(page, f"{path.replace('/', '-')}-providers")
    page = window(session, at=site)
    page.goto("/settings#security")
    look(page, "settings-security-providers")


def test_sessions(page: Any, look: Callable[..., None], transactional_db: None) -> None:
    from django.test import Client

    from accounts.tests.test_sessions import FIREFOX, IPHONE

    for agent, address in ((IPHONE, "2001:db8:4860:4860:aaaa:bbbb:cccc:8888"), (FIREFOX, "203.0.113.9")):
        client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
        client.post("/sign-in", {"login": "alice@example.com", "password": "a password"})
    page.goto("/settings#sessions")
    look(page, "settings-sessions")
    page.get_by_role("button", name="Sign out Firefox on Linux").click()
    page.get_by_text("Firefox on Linux is signed out.").first.wait_for()
    page.get_by_role("button", name="Sign out everywhere else").click()
    page.get_by_text("signed out everywhere else").first.wait_for()
    look(page, "settings-sessions-one")


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


def test_webhooks_on_a_plan_without(page: Any, look: Callable[..., None]) -> None:
    page.goto("/settings/webhooks")
    page.get_by_text("Your plan doesn’t send webhooks.").wait_for()
    look(page, "settings-webhooks-free")


def test_webhooks(webhooks: None, page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/settings/webhooks")
    look(page, "settings-webhooks")
    page.get_by_label("Address").fill("https://10.0.0.1/")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("is on an internal network").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(page, "settings-webhooks-mistake")
    page.get_by_label("Address").fill("http://nobody.invalid/")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Your test event wasn’t delivered").wait_for()
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
    assert page.evaluate("document.activeElement.id") == "new-key"
    look(page, "settings-api-keys-new")
    page.context.grant_permissions(["clipboard-write"])  # Chromium asks nobody, its headless shell does
    copies = page.get_by_role("button", name="Copy key")
    copies.click()
    page.get_by_text("Copied", exact=True).wait_for()
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('refused')))")
    copies.click()
    page.get_by_text("It’s selected").wait_for()
    assert page.evaluate("String(getSelection())").startswith("bai_test_")
    page.reload()  # which makes no third key, and asks nothing
    assert page.locator("#secret").count() == 0
    assert page.get_by_role("list", name="Your keys").locator(".entry").count() == 2
    page.get_by_text("Rotate", exact=True).first.press("Enter")
    page.get_by_label("The old key stops working").first.select_option("in an hour")
    look(page, "settings-api-keys-rotate")
    page.get_by_role("button", name="Rotate this key").click()
    page.get_by_text("Rotated", exact=True).wait_for()
    page.get_by_text("More: test keys and limits").press("Enter")
    look(page, "settings-api-keys-many")
    page.get_by_text("Revoke", exact=True).first.press("Enter")
    page.get_by_role("button", name="Revoke this key").first.click()
    page.get_by_text("is revoked and no longer works.").first.wait_for()


def test_a_new_password(page: Any, look: Callable[..., None]) -> None:
    page.context.clear_cookies()
    page.goto("/sign-up")
    loaded = "performance.getEntriesByType('resource').some(({ name }) => name.includes('zxcvbn'))"
    assert page.evaluate("document.activeElement.name") == "email" and not page.evaluate(loaded)
    password = page.get_by_label("Password")
    said = page.locator(".strength-word")
    for typed, word in (
        ("blogai", "4 more characters to go"),
        ("1234567890", "Very easy to guess"),
        ("tides come twice a day", "Very strong"),
    ):
        password.fill(typed)
        said.get_by_text(word).wait_for()
    assert shift(page) < 0.01
    shows = page.get_by_role("button", name="Show password")
    shows.press("Enter")
    assert (password.get_attribute("type"), shows.get_attribute("aria-pressed")) == ("text", "true")
    look(page, "sign-up-shown")
    page.get_by_label("Email").fill("nobody")
    page.get_by_role("button", name="Create account").click()
    page.get_by_text("Enter a valid email address").wait_for()
    assert "Check “Email”" in page.evaluate("document.activeElement.innerText")
    assert page.get_by_label("Password").get_attribute("type") == "password"
    look(page, "sign-up-mistakes")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/sample", "/sign-in", "/sign-up", "/forgotten-password", "/terms", "/privacy"),
        *("/confirm-email", "/confirm-email/used", "/forgotten-password/sent", "/new-password/1/used"),
    ],
)
def test_before_signing_in(page: Any, look: Callable[..., None], path: str) -> None:
    page.context.clear_cookies()
    page.emulate_media(reduced_motion="reduce")  # the recording is over
    page.goto(path)
    look(page, path.strip("/").replace("/", "-") or "landing")


def test_help(page: Any, look: Callable[..., None]) -> None:
    page.goto("/help")
    look(page, "help")
    page.get_by_role("searchbox").fill("do I get charged for failed posts?")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="answers for").wait_for()
    look(page, "help-found")
    page.goto("/help?q=zebra&request_id=ab12")
    look(page, "help-nothing-found")
    for article in ("what-counts", "first-api-call"):
        page.goto(f"/help/{article}")
        look(page, f"help-{article}")
    page.goto("/changelog")
    look(page, "changelog")


def test_guide(page: Any, window: Callable[..., Any], look: Callable[..., None]) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/docs")
    look(page, "docs", whole=False)
    page.locator(".guide-nav summary").click()
    page.get_by_role("link", name="Limits", exact=True).wait_for()
    page.goto("/docs/limits")
    languages = page.get_by_role("group", name="Language of the example")
    languages.get_by_role("radio", name="curl").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("import os\nimport time\n")
    look(page, "docs-limits")
    page.goto("/docs/outline")
    assert page.get_by_role("radio", name="Python").is_checked(), "the language is remembered"
    assert page.locator(".example pre:visible").first.inner_text().startswith("import os")
    page.goto("/docs/reference#runs_outline_edit")
    look(page, "docs-reference", whole=False)

    plain = window(java_script_enabled=False)
    plain.goto("/docs/outline")
    plain.get_by_role("radio", name="JavaScript").first.check()
    assert plain.locator(".example pre:visible").first.inner_text().startswith("const site =")
    assert plain.locator(".example-copy:visible").count() == 0


def test_contact(
    page: Any, window: Callable[..., Any], look: Callable[..., None], complaints: list[str]
) -> None:
    anonymous = window()
    anonymous.goto("/contact?request_id=4f1c0e5b9c0f4a6e8d1b2a3c4d5e6f70")
    look(anonymous, "contact")
    anonymous.get_by_label("Your email").fill("carol")
    anonymous.get_by_label("Your email").evaluate("field => field.form.noValidate = true")
    anonymous.get_by_role("button", name="Send message").click()
    anonymous.get_by_text("Tell us how we can help").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(anonymous, "contact-mistakes")
    page.goto("/contact")
    look(page, "contact-signed-in")
    page.get_by_label("Your message").fill("My post stopped at section 2.")
    page.get_by_role("button", name="Send message").click()
    page.get_by_role("heading", name="on its way").wait_for()
    look(page, "contact-sent")


@pytest.fixture
def all_well(transactional_db: None) -> None:
    """The heartbeat of a worker. The site has one, but its row went with those of the test before."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")


@pytest.fixture
def incidents(all_well: None) -> None:
    """One that goes on, and three that are over; one of them has a long name."""
    now = timezone.now()
    for days, lasted, component, impact, title, text in (
        (0, 0, "writing", "degraded", "Posts take longer than usual", "A provider answers slowly."),
        (12, 1, "web", "outage", "The site could not be reached", "A certificate had expired."),
        (33, 80, "email", "degraded", LONG[:120], "Mails were late. All of them have been sent."),
        (61, 2, "database", "maintenance", "Move to a larger database", "Done."),
    ):
        started = now - timedelta(days=days, hours=2)
        ended = ["--ended", (started + timedelta(hours=lasted)).isoformat()] if lasted else []
        what = ["--component", component, "--impact", impact, "--text", text]
        call_command("incident", "open", title, *what, "--started", started.isoformat(), *ended)


def test_status(all_well: None, page: Any, look: Callable[..., None]) -> None:
    open_status(page, "Everything we check is working.")
    look(page, "status")


def test_status_with_incidents(incidents: None, page: Any, look: Callable[..., None]) -> None:
    open_status(page, "Writing posts: limited.")
    page.get_by_text("Show as a table").click()
    page.get_by_role("row", name="The site could not be reached").wait_for()
    look(page, "status-incidents")


def test_status_in_maintenance(
    all_well: None, page: Any, look: Callable[..., None], maintenance: Callable[[str], None]
) -> None:
    maintenance("on")
    open_status(page, "Blog AI is down for maintenance")
    look(page, "status-maintenance")


def open_status(page: Any, said: str) -> None:
    """The page, once it says that: a process goes on showing what it has read a few seconds ago."""

    def shows_it() -> bool:
        page.goto("/status")
        return bool(page.get_by_text(said).count())

    until(shows_it, said)


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
    page.get_by_label("What do you want to write about?").fill("How tides work, for curious adults")
    page.evaluate("document.querySelector('#composer [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.get_by_role("button", name="Write post").click()
    page.get_by_role("heading", name="This wasn’t sent").wait_for()
    complaints.clear()  # Chromium says of every 403 that it is one
    look(page, "not-sent")


def test_mistakes_at_the_entrance(window: Callable[..., Any], look: Callable[..., None]) -> None:
    page = window()
    for path, button in (("sign-up", "Create account"), ("sign-in", "Sign in")):
        page.goto(f"/{path}")
        page.get_by_label("Email").fill("nobody@example.com")
        page.get_by_label("Password").fill("12345")
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state()
        look(page, f"{path}-mistakes")


def test_the_menu(page: Any, look: Callable[..., None]) -> None:
    page.goto("/terms")
    page.locator(".menu summary").click()
    look(page, "menu", whole=False)
