"""The staff admin in a browser: under the policy of all other pages, without a script, and how it looks."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from generation.tests.e2e.site import Site

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
HOSTILE = "<script>document.title = 'taken over'</script><img src=x onerror=alert(1)>"
LISTS = (
    *("accounts/user", "generation/run", "generation/post", "generation/notification", "accounts/apikey"),
    *("billing/tierlimit", "billing/usagerecord", "billing/stripeevent", "generation/llmcall"),
    *("procrastinate/procrastinatejob", "health/incident", "staff/staffaction"),
)


@pytest.fixture
def customer(transactional_db: None, site: Site, settings: Any) -> Iterator["User"]:
    """Somebody who has written much, with a hostile name; nothing of theirs waits for a worker."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils import timezone
    from procrastinate.contrib.django import app

    from accounts import api_keys, security_events
    from accounts.models import Session, User
    from accounts.origins import Origin
    from billing import quotas
    from billing.quotas import Spent
    from billing.tiers import set_tier
    from generation.models import LlmCall, Notification, Run, RunStep
    from generation.pipeline.types import Brief
    from generation.posts.tests.posts import a_post
    from generation.runs import control
    from generation.runs.start import RunOptions, start_run

    settings.OPENAI_API_KEY = "never used"
    user = User.objects.create_user(email="ada@example.com", password="a password", name=HOSTILE)
    set_tier(user=user, tier="pro")
    now = timezone.now()
    for number in range(14):
        topic = HOSTILE if number == 5 else f"Why the tides come twice a day, part {number}"
        told = RunOptions(brief=Brief(topic=topic, sections=2), email_when_done=number % 3 == 0)
        run = start_run(user, told, queue=False)
        began = now - timedelta(hours=number * 2, minutes=7)
        Run.objects.filter(pk=run.pk).update(created_at=began, started_at=began)
        if number % 4 == 1:
            control.cancel(user, run.pk)
        elif number % 4 == 2:
            quotas.refund(run.reservation, Spent(900, 1200, Decimal("0.0123")))
            Run.objects.filter(pk=run.pk).update(
                status="failed",
                error_code="provider_error",
                error_detail="OpenAI answered 500 nine times in 35 seconds.",
                finished_at=began + timedelta(seconds=41),
            )
            RunStep.objects.filter(run=run, name="outline").update(state="failed", attempt=3)
        else:
            quotas.settle(run.reservation, Spent(5200, 4100, Decimal("0.0612")))
            ended = began + timedelta(seconds=27)
            Run.objects.filter(pk=run.pk).update(status="completed", finished_at=ended)
        LlmCall.objects.create(
            **{"run": run, "owner": user, "step": "outline", "provider": "openai", "model": "gpt-5.2"},
            **{"input_tokens": 900, "output_tokens": 1200, "cost_usd": Decimal("0.0123")},
            **{"price_version": "2026-11", "duration_ms": 2140, "finish_reason": "stop"},
            error="provider_timeout" if number % 4 == 2 else "",
        )
    a_post(user, "Why the tides come twice a day", text=f"The moon pulls. {HOSTILE}")
    a_post(user, HOSTILE)
    api_keys.issue(user, HOSTILE, ["read"])
    Notification.objects.update(state="delivered", attempts=1)
    TOTP.activate(user, generate_totp_secret())
    Client().force_login(user)
    Session.objects.filter(user=user).update(user_agent=FIREFOX, address="203.0.113.7")
    security_events.record_failed_sign_in(user.email, Origin("198.51.100.23", FIREFOX))
    security_events.record_staff_action(
        user, "Blog AI staff gave back a post", about=HOSTILE, reason="Ticket 4711"
    )
    call_command(
        *("incident", "open", HOSTILE, "--component", "writing", "--impact", "degraded"),
        *("--text", "We are looking into it."),
    )
    with connection.cursor() as cursor:  # for none of them is there a worker's work
        cursor.execute("DELETE FROM procrastinate_jobs")
    app.configure_task("mail_new_key", schedule_in={"days": 1}).defer(
        key_id="1", address=HOSTILE, in_place_of=""
    )
    yield user


@pytest.fixture
def desk(session: str, alice: "User", window: Callable[..., Any]) -> Any:
    """Alice's browser; she is a superuser."""
    type(alice).objects.update(is_staff=True, is_superuser=True)
    return window(session)


def test_the_way_to_an_answer(desk: Any, customer: "User", look: Callable[..., None]) -> None:
    desk.goto("/admin/")
    look(desk, "staff-today")
    desk.goto(f"/admin/accounts/user/?q={customer.email}")
    desk.get_by_role("link", name=customer.email).click()
    look(desk, "staff-user")
    desk.get_by_role("link", name="part 6").click()
    look(desk, "staff-run")


def test_an_action_and_its_mistakes(
    desk: Any, customer: "User", complaints: list[str], look: Callable[..., None]
) -> None:
    desk.goto(f"/admin/accounts/user/{customer.pk}")
    desk.get_by_role("link", name="Give a plan").click()
    look(desk, "staff-action")
    desk.get_by_label("Last day").fill("2020-01-01")
    desk.get_by_label("Reason").fill("A talk at the conference")
    desk.get_by_role("button", name="Give a plan").click()
    desk.get_by_text("Choose a day from today on").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(desk, "staff-action-mistake")
    desk.goto("/admin/health/incident/")
    desk.get_by_role("link", name="Open an incident").click()
    look(desk, "staff-action-incident")
    desk.get_by_label("Title").fill("Posts take longer than usual")
    desk.get_by_label("Component").select_option("Writing posts")
    desk.get_by_label("Impact").select_option("Limited")
    desk.get_by_role("button", name="Open an incident").click()
    desk.get_by_text("/status now says: Posts take longer than usual").wait_for()


def test_reading_a_post(desk: Any, customer: "User", look: Callable[..., None]) -> None:
    desk.goto("/admin/generation/post/")
    desk.get_by_role("link", name="Why the tides").click()
    desk.get_by_role("link", name="Read this post").click()
    desk.get_by_label("Reason").fill("They say that the second part is missing, ticket 4711")
    desk.get_by_role("button", name="Read this post").click()
    desk.get_by_role("heading", name="The pull of the moon").wait_for()
    look(desk, "staff-read")
    assert desk.title().endswith("| Blog AI staff"), "a customer's script has run"


@pytest.mark.parametrize("name", LISTS)
def test_each_list_and_its_first_screen(
    desk: Any, customer: "User", look: Callable[..., None], name: str
) -> None:
    desk.goto(f"/admin/{name}/")
    look(desk, f"staff-{name.replace('/', '-')}")
    first = desk.locator(f"#result_list a[href^='/admin/{name}/']").first
    if first.count():
        first.click()
        look(desk, f"staff-{name.replace('/', '-')}-screen")
    assert desk.title().endswith("| Blog AI staff"), "a customer's script has run"


def test_without_a_script_on_a_phone_and_with_the_keyboard(
    session: str, alice: "User", customer: "User", window: Callable[..., Any]
) -> None:
    type(alice).objects.update(is_staff=True, is_superuser=True)
    page = window(session, java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/admin/")
    users = page.get_by_role("link", name="Users", exact=True)
    assert not users.is_visible()
    page.get_by_label("Show the navigation").press("Space")
    users.press("Enter")
    page.get_by_role("searchbox").fill("ada@")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=customer.email).press("Enter")
    page.get_by_role("link", name="Add posts or assists").press("Enter")
    page.get_by_label("How many").fill("3")
    page.get_by_label("Reason").fill("An outage, ticket 4711")
    page.get_by_role("button", name="Add posts or assists").press("Enter")
    page.get_by_text("ada@example.com has 3 more posts this month.").wait_for()
    assert page.get_by_text("An outage, ticket 4711").count() == 3, (
        "in the ledger, on record, the owner's too"
    )
