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
from generation.worker import metrics, model_metrics, probes
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


def call(run: Run, *, milliseconds: int, error: str = "", model: str = "scripted", usd: str = "0") -> LlmCall:
    return LlmCall.objects.create(
        run=run,
        owner_id=run.owner_id,
        step="outline",
        provider="openai",
        model=model,
        input_tokens=3,
        output_tokens=1,
        cost_usd=Decimal(usd),
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
        ("blogai_runs_stuck",): 0,
    }
    Run.objects.update(status="failed", error_code="provider_error", finished_at=Now())
    assert sampled(metrics.runs())["blogai_runs_ended", "post", "failed", "provider_error"] == 1
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
    found = sampled(model_metrics.calls())
    assert found["blogai_llm_calls", "openai", ""] == 2
    assert found["blogai_llm_calls", "openai", "provider_error"] == 1
    assert found["blogai_llm_call_seconds", "openai", "0.5"] == 2


def test_jobs_are_counted_by_queue_and_state_and_recent_failures_by_task(run: Run) -> None:
    found = sampled(metrics.jobs())
    assert found["blogai_jobs", "default", "todo"] == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
        assert sampled(metrics.jobs()) == {
            ("blogai_jobs", "default", "failed"): 1,
            ("blogai_jobs_failed", "write_run"): 1,
        }
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '16 minutes'")
    assert ("blogai_jobs_failed", "write_run") not in sampled(metrics.jobs())


def test_a_periodic_job_is_as_old_as_its_last_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp) "
            "VALUES ('sync_all_stripe_customers', extract(epoch FROM now())::bigint - 7200)"
        )
    found = sampled(metrics.jobs())
    assert 7199 <= found["blogai_periodic_job_age_seconds", "sync_all_stripe_customers"] < 7230


@pytest.mark.parametrize(
    ("left", "stuck"),
    [
        ({"lease_until": Now() - timedelta(seconds=90)}, 1),
        ({"lease_until": Now() - timedelta(seconds=5)}, 0),
        ({"lease_until": Now() + timedelta(seconds=5), "deadline_at": Now() - timedelta(seconds=90)}, 1),
        ({"lease_until": Now() - timedelta(seconds=90), "finished_at": Now()}, 0),
        ({}, 0),
    ],
)
def test_a_run_is_stuck_that_nobody_takes_over_or_ends(run: Run, left: dict[str, object], stuck: int) -> None:
    Run.objects.update(**left)
    assert sampled(metrics.runs())["blogai_runs_stuck",] == stuck


def test_spending_is_by_model_and_the_models_that_cost_least_are_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_metrics, "MAX_MODELS", 1)
    call(run, milliseconds=1, model="large", usd="0.5")
    call(run, milliseconds=1, model="large", usd="0.25")
    call(run, milliseconds=1, model="small", usd="0.01")
    call(run, milliseconds=1, model="a customer's own")
    found = sampled(model_metrics.spending())
    assert found["blogai_llm_cost_usd", "openai", "large"] == 0.75
    assert found["blogai_llm_cost_usd", "openai", "other"] == 0.01
    assert found["blogai_llm_tokens", "openai", "large", "input"] == 6
    assert found["blogai_llm_tokens", "openai", "other", "output"] == 2
    assert len(found) == 6
