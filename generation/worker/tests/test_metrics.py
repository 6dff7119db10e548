"""Figures and probes about runs. Both use their own connections, so the rows must be committed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.db.models.functions import Now
from prometheus_client import Metric

from accounts.models import User
from generation.llm.simulated import Server
from generation.models import LlmCall, Run
from generation.pipeline.types import Brief
from generation.runs.start import RunOptions, start_run
from generation.worker import metrics, probes
from generation.worker.execute import execute

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(alice: User, settings: object) -> Run:
    settings.OPENAI_API_KEY = "never used"  # type: ignore[attr-defined]
    return start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2)))


def sampled(families: list[Metric]) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def heartbeat(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def call(run: Run, *, milliseconds: int, error: str = "") -> LlmCall:
    return LlmCall.objects.create(
        run=run,
        owner_id=run.owner_id,
        step="outline",
        provider="openai",
        model="scripted",
        input_tokens=1,
        output_tokens=1,
        cost_usd=Decimal(0),
        price_version="",
        duration_ms=milliseconds,
        finish_reason="error" if error else "stop",
        error=error,
    )


def test_a_worker_is_up_while_it_gives_signs_of_life() -> None:
    assert probes.worker() == {"status": "down", "workers": 0}
    heartbeat(seconds_ago=40)
    assert probes.worker() == {"status": "down", "workers": 0}
    heartbeat(seconds_ago=20)
    assert probes.worker() == {"status": "up", "workers": 1}


def test_the_queue_is_as_old_as_its_oldest_job(run: Run) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '90 seconds'")
    found = sampled(metrics.queue())
    assert found["blogai_queue_jobs",] == 1
    assert 90 <= found["blogai_queue_age_seconds",] < 120
    assert found["blogai_workers",] == 0


def test_runs_are_counted_by_state_and_by_how_they_ended(run: Run) -> None:
    assert sampled(metrics.runs()) == {
        ("blogai_runs", "queued"): 1,
        ("blogai_runs", "running"): 0,
        ("blogai_runs", "waiting"): 0,
    }
    Run.objects.update(status="failed", error_code="provider_error", finished_at=Now())
    assert sampled(metrics.runs())["blogai_runs_ended", "failed", "provider_error"] == 1
    Run.objects.update(finished_at=Now() - timedelta(hours=1))
    assert not any(name == "blogai_runs_ended" for name, *_ in sampled(metrics.runs()))


def test_steps_are_timed_by_kind(alice: User, slow_provider: Server) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2)))
    async_to_sync(execute)(run.pk)
    found = sampled(metrics.steps())
    assert found["blogai_steps", "section"] == 2
    assert found["blogai_step_seconds", "section", "0.5"] >= 0.3, "the provider's delay"
    run.steps.update(finished_at=Now() - timedelta(hours=1))
    assert sampled(metrics.steps()) == {}


def test_calls_are_counted_by_what_became_of_them(run: Run) -> None:
    for milliseconds in (1000, 2000):
        call(run, milliseconds=milliseconds)
    call(run, milliseconds=3000, error="provider_error")
    found = sampled(metrics.calls())
    assert found["blogai_llm_calls", "openai", ""] == 2
    assert found["blogai_llm_calls", "openai", "provider_error"] == 1
    assert found["blogai_llm_call_seconds", "openai", "0.5"] == 2
