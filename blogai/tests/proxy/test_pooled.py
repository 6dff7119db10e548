"""A handful of other tests through a real transaction pooler, and what is different there."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client
from psycopg.conninfo import conninfo_to_dict

from accounts.models import User
from accounts.tests.test_own_keys import (  # noqa: F401 # pytest runs the tests that it finds here
    admin,
    test_rotation_keeps_everything_but_the_key,
    test_two_at_once_cannot_both_be_the_fiftieth,
)
from billing.tests.test_quotas import test_the_month_is_used_up  # noqa: F401
from blogai.container import connections as container
from blogai.core import postgres_client
from blogai.serving import database
from blogai.tests.folders import open_folder
from blogai.tests.proxy.pgbouncer import POOL_SIZE, PgBouncer, is_missing
from generation.api.tests.test_generate_blog import key, test_it_works  # noqa: F401
from generation.api.tests.test_posts import test_the_list_is_newest_first_and_has_pages  # noqa: F401
from generation.conftest import provider  # noqa: F401
from generation.models import Run
from generation.worker.tests.test_worker import (  # noqa: F401
    test_a_rollback_inside_a_live_worker_leaves_no_job,
    test_a_run_in_the_queue_becomes_a_post,
)

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(is_missing(), reason="there is no PgBouncer"),
]

connection = cast(DatabaseWrapper, connections["default"])


@pytest.fixture(scope="module")
def pooler(database_url: str) -> Iterator[PgBouncer]:
    with open_folder() as folder:
        running = PgBouncer(Path(folder), database_url)
        yield running
        running.kill()


@pytest.fixture(autouse=True)
def _through_it(pooler: PgBouncer, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """As with its address in DATABASE_URL and DATABASE_POOL_MODE=transaction, until Django has flushed."""
    to = conninfo_to_dict(pooler.url)
    pooled = {
        **{"HOST": to["host"], "PORT": to["port"], "DISABLE_SERVER_SIDE_CURSORS": True},
        "OPTIONS": {**connection.settings_dict["OPTIONS"], "prepare_threshold": None},
    }
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), _closing_those_of_threads():
        connection.close()
        connection.close_pool()
        for name, value in pooled.items():
            patch.setitem(connection.settings_dict, name, value)
        request.getfixturevalue("_django_db_helper")  # it ends before this fixture does
        yield
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()


@contextmanager
def _closing_those_of_threads() -> Iterator[None]:
    """Closes what other threads open inside the block: the code of later tests runs in them too."""
    opened = set[DatabaseWrapper]()
    connect = DatabaseWrapper.connect

    def remembered(wrapper: DatabaseWrapper) -> None:
        opened.add(wrapper)
        connect(wrapper)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseWrapper, "connect", remembered)
        yield
    for wrapper in opened - {connection}:
        wrapper.inc_thread_sharing()
        wrapper.close()
        wrapper.dec_thread_sharing()


def test_a_restarted_pooler_costs_one_503(pooler: PgBouncer, client_for: Any) -> None:
    alice = client_for("alice")
    assert alice.get("/api/v1/posts").status_code == 200
    pooler.kill()
    refused = alice.get("/api/v1/posts")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    pooler.start()
    connection.close()  # a server does so between requests; Django's test client does not
    assert alice.get("/api/v1/posts").status_code == 200


def test_a_pooler_without_a_free_connection_is_a_503_soon(
    pooler: PgBouncer, alice: User, key_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_client, "LONGEST_CHECK", 0)
    headers = {"X-API-Key": key_for(alice)}
    connection.close()
    with ExitStack() as held, postgres_client.giving_up():
        for _ in range(POOL_SIZE):
            held.enter_context(psycopg.connect(pooler.url, prepare_threshold=None)).execute("SELECT 1")
        refused = Client().post("/generate-blog", {"topic": "Tides"}, "application/json", headers=headers)
        connection.close()
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert not Run.objects.exists()


def test_nobody_else_gets_our_timeouts(monkeypatch: pytest.MonkeyPatch, alice: User) -> None:
    monkeypatch.setattr(postgres_client, "_timeouts", {})
    database.limit_statements(worker=False)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
    assert container.check("web").startswith(database.POOLED_ADVICE)
