"""/status: what it says now, what staff post, and that it comes whatever is down."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Event
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from blogai.core.errors import Conflict
from health import checks, incidents, status
from health.models import Component, Impact, Incident
from health.status import DAY_WIDTH, days_of

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)

hang = Event()


@pytest.fixture(autouse=True)
def _fresh_probes() -> Iterator[None]:
    for runner in (checks.probe_runner, status.incidents_runner):
        runner.cache_clear()
    yield
    for runner in (checks.probe_runner, status.incidents_runner):
        runner.cache_clear()


@pytest.fixture
def all_well(settings: Any) -> None:
    settings.HEALTH_PROBES = dict.fromkeys(settings.HEALTH_PROBES, "health.tests.test_status.well")


@pytest.fixture
def all_fail(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HEALTH_PROBES = dict.fromkeys(settings.HEALTH_PROBES, "health.tests.test_status.failing")
    monkeypatch.setattr(status, "recent", failing)


def well() -> dict[str, object]:
    return {"status": "up"}


def failing() -> Any:
    raise ConnectionError("db.internal:5432 as root")


def hanging() -> Any:
    hang.wait(30)
    return {"status": "up"}


def command(*arguments: object) -> str:
    out = StringIO()
    call_command("incident", *map(str, arguments), stdout=out)
    return out.getvalue().strip()


def page(client: Client) -> str:
    """The page with what was posted until now."""
    status.incidents_runner.cache_clear()
    return client.get("/status").text


def an_incident(started: datetime, resolved: datetime | None, impact: Impact = Impact.OUTAGE) -> Incident:
    return Incident(component=Component.WEB, impact=impact, started_at=started, resolved_at=resolved)


@pytest.mark.django_db
def test_it_works(client: Client, all_well: None) -> None:
    reply = client.get("/status")
    assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-store")
    assert "Everything we check is working." in reply.text
    assert reply.text.count("Working") == 4
    assert "None in the last 90 days." in reply.text
    assert "%" not in reply.text, "no share of time that nobody measures"


@pytest.mark.django_db
def test_what_is_not_set_up_is_not_shown_and_what_is_not_measured_says_so(
    client: Client, settings: Any
) -> None:
    settings.HEALTH_PROBES = {
        **dict.fromkeys(settings.HEALTH_PROBES, "health.tests.test_status.well"),
        "stripe": "billing.stripe.probes.stripe_api",
    }
    text = client.get("/status").text
    assert "<h3>Payments</h3>" not in text
    assert "<h3>Email</h3>" in text and "Not measured" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("probe", "troubled"),
    [
        ("worker", ["Writing posts"]),
        ("llm", ["Writing posts"]),
        ("stripe", ["Payments"]),
        ("database", ["Website and API", "Database"]),
        ("sentry", []),
    ],
)
def test_a_probe_that_fails_is_seen(client: Client, settings: Any, probe: str, troubled: list[str]) -> None:
    settings.HEALTH_PROBES = {
        **dict.fromkeys(settings.HEALTH_PROBES, "health.tests.test_status.well"),
        probe: "health.tests.test_status.failing",
    }
    text = client.get("/status").text
    said = ", ".join(f"{name}: not working" for name in troubled)
    assert (f"<b>{said}.</b>" if troubled else "Everything we check is working.") in text
    assert text.count("Not working") == len(troubled)
    assert ("notice-danger" in text) == bool(troubled)
    assert ("the ones we’re writing will continue" in text) == (troubled not in ([], ["Payments"]))


@pytest.mark.django_db(transaction=True)
def test_an_incident_is_posted_told_of_and_resolved(client: Client, all_well: None) -> None:
    started = timezone.now() - timedelta(hours=30)
    incident_id = command(
        *("open", "Posts wait <longer>", "--component", "writing", "--impact", "degraded"),
        *("--text", "We are looking into it.", "--started", started.isoformat()),
    )
    text = page(client)
    assert '<h2 id="open">Happening now</h2>' in text
    assert f'id="incident-{incident_id}"' in text
    assert "Posts wait &lt;longer&gt;" in text and "<longer>" not in text
    assert "We are looking into it." in text
    assert "Writing posts: limited." in text and "notice-danger" not in text
    assert text.count('class="days-degraded"') in {2, 3}, "30 hours touch two days or three"
    command("update", incident_id, "A provider <b>is slow</b>.")
    assert "A provider &lt;b&gt;is slow&lt;/b&gt;." in page(client)
    command("resolve", incident_id, "It is back.")
    text = page(client)
    assert (
        "Happening now" not in text
        and "It is back." in text
        and ", for 1 day, 6 hours" in text.replace("\xa0", " ")
    )
    assert "Everything we check is working." in text
    assert "Writing posts: incidents on" in text
    assert incident_id in command("list")
    with pytest.raises(CommandError, match="already resolved"):
        command("resolve", incident_id)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["open", "x" * 121, "--component", "web", "--impact", "outage"], "at most 120 characters"),
        (["open", "", "--component", "web", "--impact", "outage"], "cannot be blank"),
        (["open", "x", "--component", "moon", "--impact", "outage"], "invalid choice: 'moon'"),
        (["open", "x", "--component", "web", "--impact", "awful"], "invalid choice: 'awful'"),
        (["open", "x", "--component", "web", "--impact", "outage", "--started", "soon"], "invalid _moment"),
        (["open", "x", "--component", "web", "--impact", "outage", "--started", "2126-01-01"], "the future"),
        (["open", "x", "--component", "web", "--impact", "outage", "--ended", "2126-01-01"], "the future"),
        (
            ["open", "x", "--component", "web", "--impact", "outage", "--ended", "2020-01-01"],
            "ends after",
        ),
        (["open", "x", "--component", "web", "--impact", "outage", "--text", "y" * 2001], "at most 2000"),
        (["update", uuid.UUID(int=0), "x"], "find that incident"),
        (["resolve", uuid.UUID(int=0)], "find that incident"),
        (["update", "x", "x"], "invalid UUID"),
    ],
)
def test_a_mistake_posts_nothing(arguments: list[object], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        command(*arguments)
    assert not Incident.objects.exists()


@pytest.mark.django_db
def test_two_who_resolve_at_once_end_it_once() -> None:
    incident = incidents.open_incident(title="x", component="web", impact="outage")
    incidents.resolve(incident_id=incident.pk)
    ended = Incident.objects.get().resolved_at
    with pytest.raises(Conflict):
        incidents.resolve(incident_id=incident.pk, text="again")
    assert Incident.objects.get().resolved_at == ended
    assert not incident.updates.exists()


@pytest.mark.django_db
def test_an_incident_does_not_end_before_it_starts() -> None:
    incident = Incident(
        title="x", component="web", impact="outage", started_at=NOON, resolved_at=NOON - timedelta(1)
    )
    with pytest.raises(ValidationError, match="ends after it has started"):
        incident.full_clean()


@pytest.mark.django_db
def test_it_takes_two_queries_however_many_there_are(django_assert_num_queries: Any) -> None:
    for number in range(5):
        incidents.open_incident(title=f"{number}", component="web", impact="outage", text="We know.")
    old = incidents.open_incident(title="old", component="web", impact="outage")
    long_ago = timezone.now() - timedelta(days=91)
    Incident.objects.filter(pk=old.pk).update(started_at=long_ago, resolved_at=long_ago)
    with django_assert_num_queries(2):
        found = incidents.recent()
        assert [update.text for each in found for update in each.updates.all()] == ["We know."] * 5
    assert "old" not in {each.title for each in found}


# Days --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "resolved", "days"),
    [
        (NOON, NOON + timedelta(minutes=5), [27]),
        (NOON, None, [27]),
        (NOON - timedelta(days=1), None, [27, 26]),
        (datetime(2026, 11, 25, 23, 59, tzinfo=UTC), datetime(2026, 11, 26, 0, 1, tzinfo=UTC), [26, 25]),
        (NOON + timedelta(days=1), None, []),
        (NOON - timedelta(days=90), NOON - timedelta(days=90), []),
    ],
)
def test_the_days_of_an_incident(started: datetime, resolved: datetime | None, days: list[int]) -> None:
    assert [day.date.day for day in days_of([an_incident(started, resolved)], NOON)] == days


def test_the_bar_has_ninety_days_and_each_its_place() -> None:
    everything = days_of([an_incident(NOON - timedelta(days=400), None)], NOON)
    assert [day.x for day in everything] == [DAY_WIDTH * number for number in reversed(range(90))]
    assert status.BAR.count("M") == 90
    assert f"M{everything[0].x} " in status.BAR


def test_a_day_shows_its_heaviest_incident() -> None:
    light = an_incident(NOON, None, Impact.MAINTENANCE)
    heavy = an_incident(NOON, None, Impact.OUTAGE)
    (day,) = days_of([light, heavy, an_incident(NOON, None, Impact.DEGRADED)], NOON)
    assert (day.impact, len(day.incidents)) == (Impact.OUTAGE, 3)


# Whatever is down --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_comes_without_the_database_asks_nobody_who_reads_and_names_no_host(
    client: Client, all_fail: None, django_assert_num_queries: Any
) -> None:
    client.cookies["sessionid"] = "a" * 32
    with django_assert_num_queries(0):
        reply = client.get("/status")
    assert reply.status_code == 200
    assert "Database: not working" in reply.text
    assert "We can’t load the list of incidents right now." in reply.text
    assert '<svg class="days"' not in reply.text, "a bar without marks would be a lie"
    assert not any(secret in reply.text for secret in ("internal", "5432", "root", "Traceback"))


@pytest.mark.django_db
def test_what_hangs_is_not_waited_for(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would hang for half a minute, and the test's client for longer than its timeout."""
    hang.clear()
    settings.HEALTH_PROBES = dict.fromkeys(settings.HEALTH_PROBES, "health.tests.test_status.hanging")
    monkeypatch.setattr(status, "recent", hanging)
    try:
        reply = client.get("/status")
        assert not hang.is_set()
        assert reply.status_code == 200
        assert "Database: not working" in reply.text
    finally:
        hang.set()


@pytest.mark.django_db
def test_maintenance_is_said(client: Client, all_well: None, settings: Any) -> None:
    settings.MAINTENANCE_MODE = True
    reply = client.get("/status")
    assert reply.status_code == 200
    assert "down for maintenance" in reply.text
    assert "Everything we check is working" not in reply.text
    assert client.get("/help").status_code == 503
