"""A kind that exists only here: one module and a line in the registry are all that it takes."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.models import User
from billing import quotas
from billing.invariants import broken as broken_ledger
from billing.quotas import Meter
from blogai.core.db import in_database
from blogai.core.errors import Conflict, IdempotencyMismatch
from generation.kinds.base import Kind
from generation.kinds.registry import KINDS
from generation.llm.base import Models, Profile, Prompt
from generation.llm.simulated import Answer, Server
from generation.models import Run
from generation.pipeline.estimate import Estimate
from generation.pipeline.run import Step
from generation.pipeline.types import Brief, Frozen, Part, Progress, Steps
from generation.pipeline.writing import PartSink, Task, write_part
from generation.posts.tests.posts import a_post
from generation.runs import control, lease
from generation.runs.invariants import broken
from generation.runs.start import RunOptions, start_once, start_run
from generation.worker.execute import execute

pytestmark = pytest.mark.django_db


class Wish(Frozen):
    about: str


class Poem(Frozen):
    verses: tuple[Part, ...]


class PoemKind(Kind[Wish, Poem]):
    """Two verses, one after the other."""

    name, noun, meter, brief = "poem", "poem", Meter.ASSISTS, Wish

    def __init__(self) -> None:
        self.stored: dict[Any, Poem] = {}
        self.full = False

    def steps(self, brief: Wish) -> tuple[Step, ...]:
        return Step("verse-1", is_part=True), Step("verse-2", is_part=True)

    async def write(self, brief: Wish, models: Models, steps: Steps, progress: Progress) -> Poem:
        verses: list[Part] = []
        for name in self.parts(brief):
            prompt = Prompt("You write poems.", f"Write {name} about {brief.about}.", 500, 0.5)
            sink = PartSink(Task(name, "", prompt, step=name), progress)
            verses.append(await steps.once(name, Part, partial(write_part, sink, models), brief, *verses))
        return Poem(verses=tuple(verses))

    def finish(self, run: Run, made: Poem, written_by: tuple[str, str]) -> str:
        if self.full:
            raise Conflict("The drawer is full.")
        self.stored[run.post_id] = made
        return "A poem"

    def estimate(self, brief: Wish, profile: Profile) -> Estimate:
        return Estimate(calls=2, input_tokens=40, output_tokens=400)


@pytest.fixture
def poems(monkeypatch: pytest.MonkeyPatch) -> PoemKind:
    kind = PoemKind()
    monkeypatch.setitem(KINDS, kind.name, kind)
    return kind


@pytest.fixture(autouse=True)
def _everything_adds_up(poems: PoemKind) -> Iterator[None]:
    yield
    assert (broken(), broken_ledger()) == ([], [])


OPTIONS = RunOptions(kind="poem", brief=Wish(about="The sea"))


def written(run: Run) -> Run:
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def taken(user: User) -> tuple[int, int, int]:
    """(used, reserved) assists of this month, and posts of any state."""
    usage = quotas.usage(user)
    assists, posts = usage["assists"], usage["month"]
    return assists["used"], assists["reserved"], posts["used"] + posts["reserved"]


def test_it_works(
    alice: User, poems: PoemKind, provider: Server, client_for: Callable[[str], Any], browser: Client
) -> None:
    post = a_post(alice)
    run = start_run(alice, RunOptions(kind="poem", brief=Wish(about="The sea"), target=post.pk))
    assert taken(alice) == (0, 1, 0)
    assert written(run).status == Run.Status.COMPLETED
    assert [verse.name for verse in poems.stored[run.post_id].verses] == ["verse-1", "verse-2"]
    assert taken(alice) == (1, 0, 0)
    client = client_for("alice")
    shown = client.get(f"/api/v1/runs/{run.pk}").json()
    assert (shown["kind"], shown["topic"], shown["post_id"]) == ("poem", "The sea", str(post.pk))
    assert client.get("/api/v1/runs").json()["results"] == [shown]
    receipt = client.get(f"/api/v1/runs/{run.pk}/receipt").json()
    assert (receipt["unit"], receipt["total"]["calls"]) == ("settled", 2)
    told = list(run.events.values_list("type", flat=True))
    assert told == ["run.started", "part.done", "part.done", "run.completed"]
    assert run.events.latest("seq").data["post_id"] == str(post.pk)
    assert browser.get(f"/posts/{run.post_id}").status_code == 404, "it is no post"


def test_a_failure_refunds_and_trying_again_pays_for_no_finished_step(
    alice: User, poems: PoemKind, provider: Server, browser: Client
) -> None:
    provider.script.add(Answer(text=""), prompt="verse-2", times=None)
    run = written(start_run(alice, OPTIONS))
    assert (run.status, taken(alice)) == (Run.Status.FAILED, (0, 0, 0))
    assert "The sea" not in browser.get("/posts").content.decode(), "the library shows what becomes a post"
    provider.script.clear()
    control.retry(alice, run.pk)
    assert taken(alice) == (0, 1, 0)
    assert written(run).status == Run.Status.COMPLETED
    assert taken(alice) == (1, 0, 0)
    assert run.calls.filter(step="verse-1").count() == 1


def test_a_worker_that_takes_over_continues(alice: User, poems: PoemKind, provider: Server) -> None:
    run = start_run(alice, OPTIONS)
    provider.script.add(Answer(text=""), prompt="verse-2", times=2)
    written(run)
    # As a killed worker leaves it: open, one step finished, its lease about to run out.
    control.retry(alice, run.pk)
    held = lease.acquire(run.pk)
    assert held is not None
    assert lease.acquire(run.pk) is None
    Run.objects.filter(pk=run.pk).update(lease_until=run.created_at)
    assert written(run).status == Run.Status.COMPLETED
    assert lease.still_held([held]) == set()
    assert run.calls.filter(step="verse-1").count() == 1


def test_what_is_stopped_counts_only_where_its_parts_stay(
    alice: User, poems: PoemKind, provider: Server
) -> None:
    run = start_run(alice, OPTIONS)
    gate = provider.gate()
    provider.script.add(Answer(gate=gate), prompt="verse-2")

    async def stop_it() -> None:
        writing = asyncio.create_task(execute(run.pk))
        await asyncio.to_thread(gate.wait_for_call)
        await in_database(control.cancel)(alice, run.pk)
        gate.release()
        await writing

    async_to_sync(stop_it)()
    run.refresh_from_db()
    assert (run.status, taken(alice)) == (Run.Status.CANCELLED, (0, 0, 0))
    assert run.steps.get(name="verse-1").output is not None


def test_what_cannot_be_stored_fails_with_the_reason(alice: User, poems: PoemKind, provider: Server) -> None:
    poems.full = True
    run = written(start_run(alice, OPTIONS))
    assert (run.status, run.error_detail) == (Run.Status.FAILED, "The drawer is full.")
    assert taken(alice) == (0, 0, 0)
    assert run.calls.count() == 2


def test_an_idempotency_key_is_of_one_kind(alice: User, poems: PoemKind, provider: Server) -> None:
    run, new = start_once(alice, OPTIONS, "key")
    assert new
    assert start_once(alice, OPTIONS, "key") == (run, False)
    with pytest.raises(IdempotencyMismatch):
        start_once(alice, RunOptions(brief=Brief(topic="The sea")), "key")
    assert taken(alice) == (0, 1, 0)


def test_a_kind_of_a_newer_version_is_left_to_its_workers(
    alice: User, poems: PoemKind, provider: Server
) -> None:
    run = start_run(alice, OPTIONS)
    del KINDS["poem"]
    assert written(run).status == Run.Status.QUEUED
    assert run.attempt == 0
