"""Maintenance mode: what it rejects, what continues, and how processes notice it."""

import time
from typing import Any

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.test import AsyncClient, Client

from blogai import maintenance
from blogai.core.db import in_database
from blogai.maintenance import MaintenanceState
from blogai.tests.folders import open_folder
from blogai.tests.processes import manage, serving
from blogai.tests.test_errors import check_problem
from blogai.tests.test_outage import exhausted_pool

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def _looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request queries maintenance mode."""
    monkeypatch.setattr(maintenance.state, "_is_check_due", lambda: True)


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
