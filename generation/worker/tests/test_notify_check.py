"""A worker that NOTIFY does not reach says so: directly at Postgres, and behind a transaction pooler."""

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from blogai.tests.folders import open_folder
from blogai.tests.proxy.pgbouncer import pooling
from generation.worker import notify_check

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


async def test_directly_it_is_heard_and_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    assert await notify_check.is_heard()
    await notify_check.warn_if_silent()
    assert "NOTIFY" not in caplog.text


async def test_behind_a_transaction_pooler_the_log_says_what_to_set(
    database_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify_check, "TIMEOUT", 0.5)
    with open_folder() as folder, pooling(Path(folder), database_url) as pooled:
        if pooled == database_url:
            pytest.skip("there is no PgBouncer")
        monkeypatch.setattr(notify_check, "connector_params", lambda: conninfo_to_dict(pooled))
        await notify_check.warn_if_silent()
    assert "Set DATABASE_URL_DIRECT" in caplog.text
