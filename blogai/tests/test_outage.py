"""The database is busy, disconnected or down: what requests get, and how soon."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any, cast

import psycopg
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import AsyncClient
from psycopg import sql
from psycopg_pool import PoolTimeout

from accounts.models import User
from billing.models import UsageRecord
from blogai.core import postgres_client
from blogai.core.db import release_connections
from blogai.serving import database
from health import checks, status

pytestmark = [pytest.mark.sweep, pytest.mark.django_db(transaction=True)]

WRITING = "-c default_transaction_read_only=off"


@pytest.fixture
def headers(alice: User, key_for: Any) -> dict[str, str]:
    return {"X-API-Key": key_for(alice), "Accept": "application/json"}


def get(path: str, headers: dict[str, str]) -> tuple[Any, float]:
    connections["default"].close()  # a server does so between requests; Django's test client does not
    start = time.monotonic()
    client = AsyncClient(raise_request_exception=False)
    response = async_to_sync(client.get)(path, headers=headers)
    return response, time.monotonic() - start


@contextmanager
def exhausted_pool() -> Iterator[None]:
    """All connections of the pool are in use inside the block."""
    connection = cast(DatabaseWrapper, connections["default"])
    connection.ensure_connection()  # opens the pool
    connection.close()
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(connection.pool.connection(timeout=1))
            except PoolTimeout:
                break
        yield


def test_an_exhausted_pool_is_a_503_in_time_and_health_still_answers(headers: dict[str, str]) -> None:
    checks.probe_runner.cache_clear()
    assert get("/api/v1/posts", headers)[0].status_code == 200  # also loads what a first request loads
    with exhausted_pool():
        refused, took = get("/api/v1/posts", headers)
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert int(refused.headers["Retry-After"]) >= 1
        assert took < 2
        health, took = get("/health", {})
        assert (health.status_code, health.json()["status"]) == (200, "unhealthy")
        assert took < 1
    assert get("/api/v1/posts", headers)[0].status_code == 200


def test_a_page_without_the_database_is_a_page(headers: dict[str, str]) -> None:
    with exhausted_pool():
        refused, _ = get("/", {"Accept": "text/html", "Cookie": f"sessionid={'a' * 32}"})
    assert refused.status_code == 503
    assert "We can’t reach the database right now." in refused.content.decode()


def test_the_status_page_comes_without_the_database_and_says_so(settings: Any) -> None:
    settings.RATE_LIMIT_ENABLED = True  # counting a page with a session would ask the database
    for runner in (checks.probe_runner, status.incidents_runner):
        runner.cache_clear()
    with exhausted_pool():
        reply, _ = get("/status", {"Accept": "text/html", "Cookie": f"sessionid={'a' * 32}"})
    assert reply.status_code == 200
    assert b"Database: not working" in reply.content
    assert "We can’t load the list of incidents right now." in reply.text


@pytest.mark.parametrize(("site", "kept"), [("same-origin", True), ("cross-site", False)])
def test_a_message_to_support_is_not_lost_in_an_outage(site: str, kept: bool) -> None:
    sent = {"email": "carol@example.org", "topic": "post", "text": "It <stopped>."}
    with exhausted_pool():
        client = AsyncClient(raise_request_exception=False)
        headers = {"Accept": "text/html", "Sec-Fetch-Site": site}
        refused = async_to_sync(client.post)("/contact", sent, headers=headers)
    assert refused.status_code == 503
    page = refused.content.decode()
    assert ("It &lt;stopped&gt;." in page) == ("Send again" in page) == kept


def test_a_database_that_only_reads_is_an_outage_and_nothing_is_charged(
    headers: dict[str, str], database_url: str
) -> None:
    def only_reading(setting: str) -> None:
        with closing(psycopg.connect(database_url, autocommit=True, options=WRITING)) as other:
            name = sql.Identifier(other.info.dbname)
            other.execute(sql.SQL("ALTER DATABASE {} " + setting).format(name))
        connection.close()
        connection.close_pool()

    connection = cast(DatabaseWrapper, connections["default"])
    only_reading("SET default_transaction_read_only = on")
    try:
        assert get("/health", {})[0].status_code == 200
        client = AsyncClient(raise_request_exception=False)
        refused = async_to_sync(client.post)(
            "/generate-blog", {"topic": "Tides"}, content_type="application/json", headers=headers
        )
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    finally:
        only_reading("RESET default_transaction_read_only")
    assert get("/api/v1/posts", headers)[0].json()["results"] == []
    assert not UsageRecord.objects.exists()


def test_what_takes_too_long_is_ended_by_postgres(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(postgres_client, "_timeouts", {})
    settings.DB_STATEMENT_TIMEOUT = 0.1
    database.limit_statements(worker=False)
    try:
        with connections["default"].cursor() as cursor:
            with pytest.raises(OperationalError, match="statement timeout"):
                cursor.execute("SELECT pg_sleep(30)")
            cursor.execute("SELECT current_setting('lock_timeout'), pg_sleep(0)")
            assert cursor.fetchone()[0] == "10s"
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            assert cursor.fetchone() == ("1min",)
    finally:
        connections["default"].close()
        cast(DatabaseWrapper, connections["default"]).close_pool()


def test_connections_that_were_cut_are_replaced_within_seconds(
    headers: dict[str, str], database_url: str
) -> None:
    assert get("/api/v1/posts", headers)[0].status_code == 200
    with closing(psycopg.connect(database_url, autocommit=True)) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    asyncio.run(sync_to_async(release_connections)())  # an asynchronous test may have left one in its thread
    statuses = [get("/api/v1/posts", headers)[0].status_code]
    cut = time.monotonic()
    while statuses[-1] != 200 and time.monotonic() - cut < 10:
        statuses.append(get("/api/v1/posts", headers)[0].status_code)
    assert set(statuses[:-1]) <= {503}
    assert statuses[-1] == 200
