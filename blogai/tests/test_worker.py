"""`manage.py worker` as a process: its output, its runs, and how it stops."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from accounts.models import User
from blogai.tests.folders import open_folder
from blogai.tests.processes import Worker, manage, serving, until, working
from generation.llm import simulated
from generation.models import Post, Run
from generation.pipeline.types import Brief
from generation.runs.start import RunOptions, start_run

pytestmark = pytest.mark.worker


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def stopped(worker: Worker) -> float:
    """Stop the worker in order; returns the seconds it took."""
    start = time.monotonic()
    assert worker.end(signal.SIGTERM, signal.SIGTERM) == 0
    return time.monotonic() - start


def test_it_works_beside_serve_on_the_embedded_database(data_dir: Path) -> None:
    with serving(data_dir) as serve:
        url = serve.url()
        with working(data_dir) as worker:
            assert "Without REDIS_URL" in worker.line_with("REDIS_URL")
            worker.line_with(Worker.READY)
            assert httpx.get(f"{url}/health").json()["services"]["worker"] == {"status": "up", "workers": 2}
            assert stopped(worker) < 10
        assert httpx.get(f"{url}/health/ready").status_code == 200


def test_a_database_that_nobody_prepared_is_a_sentence(data_dir: Path) -> None:
    done = manage("worker", data_dir=data_dir)
    assert done.returncode == 1
    assert "Run `manage.py migrate_sql` first" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.django_db(transaction=True)
def test_it_puts_its_run_back_and_the_next_one_finishes_it(
    data_dir: Path, database_url: str, alice: User, settings: object
) -> None:
    with simulated.serve(seconds_per_call=1) as model:
        settings.OPENAI_API_KEY = "simulated"  # type: ignore[attr-defined]
        environment = {"DATABASE_URL": database_url, "OPENAI_BASE_URL": model.openai_url}
        run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2)))
        with working(data_dir, **environment) as worker:
            worker.line_with(Worker.READY)
            until(lambda: Run.objects.filter(pk=run.pk, outline__isnull=False).exists())
            assert stopped(worker) < 10
        run.refresh_from_db()
        assert (run.status, run.lease_until) == (Run.Status.QUEUED, None)
        with working(data_dir, **environment) as worker:
            until(lambda: Post.objects.filter(pk=run.post_id).exists())
            assert stopped(worker) < 10
    assert run.calls.filter(step="outline", error="", finish_reason="stop").count() == 1
