"""What a container checks before its servers start."""

import time
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from blogai.container import before_start, connections
from blogai.embedded import CannotStart
from blogai.schema import apply

NEWER = "INSERT INTO django_migrations (app, name, applied) VALUES ('billing', '999_of_tomorrow', now())"
OLDER = "DELETE FROM django_migrations WHERE app = 'staff'"


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["all", "web", "worker", "migrate"])
def test_an_old_image_starts_beside_a_newer_schema_and_says_so(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NEWER)
    before_start.check_schema(command)
    assert capsys.readouterr().out == (
        "A newer version of Blog AI has updated this database (999_of_tomorrow). This one works beside it.\n"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["all", "web", "worker", "migrate"])
def test_a_schema_that_is_both_newer_and_older_is_refused(command: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NEWER)
        cursor.execute(OLDER)
    with pytest.raises(CannotStart):
        before_start.check_schema(command)


@pytest.mark.django_db
def test_servers_alone_do_not_migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(OLDER)
    assert apply.state() == apply.State(is_behind=True, newer=())
    for command in ("web", "worker"):
        with pytest.raises(CannotStart, match="Run this image with the command `migrate` first"):
            before_start.check_schema(command)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("off", "said"), [(600, "600 seconds ahead of"), (-600, "600 seconds behind"), (5, "")]
)
def test_a_clock_that_is_wrong_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], off: int, said: str
) -> None:
    now = time.time()
    monkeypatch.setattr("blogai.container.before_start.time.time", lambda: now + off)
    before_start.check_clock()
    printed = capsys.readouterr().out
    assert said in printed if said else not printed


def test_a_redis_that_is_down_delays_the_start_only(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.REDIS_URL = "redis://:secret-word@127.0.0.1:9/0"
    before_start.wait_for_redis(0.2)
    waiting, starting = capsys.readouterr().out.splitlines()
    assert waiting.endswith("Trying again for up to 0.2 seconds.")
    assert "Starting without it" in starting
    assert "secret-word" not in waiting + starting


def test_a_redis_that_refuses_us_stops_the_start(settings: Any, redis_url: str) -> None:
    settings.REDIS_URL = redis_url.replace("://", "://nobody:secret-word@")
    with pytest.raises(ImproperlyConfigured, match="The server in REDIS_URL refuses us: ") as refused:
        before_start.wait_for_redis(5)
    assert "secret-word" not in str(refused.value)


def test_without_a_database_of_its_own_a_container_says_which_variable_is_missing(settings: Any) -> None:
    settings.EMBEDDED_DATABASE = True
    with pytest.raises(ImproperlyConfigured, match="Set DATABASE_URL"):
        before_start.check("web")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "total", "parts"),
    [
        ("web", 12, "12 of the web server (3 × 4)"),
        ("worker", 9, "9 of the worker"),
        ("all", 21, "12 of the web server (3 × 4) and 9 of the worker"),
    ],
)
def test_the_connections_of_a_container_are_counted(
    settings: Any, command: str, total: int, parts: str
) -> None:
    settings.WEB_PROCESSES = 3
    line = connections.check(command)
    assert line.startswith(
        f"This container opens up to {total} database connections: {parts}. Postgres allows "
    )
    settings.DB_MAX_CONNECTIONS = total
    assert connections.check(command) == line or "are open now" in line
    settings.DB_MAX_CONNECTIONS = total - 1
    with pytest.raises(
        ImproperlyConfigured, match=f"DB_MAX_CONNECTIONS allows {total - 1}. Lower UVICORN_WORK"
    ):
        connections.check(command)


@pytest.mark.django_db
def test_more_connections_than_postgres_has_are_refused(settings: Any) -> None:
    settings.WEB_PROCESSES = 1000
    with pytest.raises(ImproperlyConfigured, match=r"4000 .* Postgres allows \d+\. Lower UVICORN_WORKERS"):
        connections.check("web")


@pytest.mark.django_db
def test_behind_a_pooler_its_limit_counts(settings: Any) -> None:
    settings.WEB_PROCESSES = 1000
    settings.DATABASE_URL, settings.DATABASE_URL_DIRECT = (
        "postgresql://pooler/blogai",
        "postgresql://direct/blogai",
    )
    for command in ("all", "web"):
        assert connections.check(command).endswith("compare that with the pooler's limit.")
    assert "Postgres allows" in connections.check("worker")
