"""The dashboard: its numbers are those of the lists that they lead to, and it asks little."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from billing.models import Entitlement, UsageRecord
from generation.models import Run
from staff.dashboard import page as page_module
from staff.dashboard.charts import Column, chart
from staff.tests.things import SCRIPT, Things, a_call, a_run, more_of_everything

pytestmark = pytest.mark.sweep

COUNTED = re.compile(r'<a href="([^"]+)" data-count="(\d+)">')


@pytest.fixture
def busy(things: Things, mallory: User) -> None:
    """Runs of the last days in every state, subscriptions, costs and errors."""
    more_of_everything(mallory, 6)
    states = ["queued", "running", "completed", "failed", "cancelled", "completed", "failed"]
    now = timezone.now()
    for number, (run, state) in enumerate(zip(Run.objects.order_by("pk"), states, strict=True)):
        began = now - timedelta(hours=number * 5)
        Run.objects.filter(pk=run.pk).update(
            status=state,
            created_at=began,
            started_at=began,
            finished_at=began + timedelta(seconds=20 + number),
            error_code="provider_error" if number == 3 else "error" if state == "failed" else "",
            test=number == 5,
        )
    UsageRecord.objects.update(cost_usd=Decimal("0.25"))
    User.objects.filter(email__startswith="1-").update(date_joined=now - timedelta(days=3))
    Entitlement.objects.create(
        user=things.owner, subscribed_tier_id="pro", status="active", period_end=now + timedelta(days=9)
    )


def numbers(page: str) -> list[tuple[str, int]]:
    return [(unescape(url), int(count)) for url, count in COUNTED.findall(page)]


def test_each_number_is_that_of_its_list(desk: Client, busy: None) -> None:
    found = numbers(desk.get("/admin/").text)
    assert len(found) > 150
    shown = {url: count for url, count in found if count}
    assert len(shown) >= 15
    for url, count in shown.items():
        reply = desk.get(url)
        assert reply.status_code == 200, url
        assert reply.context["cl"].result_count == count, url
    for url in [url for url, count in found if not count][::20]:
        assert desk.get(url).context["cl"].result_count == 0, url


def test_what_it_says(desk: Client, busy: None) -> None:
    page = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", desk.get("/admin/").text))
    assert "5 in the last 24 hours, of which 1 failed." in page
    assert "provider_error 1" in page
    assert "1 subscriptions, worth $1.63 a day" in page
    assert "openai provider_timeout 7" in page
    assert re.search(rf"{timezone.now():%B %-d} \$\d", page)


def test_how_many_of_those_who_signed_up_pay(desk: Client, busy: None, things: Things) -> None:
    owner = things.owner.pk
    Run.objects.filter(owner=owner).update(status="completed", test=False)
    page = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", desk.get("/admin/").text))
    joined = User.objects.count()
    wrote = Run.objects.filter(status="completed", test=False).values("owner").distinct().count()
    assert 1 < wrote < joined
    assert f"Signed up {joined} 100.0% 100.0%" in page
    assert f"Finished a first post {wrote} {wrote / joined:.1%} {wrote / joined:.1%}" in page
    assert f"Pay 1 {1 / joined:.1%} {1 / wrote:.1%}" in page
    User.objects.filter(pk=owner).update(date_joined=timezone.now() - timedelta(days=31))
    page = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", desk.get("/admin/").text))
    assert "Pay 0 0.0% 0.0%" in page, "who came before the period is not counted"


def test_a_chart_has_a_bar_for_each_part(desk: Client, busy: None) -> None:
    page = desk.get("/admin/").text
    assert page.count("<svg viewBox") == 4
    assert page.count('class="bar-failed"') == 1
    assert 'class="bar-completed"' in page
    assert "<title>" in page[page.index("<svg viewBox") :]


def test_it_asks_as_much_however_much_there_is(
    desk_for: Callable[..., Client], things: Things, mallory: User
) -> None:
    browser = desk_for("engineer")
    before = queries(browser)
    more_of_everything(mallory, 20)
    assert queries(browser) == before
    assert before <= 20


def queries(browser: Client) -> int:
    with CaptureQueriesContext(connection) as context:
        assert browser.get("/admin/").status_code == 200
    return len(context)


@pytest.mark.parametrize(
    ("group", "titles"),
    [
        ("support", {"Runs by hour", "Failures by reason", "Sign-ups", "Errors of model calls"}),
        ("billing", {"Runs by hour", "Cost and revenue by day", "Sign-ups"}),
        ("engineer", {"Runs by hour", "Queue", "Errors of model calls"}),
        ("", set()),
    ],
)
def test_each_group_sees_the_panels_of_its_lists(
    desk_for: Callable[..., Client], things: Things, group: str, titles: set[str]
) -> None:
    page = desk_for(*filter(None, [group])).get("/admin/").text
    shown = set(re.findall(r'<h2 id="panel-\d+">([^<]+)</h2>', page))
    assert titles <= shown
    assert ("Queue" in shown) == (group == "engineer")
    assert ("You are in none of the staff groups yet." in page) == (group == "")
    browser_links = {url for url, _ in numbers(page)}
    assert bool(browser_links) == bool(group)


def test_a_database_that_is_busy_costs_the_figures_and_not_the_page(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(now: object) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")

    monkeypatch.setattr(page_module, "TIMEOUT", "20ms")
    monkeypatch.setattr(page_module, "PANELS", {slow: "generation.view_run"})
    page = desk.get("/admin/")
    assert (page.status_code, "took too long to count" in page.text) == (200, True)

    def broken(now: object) -> Any:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(page_module, "PANELS", {broken: "generation.view_run"})
    desk.raise_request_exception = False
    assert desk.get("/admin/").status_code == 503


def test_hostile_reasons_stay_text(desk: Client, things: Things) -> None:
    Run.objects.update(status="failed", error_code=SCRIPT[:40])
    a_call(a_run(things.owner))
    page = desk.get("/admin/")
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_bars_fill_the_height_and_touch_nothing_else() -> None:
    drawn = chart("Runs", [Column("a", {"x": 3, "y": 1}), Column("b"), Column("c", {"x": 2})], line=8)
    assert [(bar.y, bar.height, bar.kind) for bar in drawn.bars] == [
        ("62.5", "37.5", "x"),
        ("50.0", "12.5", "y"),
        ("75.0", "25.0", "x"),
    ]
    assert drawn.line == "0.0"
    assert drawn.top == "8"
    assert chart("Nothing", []).bars == []
    assert chart("Nothing", [Column("a")]).top == "1"
