"""The invariants detect what a faulty run would leave behind."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat, Now

from accounts.models import User
from billing import quotas
from generation.models import Post, Run, RunEvent, RunStep
from generation.pipeline.types import Brief
from generation.runs.invariants import broken
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(alice: User, provider: object) -> Run:
    """A completed, consistent run."""
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    assert broken() == []
    async_to_sync(execute)(run.pk)
    assert broken() == []
    run.refresh_from_db()
    assert run.status == "completed"
    return run


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"status": "running"}, "it is running, and its end time says otherwise"),
        ({"lease_until": Now()}, "it is completed, and a worker still holds it"),
        ({"error_code": "provider_error"}, "it is completed, and it has an error"),
        ({"status": "failed"}, "it is failed, and it has no error code"),
        ({"last_seq": F("last_seq") + 1}, "its last event is"),
        ({"status": "failed"}, "it is failed, and its last event is run.completed"),
    ],
)
def test_a_run_that_contradicts_itself(run: Run, changes: dict[str, Any], fault: str) -> None:
    Run.objects.update(**changes)
    assert any(f"run {run.pk}: {fault}" in line for line in broken())


def test_a_run_open_after_its_deadline(alice: User, provider: object) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    Run.objects.update(deadline_at=Now() - timedelta(seconds=40))
    (line,) = broken()
    assert line.startswith(f"run {run.pk}: open 00:00:")


def test_a_gap_in_the_events(run: Run) -> None:
    RunEvent.objects.filter(seq=2).delete()
    assert "it has" in broken()[0]


def test_an_output_that_was_accepted_twice(run: Run) -> None:
    done = RunEvent.objects.filter(type="part.done").first()
    assert done
    RunEvent.objects.create(run=run, seq=run.last_seq + 1, type=done.type, data=done.data)
    accepted = f"part.done {done.data['part']} {done.data['attempt']}"
    assert f"run {run.pk}: {accepted} was accepted 2 times" in broken()


def test_two_rows_of_one_step(run: Run) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE run_steps DROP CONSTRAINT run_steps_name")
    step = run.steps.get(name="outline")
    step.pk = None
    step.save(force_insert=True)
    assert f"run {run.pk}: there are 2 steps called outline" in broken()


def test_a_step_that_is_done_without_an_output(run: Run) -> None:
    RunStep.objects.filter(name="faq").update(output=None)
    assert f"run {run.pk}: faq is done without an output" in broken()


def test_a_completed_run_with_a_step_to_do(run: Run) -> None:
    RunStep.objects.filter(name="faq").update(state="waiting", output=None)
    assert broken() == [f"run {run.pk}: completed, and faq is not done"]


def test_a_completed_run_without_a_post_and_the_reverse(run: Run) -> None:
    Run.objects.update(status="failed", error_code="provider_error")
    assert f"run {run.pk}: failed, and it has a post" in broken()
    Run.objects.update(status="completed", error_code="")
    Post.objects.all().delete()
    assert broken() == [f"run {run.pk}: completed, and it has no post"]


def test_a_post_with_another_text_than_its_parts(run: Run) -> None:
    Post.objects.update(content_markdown=Concat("content_markdown", Value(" and more")))
    assert broken() == [f"post {run.post_id}: its text is not that of its parts"]


def test_readers_with_another_text_than_the_post(run: Run) -> None:
    run.steps.filter(name="section-1").update(text="A shorter text.")
    assert broken() == [f"run {run.pk}: its watchers have a different text of section-1 than the post"]


def test_a_completed_run_whose_unit_is_none_of_the_ledgers(run: Run) -> None:
    Run.objects.update(reservation=uuid4())
    assert f"run {run.pk}: it is completed, and its unit is not taken" in broken()


def end_unit_as(kind: str | None) -> None:
    """The ledger has another end for the only unit, or none."""
    with connection.cursor() as cursor:
        if kind is None:
            cursor.execute("DELETE FROM usage_records WHERE kind = 'settle'")
        else:
            cursor.execute("UPDATE usage_records SET kind = %s WHERE kind = 'settle'", [kind])
        assert cursor.rowcount == 1


@pytest.mark.parametrize(("kind", "unit"), [("refund", "refund"), (None, "reserve")])
def test_a_completed_run_whose_unit_was_not_used_up(run: Run, kind: str | None, unit: str) -> None:
    end_unit_as(kind)
    assert broken() == [f"run {run.pk}: it is completed, and its unit is {unit}"]


def test_an_open_run_whose_unit_was_given_back(alice: User, provider: object) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    quotas.refund(run.reservation)
    assert broken() == [f"run {run.pk}: it is queued, and its unit is refund"]


def test_a_cancelled_run_that_gave_its_unit_back_with_something_to_read(run: Run) -> None:
    run.events.filter(type="run.completed").update(type="run.cancelled")
    Run.objects.update(status="cancelled")
    Post.objects.all().delete()
    assert broken() == []
    end_unit_as("refund")
    assert broken() == [f"run {run.pk}: cancelled with something to read, and its unit was refunded"]


def test_a_unit_that_no_run_will_give_back(run: Run, alice: User) -> None:
    unit = uuid4()
    quotas.reserve(alice, unit)
    assert broken() == [f"unit {unit}: reserved for no run"]


def test_units_that_staff_gave_are_for_no_run(run: Run, alice: User, bob: User) -> None:
    quotas.grant(alice, 2, reason="An outage", actor=bob)
    quotas.give_back(run.reservation, reason="It was cut off", actor=bob)
    assert broken() == []


def test_a_run_that_went_on_after_its_unit_was_settled(run: Run) -> None:
    assert not quotas.settle(run.reservation, quotas.Spent(10, 5, Decimal("0.01")))
    assert broken() == []


def test_the_command_prints_what_is_broken_and_fails(run: Run) -> None:
    said = StringIO()
    call_command("check_invariants", stdout=said)
    assert "consistent" in said.getvalue()
    Post.objects.all().delete()
    with pytest.raises(CommandError, match="1 broken"):
        call_command("check_invariants", stdout=said)
    assert f"run {run.pk}: completed, and it has no post" in said.getvalue()
