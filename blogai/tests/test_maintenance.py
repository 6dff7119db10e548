"""Maintenance mode: what it rejects, what continues, and how processes notice it."""

import time
from datetime import timedelta
from typing import Any

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from django.test import AsyncClient, Client
from django.utils import timezone
from django.utils.formats import date_format

from blogai import maintenance, maintenance_pass
from blogai.core.db import in_database
from blogai.maintenance import Closure, MaintenanceState
from blogai.tests.folders import open_folder
from blogai.tests.processes import manage, serving
from blogai.tests.test_errors import check_problem
from blogai.tests.test_outage import exhausted_pool

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def _looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request queries maintenance mode. What it found is forgotten at the end."""
    monkeypatch.setattr(maintenance.state, "_is_check_due", lambda: True)
    monkeypatch.setattr(maintenance.state, "enabled", False)
    monkeypatch.setattr(maintenance.state, "closure", Closure())


@pytest.fixture
def _closed(settings: Any) -> None:
    settings.MAINTENANCE_MODE = True


@pytest.mark.django_db
@pytest.mark.usefixtures("_closed")
@pytest.mark.parametrize("path", ["/", "/posts", "/state-in", "/docs", "/nothing"])
def test_a_page_says_so_and_asks_no_database(
    client: Client, path: str, django_assert_num_queries: Any
) -> None:
    client.cookies["sessionid"] = "a" * 32
    with django_assert_num_queries(0):
        reply = client.get(path, headers=BROWSER)
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "60")
    assert "Back in a moment" in reply.text
    assert "default-src" in reply.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("_closed")
@pytest.mark.parametrize(("method", "path"), [("get", "/api/v1/posts"), ("post", "/generate-blog")])
def test_a_program_is_told_in_its_language(client: Client, method: str, path: str) -> None:
    reply = getattr(client, method)(path)
    check_problem(reply, 503, "maintenance")
    assert reply.headers["Retry-After"] == "60"


@pytest.mark.django_db
@pytest.mark.usefixtures("_closed")
@pytest.mark.parametrize(
    "path", ["/health", "/health/live", "/health/ready", "/metrics", "/status", "/static/css/site.css"]
)
def test_operators_and_the_page_itself_get_what_they_need(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("_looking")
def test_a_command_closes_and_opens(client: Client) -> None:
    statuses = []
    for state in ("off", "on", "on", "off"):
        call_command("maintenance", state)
        statuses.append(client.get("/terms").status_code)
    assert statuses == [200, 503, 503, 200]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_looking")
async def test_an_asynchronous_server_learns_of_it_too(async_client: AsyncClient, alice: object) -> None:
    assert (await async_client.get("/terms")).status_code == 200
    await in_database(call_command)("maintenance", "on")
    assert (await async_client.get("/terms")).status_code == 503
    await in_database(call_command)("maintenance", "off")
    assert (await async_client.get("/terms")).status_code == 200


@pytest.mark.django_db
def test_between_two_looks_nobody_asks(django_assert_num_queries: Any) -> None:
    state = MaintenanceState()
    with django_assert_num_queries(1):
        assert not any(state.is_on() for _ in range(50))


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_changes_nothing_and_delays_little() -> None:
    state = MaintenanceState()
    state.enabled = True

    async def look() -> tuple[bool, float]:
        begun = time.monotonic()
        return await state.ais_on(), time.monotonic() - begun

    with exhausted_pool():
        closed, took = async_to_sync(look)()
    assert closed
    assert took < 1


@pytest.mark.worker
def test_a_running_server_closes_and_opens() -> None:
    with open_folder() as folder, serving(folder) as serve:
        url = serve.url()
        for state, status in (("on", 503), ("off", 200)):
            assert manage("maintenance", state, data_dir=folder).stdout.startswith(f"Maintenance is {state}")
            until = time.monotonic() + 10
            while httpx.get(url).status_code != status:
                assert time.monotonic() < until
                time.sleep(0.2)
            assert httpx.get(f"{url}/health/ready").status_code == 200


# What visitors are told -------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("_looking")
def test_visitors_read_why_and_until_when(client: Client) -> None:
    until = (timezone.now() + timedelta(hours=2)).replace(microsecond=0)
    call_command("maintenance", "on", "--message", "We’re moving.", "--until", until.isoformat())
    reply = client.get("/api/v1/posts")
    check_problem(reply, 503, "maintenance")
    assert 7100 < int(reply.headers["Retry-After"]) <= 7200
    sentence = f"We’re moving. We expect to be back by {date_format(until, 'DATETIME_FORMAT')} UTC."
    assert reply.json()["detail"] == f"{sentence} Posts keep being written meanwhile."
    page = client.get("/", headers=BROWSER).text
    assert (sentence in page, "Try again in" in page) == (True, False)
    call_command("maintenance", "on")  # replaces both
    reply = client.get("/api/v1/posts")
    assert (reply.headers["Retry-After"], "We’re moving" in reply.text) == ("60", False)


@pytest.mark.django_db
@pytest.mark.usefixtures("_closed")
def test_the_status_page_says_it_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance.state, "closure", Closure("We’re moving."))
    assert "We’re moving." in client.get("/status").text


def test_a_time_that_has_passed_is_not_promised() -> None:
    closure = Closure("We’re moving.", timezone.now() - timedelta(minutes=1))
    assert (closure.sentence, closure.retry_after) == ("We’re moving.", 60)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("on", "--until", "soon"), "write it as 2026-11-28T18:00"),
        (("on", "--until", "2020-01-01T00:00"), "is in the past"),
        (("on", "--message", "x" * 301), "up to 300 characters"),
        (("off", "--message", "Open again"), "go with on"),
    ],
)
def test_what_the_command_refuses(options: tuple[str, ...], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("maintenance", *options)


# Staff ------------------------------------------------------------------------------------------


@pytest.fixture
def colleague(alice: Any) -> Any:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return alice


@pytest.mark.django_db
@pytest.mark.usefixtures("_closed")
def test_staff_sign_in_and_then_pass_everywhere(client: Client, colleague: Any, settings: Any) -> None:
    assert client.get("/sign-in", headers=BROWSER).status_code == 200
    assert maintenance_pass.COOKIE not in client.cookies
    client.force_login(colleague)
    assert client.get("/posts", headers=BROWSER).status_code == 503
    assert client.get("/admin/", headers=BROWSER).status_code == 200
    assert client.cookies[maintenance_pass.COOKIE]["httponly"]
    assert client.get("/posts", headers=BROWSER).status_code == 200
    assert "Set-Cookie" not in client.get("/admin/", headers=BROWSER).headers


@pytest.mark.django_db
@pytest.mark.usefixtures("_closed")
def test_customers_sign_in_and_get_no_pass(client: Client, alice: Any) -> None:
    client.force_login(alice)
    assert client.get("/admin/", headers=BROWSER).status_code == 404
    client.get("/sign-in", headers=BROWSER)
    assert maintenance_pass.COOKIE not in client.cookies
    assert client.get("/posts", headers=BROWSER).status_code == 503


@pytest.mark.django_db
@pytest.mark.usefixtures("_closed")
@pytest.mark.parametrize("value", ["staff", "staff:1:made-up"])
def test_a_made_up_pass_costs_nothing_and_opens_nothing(
    client: Client, value: str, django_assert_num_queries: Any
) -> None:
    client.cookies[maintenance_pass.COOKIE] = value
    with django_assert_num_queries(0):
        assert client.get("/posts", headers=BROWSER).status_code == 503


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_closed")
async def test_an_asynchronous_server_lets_staff_pass_too(async_client: AsyncClient, colleague: Any) -> None:
    await async_client.aforce_login(colleague)
    assert (await async_client.get("/admin/", headers=BROWSER)).status_code == 200
    assert (await async_client.get("/posts", headers=BROWSER)).status_code == 200
