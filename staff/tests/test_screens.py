"""The screens: all of a support question on one page, bounded, and nothing on it that must stay secret."""

from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import webhook_secrets
from accounts.models import ApiKey, User
from billing import quotas
from billing.models import Entitlement
from billing.simulated import SimulatedStripe
from billing.stripe.sync import sync_customer
from billing.tests.conftest import *  # noqa: F403 (the fixtures of a Stripe on loopback)
from billing.tests.subscriptions import subscribe
from billing.tiers import set_tier
from blogai.tests.canaries import told
from generation.posts.services import post_for
from staff.tests.things import (
    LISTS,
    SCRIPT,
    WITHOUT_SCREEN,
    Things,
    a_call,
    a_run,
    an_event,
    more_of_everything,
)

pytestmark = [pytest.mark.sweep, pytest.mark.usefixtures("no_lazy_fetches")]


def test_they_work(desk: Client, things: Things) -> None:
    for path in things.screens:
        reply = desk.get(path)
        assert reply.status_code == 200, path
        assert SCRIPT not in reply.text, path
        assert "&lt;script&gt;" in reply.text or "/tierlimit/" in path, path


def test_what_is_not_there_is_not_found(desk: Client, things: Things) -> None:
    for name, path in LISTS.items():
        for wrong in (uuid4(), "x", "0", "9" * 30, "%27", "a" * 5_000, "..%2f", "%ff"):
            assert desk.get(f"{path}{wrong}").status_code == 404, (name, wrong)
        assert desk.get(f"{path}%00").status_code == 400
    for name in WITHOUT_SCREEN:
        assert desk.get(f"{LISTS[name]}{things.by_name[name].pk}").status_code == 404  # type: ignore[attr-defined]


def test_they_only_show(desk: Client, things: Things) -> None:
    for path in [*LISTS.values(), *things.screens]:
        assert desk.post(path).status_code == 405
        assert desk.delete(path).status_code == 405
    for path in things.screens:
        for below in ("change", "delete", "history", "add"):
            assert desk.get(f"{path}/{below}/").status_code == 404


def test_no_secret_is_on_any_page(desk: Client, things: Things) -> None:
    owner = User.objects.get(pk=things.owner.pk)
    digest = ApiKey.objects.get().digest
    secrets = [things.raw_key, digest, owner.password, webhook_secrets.current(owner), "a-secret-of-theirs"]
    post: Any = things.by_name["post"]
    text = post_for(owner, post.pk).parts[0]["text"]
    for path in ["/admin/", *LISTS.values(), *things.screens]:
        page = desk.get(path).text
        assert told(secrets, page) == [], path
        assert text not in page, "to read it takes a reason"


def test_a_users_screen_costs_the_same_however_much_there_is(
    desk: Client, things: Things, mallory: User
) -> None:
    path = things.screen("user")
    before = queries(desk, path)
    set_tier(user=things.owner, tier="business")
    for _ in range(12):
        a_call(a_run(things.owner))
    more_of_everything(mallory, 3)
    assert queries(desk, path) == before
    assert before <= 26


def test_a_runs_screen_costs_the_same_however_much_there_is(desk: Client, things: Things) -> None:
    path = things.screen("run")
    before = queries(desk, path)
    for _ in range(5):
        a_call(things.run)
    assert queries(desk, path) == before
    assert before <= 14


def queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as context:
        assert browser.get(path).status_code == 200
    return len(context)


def test_charged_but_my_post_failed(desk: Client, things: Things, bob: User) -> None:
    """The question is answered here: what happened, why, what became of the unit, and what was done since."""
    page = desk.get(things.screen("user")).text
    row = page[page.index(str(things.run.pk)) :]
    for piece in ("cancelled", "provider_error", "refunded"):
        assert piece in row[: row.index("</tr>")], piece
    assert "0 used, 0 being written, of 5" in page
    assert "The free plan." in page


def test_who_gave_a_plan_and_why(desk: Client, things: Things, bob: User) -> None:
    set_tier(user=things.owner, tier="pro", by=bob, because=SCRIPT)
    page = desk.get(things.screen("user")).text
    assert "Given by staff." in page
    assert "Pro was given by bob@example.com: &lt;script&gt;" in page


def test_stripe_beside_ours_and_where_they_differ(
    desk: Client, things: Things, priced_stripe: SimulatedStripe, customer: str
) -> None:
    subscription = subscribe(priced_stripe, customer, "price_pro")
    async_to_sync(sync_customer)(customer)
    page = desk.get(things.screen("user")).text
    for piece in ("Paid by subscription.", "Stripe and we agree.", subscription, "cus_1"):
        assert piece in page
    Entitlement.objects.update(subscribed_tier="starter")
    an_event("cus_1")
    page = desk.get(things.screen("user")).text
    assert "Stripe and we agree." not in page
    assert "Plan: pro at Stripe, starter here." in page
    assert "Events of Stripe that were not looked up yet: 1." in page


def test_each_group_sees_of_a_user_what_it_may_list(desk_for: Any, things: Things) -> None:
    page = desk_for("billing").get(things.screen("user")).text
    for heading, seen in {"Runs": True, "Posts": False, "API keys": False, "Ledger": True}.items():
        assert (f">{heading}</h2>" in page) == seen, heading


def test_a_run_shows_its_milestones_without_their_text(desk: Client, things: Things) -> None:
    things.run.events.create(seq=90, type="part.done", data={"part": "section-1", "html": "<p>Secret</p>"})
    page = desk.get(things.screen("run")).text
    assert "part.done" in page
    assert "Secret" not in page
    assert quotas.state_of(things.run.reservation) == "refunded"
    assert "refunded" in page
