"""What starts without a container keeps to DB_MAX_CONNECTIONS too, and has the timeouts of DB_*_TIMEOUT."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from logging import getLogger
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from blogai.core import postgres_client
from blogai.management.commands import serve
from blogai.serving import gunicorn, worker_only


@pytest.fixture(autouse=True)
def _pool() -> Iterator[None]:
    """The command ends with its process, so it closes the pool for good. The next test makes another one."""
    yield
    cast(DatabaseWrapper, connection).close_pool()


def start_gunicorn() -> None:
    try:
        gunicorn.Worker.check_config(SimpleNamespace(workers=3), getLogger())
    except SystemExit as exit:
        assert exit.code == 1
        raise ImproperlyConfigured from None


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (start_gunicorn, "12 database connections: 12 of the web server (3 × 4)"),
        (lambda: call_command("worker"), "9 database connections: 9 of the worker"),
        (
            lambda: serve.Command()._open(ExitStack()),
            "9 database connections: 4 of the web server (1 × 4) and 5 of the worker",
        ),
    ],
    ids=["gunicorn", "worker", "serve"],
)
def test_more_than_allowed_is_refused(
    start: Callable[[], object], sentence: str, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMBEDDED_DATABASE, settings.DB_MAX_CONNECTIONS = False, 8
    with pytest.raises(ImproperlyConfigured) as refused:
        start()
    said = f"{refused.value}{capsys.readouterr().err}"
    assert f"opens up to {sentence}. DB_MAX_CONNECTIONS allows 8. Lower" in said


@pytest.mark.django_db(transaction=True)
def test_a_worker_has_its_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_: object, **__: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            found.append(cursor.fetchone())

    found: list[Any] = []
    monkeypatch.setattr(postgres_client, "_timeouts", {})
    monkeypatch.setattr(worker_only, "run", look)
    call_command("worker")
    assert found == [("5min",)]
