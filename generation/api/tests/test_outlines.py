"""An outline that is reviewed first: it waits, is read and changed, and the post is written from it."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils.timezone import now
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import api_keys
from accounts.models import User
from billing import quotas
from billing.invariants import broken
from blogai.tests.clients import ApiClient
from generation.live.reader import Reader
from generation.live.tests.pages import Page
from generation.llm.simulated import Answer, Server
from generation.models import Post, Run, RunStep
from generation.pipeline.run import steps_of
from generation.pipeline.types import Brief
from generation.runs import checkpoints, lease, outline_review
from generation.runs.start import RunOptions, start_run
from generation.runs.state import state_of
from generation.worker.execute import execute

pytestmark = pytest.mark.sweep

URL = "/generate-blog"
TOPIC = {"topic": "How tides work", "sections": 2, "review_outline": True}
AT_ONCE = {"Prefer": "respond-async"}
SECTIONS = [{"heading": heading} for heading in ("The moon", "The sun", "The shore")]


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(db: None) -> Any:
    yield
    assert broken() == []


@pytest.fixture
def client(client_for: Any) -> Any:
    return client_for("alice")


@pytest.fixture
def run(alice: User, provider: Server) -> Run:
    """A run that waits for the review of its outline."""
    run = start_run(alice, RunOptions(brief=Brief(topic="How tides work", sections=2), review_outline=True))
    write(run)
    assert run.status == Run.Status.WAITING
    return run


def write(run: Run) -> Run:
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def address(run: Run, action: str = "outline") -> str:
    return f"/api/v1/runs/{run.pk}/{action}"


def taken(user: User) -> tuple[int, int]:
    month = quotas.usage(user)["month"]
    return month["used"], month["reserved"]


def numbers(run: Run) -> list[int]:
    return [event.seq for event in run.events.all()]


def test_it_waits_for_its_owner(client: Any, alice: User, run: Run, provider: Server) -> None:
    assert len(provider.calls) == 1, "the outline's"
    assert (run.lease_until, run.attempts_without_progress) == (None, 0)
    assert [event.type for event in run.events.all()] == ["run.started", "outline.ready", "outline.review"]
    assert client.get(f"/api/v1/runs/{run.pk}").json()["status"] == "waiting"
    assert taken(alice) == (0, 1)
    assert write(run).status == Run.Status.WAITING, "a job that comes late does nothing"
    assert len(provider.calls) == 1


def test_it_goes_on_once(client: Any, alice: User, run: Run) -> None:
    statuses = [client.post(address(run, "continue")).status_code for _ in range(2)]
    assert statuses == [202, 409]
    run.refresh_from_db()
    assert (run.status, run.deadline_at) == (Run.Status.QUEUED, None)
    assert write(run).status == Run.Status.COMPLETED
    assert set(run.steps.exclude(text="").values_list("attempt", flat=True)) == {1}
    assert taken(alice) == (1, 0)
    assert numbers(run) == list(range(1, run.last_seq + 1))
    assert client.post(address(run, "continue")).status_code == 409


def test_the_outline_can_be_read(client: Any, run: Run) -> None:
    reply = client.get(address(run))
    assert reply.status_code == 200
    assert reply.json() == run.outline


def test_there_is_none_before_it_is_made(client: Any, alice: User, provider: Server) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides"), review_outline=True))
    for ask in (client.get, lambda url: client.patch(url, {"title": "Tides"})):
        assert (ask(address(run)).status_code, ask(address(run)).json()["code"]) == (409, "conflict")


def test_what_was_read_can_be_sent_back(client: Any, run: Run) -> None:
    before = run.last_seq
    reply = client.patch(address(run), client.get(address(run)).json())
    assert (reply.status_code, reply.json()) == (200, run.outline)
    run.refresh_from_db()
    assert run.last_seq == before, "nothing has changed, so nothing is told"


@pytest.mark.parametrize("count", [1, 3, 12])
def test_the_post_is_written_from_the_changed_outline(
    client: Any, run: Run, provider: Server, count: int
) -> None:
    sections = [{"heading": f"Of {'abcdefghijkl'[n]}", "words": 100} for n in range(count)]
    reply = client.patch(address(run), {"title": "Ebb and flow", "sections": sections})
    assert reply.status_code == 200, reply.content
    assert reply.json()["slug"] == "ebb-and-flow"
    run.refresh_from_db()
    brief = Brief.model_validate(run.brief)
    assert list(run.steps.values_list("name", flat=True)) == [step.name for step in steps_of(brief)]
    client.post(address(run, "continue"))
    assert write(run).status == Run.Status.COMPLETED
    post = Post.objects.get()
    headings = [part["heading"] for part in post.parts if part["name"].startswith("section-")]
    assert (post.title, headings) == ("Ebb and flow", [section["heading"] for section in sections])
    assert run.calls.filter(step="outline").count() == 1, "it is not planned again"
    assert numbers(run) == list(range(1, run.last_seq + 1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sections": []}, "sections"),
        ({"sections": [{"heading": f"No. {number}"} for number in range(13)]}, "sections"),
        ({"sections": [{"heading": f"No. {number}"} for number in range(1000)]}, "sections"),
        ({"sections": None}, "sections"),
        ({"sections": "many"}, "sections"),
        ({"sections": [{}]}, "sections.0.heading"),
        ({"sections": ["The moon"]}, "sections.0.non_field_errors"),
        ({"sections": [{"heading": "  "}]}, "sections.0.heading"),
        ({"sections": [{"heading": "x" * 121}]}, "sections.0.heading"),
        ({"sections": [{"heading": "a\nb"}]}, "sections.0.heading"),
        ({"sections": [{"heading": "a\x1bb"}]}, "sections.0.heading"),
        ({"sections": [{"heading": "a\x00b"}]}, "sections.0.heading"),
        ({"sections": [{"heading": "a\ud800b"}]}, "sections.0.heading"),
        ({"sections": [{"heading": 7}]}, "sections.0.heading"),
        ({"sections": [{"heading": "The moon", "colour": "red"}]}, "sections.0.colour"),
        ({"sections": [{"heading": "The moon", "purpose": "x" * 601}]}, "sections.0.purpose"),
        ({"sections": [{"heading": "The moon", "claims": ["x"] * 9}]}, "sections.0.claims"),
        ({"sections": [{"heading": "The moon", "words": 0}]}, "sections.0.words"),
        ({"sections": [{"heading": "The moon"}, {"heading": "THE MOON"}]}, "sections"),
        ({"sections": [{"heading": h, "words": 4000} for h in "ab"]}, "sections"),
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title": None}, "title"),
        ({"slug": "two words"}, "slug"),
        ({"slug": "half/way"}, "slug"),
        ({"description": "x" * 161}, "description"),
        ({"tags": ["x"] * 9}, "tags"),
        ({"questions": ["a\u2028b"]}, "questions.0"),
        ({"conclusion_heading": ""}, "conclusion_heading"),
        ({"status": "completed"}, "status"),
    ],
)
def test_an_outline_that_cannot_be(client: Any, run: Run, changes: dict[str, Any], field: str) -> None:
    reply = client.patch(address(run), changes)
    assert (reply.status_code, reply.json()["code"]) == (422, "validation_error")
    assert field in reply.json()["errors"]
    outline = run.outline
    run.refresh_from_db()
    assert run.outline == outline


def test_nothing_is_changed_while_it_is_written_or_done(client: Any, run: Run) -> None:
    client.post(address(run, "continue"))
    assert client.patch(address(run), {"title": "Late"}).status_code == 409
    assert write(run).status == Run.Status.COMPLETED
    assert client.patch(address(run), {"title": "Late"}).status_code == 409
    assert Post.objects.get().title != "Late"


def test_a_stopped_runs_outline_can_be_changed_and_all_is_written_anew(
    client: Any, alice: User, run: Run, provider: Server
) -> None:
    client.post(address(run, "continue"))
    provider.script.add(Answer(text=""), schema=False, skip=2, times=None)
    assert write(run).status == Run.Status.FAILED
    assert taken(alice) == (0, 0)
    provider.script.clear()
    assert client.patch(address(run), {"sections": SECTIONS}).status_code == 200
    assert run.steps.exclude(name="outline").filter(output__isnull=False).count() == 0
    assert client.post(f"/api/v1/runs/{run.pk}/retry").status_code == 202
    assert write(run).status == Run.Status.COMPLETED, run.error_detail
    assert [part["heading"] for part in Post.objects.get().parts][1:4] == [s["heading"] for s in SECTIONS]
    assert taken(alice) == (1, 0)
    assert numbers(run) == list(range(1, run.last_seq + 1))


def test_cancelled_while_it_waits_is_none_and_tried_again_waits_again(
    client: Any, alice: User, run: Run, provider: Server
) -> None:
    assert client.post(f"/api/v1/runs/{run.pk}/cancel").json()["status"] == "cancelled"
    assert taken(alice) == (0, 0)
    assert client.post(address(run, "continue")).status_code == 409
    assert client.post(f"/api/v1/runs/{run.pk}/retry").status_code == 202
    assert write(run).status == Run.Status.WAITING
    assert len(provider.calls) == 1, "the outline was kept"
    assert taken(alice) == (0, 1)


def test_a_forgotten_one_is_cancelled_and_given_back(client: Any, alice: User, run: Run) -> None:
    assert outline_review.expire_unreviewed() == 0
    Run.objects.filter(pk=run.pk).update(deadline_at=now())
    assert outline_review.expire_unreviewed() == 1
    run.refresh_from_db()
    assert (run.status, run.error_code) == (Run.Status.CANCELLED, "review_expired")
    assert taken(alice) == (0, 0)
    assert outline_review.expire_unreviewed() == 0


def test_it_holds_no_place_in_the_line(client: Any, alice: User, run: Run) -> None:
    later = start_run(
        alice, RunOptions(brief=Brief(topic="Later", sections=1))
    )  # a free plan has one at once
    assert client.get(f"/api/v1/runs/{later.pk}").json()["ahead"] == 0
    assert lease.acquire(later.pk)


def test_the_next_in_line_moves_up(alice: User, provider: Server) -> None:
    first = start_run(alice, RunOptions(brief=Brief(topic="First", sections=1), review_outline=True))
    later = start_run(alice, RunOptions(brief=Brief(topic="Later", sections=1)), queue=False)
    job_of_later = ProcrastinateJob.objects.filter(queueing_lock=f"run-{later.pk}")
    assert not job_of_later.exists()
    assert write(first).status == Run.Status.WAITING
    assert job_of_later.exists()


def test_the_time_it_waits_does_not_count(client: Any, run: Run, settings: Any) -> None:
    settings.RUN_DEADLINE = 60
    client.post(address(run, "continue"))
    held = lease.acquire(run.pk)
    run.refresh_from_db()
    assert held
    assert run.deadline_at is not None
    assert 50 < (run.deadline_at - now()).total_seconds() <= 60


def test_a_worker_that_stops_right_then_takes_nothing_back(alice: User, provider: Server) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1), review_outline=True))
    held = lease.acquire(run.pk)
    assert held
    checkpoints.pause(held)
    lease.release(held)
    assert lease.renew([held]) == set()
    run.refresh_from_db()
    assert run.status == Run.Status.WAITING


def test_a_waiting_request_is_told_at_once_and_again_with_its_key(
    key_for: Any, alice: User, provider: Server
) -> None:
    headers = {"X-API-Key": key_for(alice), "Idempotency-Key": "k"}

    async def ask() -> Any:
        client = AsyncClient()
        asking = asyncio.create_task(
            client.post(URL, TOPIC, content_type="application/json", headers=headers)
        )
        while not (run := await Run.objects.afirst()):
            await asyncio.sleep(0.02)
        await execute(run.pk)
        first = await asyncio.wait_for(asking, 10)
        return first, await client.post(URL, TOPIC, content_type="application/json", headers=headers)

    first, again = async_to_sync(ask)()
    assert (first.status_code, first.json()["status"]) == (202, "waiting")
    assert (again.status_code, again.json()) == (202, first.json())
    assert Run.objects.count() == 1


def test_a_stream_stays_open_until_the_post_is_there(key_for: Any, alice: User, run: Run) -> None:
    key = key_for(alice)

    async def read() -> list[dict[str, Any]]:
        client, sent = AsyncClient(), {"X-API-Key": key, "Accept": "text/event-stream"}
        reply: Any = await client.get(f"/api/v1/runs/{run.pk}/events", headers=sent)
        chunks = aiter(reply.streaming_content)
        text = b""
        while b"run.snapshot" not in text:
            text += await asyncio.wait_for(anext(chunks), 10)
        changes = {"sections": SECTIONS}
        await client.patch(address(run), changes, content_type="application/json", headers=sent)
        await client.post(address(run, "continue"), headers=sent)
        writing = asyncio.create_task(execute(run.pk))
        async for chunk in chunks:
            text += chunk
        await writing
        blocks = [block for block in text.decode().split("\n\n") if block]
        return [json.loads(block.partition("data: ")[2]) for block in blocks if "data: " in block]

    page = Page()
    for frame in async_to_sync(read)():
        page.take(frame)
    run.refresh_from_db()
    assert page.ending == "run.completed"
    assert page.seqs == list(range(1, run.last_seq + 1))
    assert page.markdown == Post.objects.get().content_markdown


def test_a_late_reader_hears_of_the_review_before_it_hears_that_it_is_over(client: Any, run: Run) -> None:
    reader = Reader()
    reader.snapshot(replace(state_of(run.pk), seq=0, events=()))
    client.patch(address(run), {"sections": SECTIONS})
    client.post(address(run, "continue"))
    write(run)
    seqs = [frame["seq"] for frame in reader.catch_up(state_of(run.pk)) if "seq" in frame]
    assert seqs == list(range(1, run.last_seq + 1))


def test_without_a_review_nothing_waits(client: Any, provider: Server) -> None:
    client.post(URL, {**TOPIC, "review_outline": False}, headers=AT_ONCE)
    assert write(Run.objects.get()).status == Run.Status.COMPLETED


@pytest.mark.parametrize("wrong", ["yes please", None, 3])
def test_review_outline_is_true_or_false(client: Any, provider: Server, wrong: object) -> None:
    reply = client.post(URL, {**TOPIC, "review_outline": wrong}, headers=AT_ONCE)
    assert (reply.status_code, "review_outline" in reply.json()["errors"]) == (422, True)


def test_a_key_that_may_only_read_changes_nothing(client_for: Any, alice: User, run: Run) -> None:
    reader = ApiClient(headers={"X-API-Key": api_keys.issue(alice, "reads", ["read"])[1]})
    assert reader.get(address(run)).status_code == 200
    assert reader.patch(address(run), {"title": "Tides"}).status_code == 403
    assert reader.post(address(run, "continue")).status_code == 403


def test_steps_keep_their_order_and_their_owner(run: Run, client: Any) -> None:
    client.patch(address(run), {"sections": SECTIONS})
    client.patch(address(run), {"sections": SECTIONS[:1]})
    rows = list(RunStep.objects.filter(run=run).values_list("position", "state", "name"))
    assert [position for position, _, _ in rows] == list(range(len(rows)))
    assert {name for _, state, name in rows if state == "done"} == {"outline"}
