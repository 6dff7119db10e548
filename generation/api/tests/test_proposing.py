"""/api/v1/posts/{id}/proposals: a model writes a passage anew, and nothing else of the post is touched."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from accounts import api_keys
from accounts.models import User
from billing import quotas
from billing.invariants import broken as broken_ledger
from billing.models import TierLimit
from blogai.tests.clients import client_with
from generation.editing.services import save_text
from generation.editing.shelf import body_of
from generation.llm.simulated import Answer, Server, sandbox
from generation.llm.simulated.calls import Pace
from generation.models import Post, Proposal, Run
from generation.posts.services import delete
from generation.posts.tests.posts import a_post
from generation.runs.invariants import broken
from generation.worker.execute import execute

pytestmark = pytest.mark.django_db

OLD = "The moon pulls, and the **sea** follows. It has done so for a very long time, in every bay."
NEW = "The moon pulls the sea, in every bay."
PART = {"part": "section-1", "instruction": "Shorter"}


@pytest.fixture(autouse=True)
def _everything_adds_up(db: None) -> Any:
    yield
    assert (broken(), broken_ledger()) == ([], [])


@pytest.fixture
def post(alice: User, provider: Server) -> Post:
    provider.script.add(Answer(text=NEW), times=None)
    return a_post(alice, text=OLD)


@pytest.fixture
def ask(client_for: Callable[[str], Any], post: Post) -> Callable[..., Any]:
    """Asks for a proposal; returns the reply."""

    def propose(body: Any = PART, *, who: str = "alice", **headers: str) -> Any:
        return client_for(who).post(f"/api/v1/posts/{post.pk}/proposals", body, headers=headers)

    return propose


def written(reply: Any) -> Run:
    assert reply.status_code == 202, reply.content
    run = Run.objects.get(pk=reply.json()["run_id"])
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def assists(user: User) -> tuple[int, int]:
    """(used, reserved) of this month."""
    taken = quotas.usage(user)["assists"]
    return taken["used"], taken["reserved"]


def test_it_works(alice: User, post: Post, ask: Callable[..., Any], provider: Server) -> None:
    before = post.content_markdown
    reply = ask()
    assert assists(alice) == (0, 1)
    run = written(reply)
    proposal = Proposal.objects.get()
    assert str(proposal.pk) == reply.json()["id"]
    assert (proposal.original, proposal.body, proposal.instruction) == (OLD, NEW, "Shorter")
    assert (proposal.state, proposal.kind, proposal.part, proposal.run) == ("open", "model", "section-1", run)
    assert body_of(post)[proposal.start : proposal.end] == OLD
    post.refresh_from_db()
    assert (post.content_markdown, post.head) == (before, 1), "nothing changes before it is accepted"
    assert (assists(alice), quotas.usage(alice)["month"]["used"]) == ((1, 0), 0)
    [call] = provider.calls
    assert "about 10 words" in call.asked.user


def test_it_is_watched_like_any_other_run(alice: User, post: Post, ask: Callable[..., Any]) -> None:
    run = written(ask())

    frames = list(run.events.values_list("data", flat=True))
    assert [frame["type"] for frame in frames] == ["run.started", "part.done", "run.completed"]
    assert all(frame.get("post_id", str(post.pk)) == str(post.pk) for frame in frames)
    assert (frames[0]["kind"], frames[0]["parts"]) == ("proposal", ["suggestion"])


@pytest.mark.parametrize("before", ["", "🌊 "])
def test_a_selection_counts_as_javascript_does(
    alice: User, post: Post, ask: Callable[..., Any], before: str
) -> None:
    body = before + body_of(post)
    base = save_text(alice, post.pk, base=1, text=body).version
    start = body.index("It has done") + len(before.strip())  # 🌊 is two units
    end = start + len("It has done so for a very long time")
    run = written(ask({"selection": {"start": start - 1, "end": end + 1}, "base": base, "instruction": "x"}))
    proposal = Proposal.objects.get(run=run)
    assert proposal.original == "It has done so for a very long time,"
    assert body[proposal.start : proposal.end] == proposal.original
    assert (proposal.base, proposal.part) == (base, "section-1")


def test_a_selection_of_an_older_version_is_found_where_it_is_now(
    alice: User, post: Post, ask: Callable[..., Any]
) -> None:
    body = body_of(post)
    start = body.index("The moon pulls")
    save_text(alice, post.pk, base=1, text=f"A new beginning.\n\n{body}")
    asked = {"selection": {"start": start, "end": start + len(OLD)}, "base": 1, "instruction": "Simpler"}
    proposal = Proposal.objects.get(run=written(ask(asked)))
    assert (proposal.base, proposal.original) == (2, OLD)
    save_text(alice, post.pk, base=2, text=body.replace("The moon pulls", "My moon pulls"))
    assert ask(asked).status_code == 409


def test_a_section_is_written_again(
    alice: User, post: Post, client_for: Callable[[str], Any], provider: Server
) -> None:
    url = f"/api/v1/posts/{post.pk}/sections/1/regenerate"
    run = written(client_for("alice").post(url))
    assert Proposal.objects.get(run=run).instruction == "Write again"
    assert client_for("alice").post(url.replace("/1/", "/2/")).status_code == 404


@pytest.mark.parametrize(
    ("text", "finish"),
    [
        ("", "stop"),
        ("I'm sorry, but I can't help with that.", "stop"),
        (f"{NEW} And the", "length"),
    ],
)
def test_a_failure_is_refunded_and_leaves_no_stump(
    alice: User, post: Post, ask: Callable[..., Any], provider: Server, text: str, finish: Any
) -> None:
    provider.script.clear()
    provider.script.add(Answer(text=text, finish=finish), times=None)
    run = written(ask())
    assert (run.status, run.error_code) == ("failed", "provider_error")
    assert "suggestion" in run.error_detail
    assert (assists(alice), Proposal.objects.count()) == ((0, 0), 0)


def test_without_an_assist_left_it_is_refused(alice: User, ask: Callable[..., Any]) -> None:
    TierLimit.objects.update(assists_per_month=1)
    written(ask())
    reply = ask()
    assert (reply.status_code, reply.json()["code"]) == (402, "quota_exceeded")
    assert "no assists left this month" in reply.json()["detail"]
    assert (Run.objects.count(), assists(alice)) == (1, (1, 0))


def test_the_same_key_is_the_same_proposal(alice: User, post: Post, ask: Callable[..., Any]) -> None:
    first = ask(**{"Idempotency-Key": "one"})
    save_text(alice, post.pk, base=1, text="All of it is gone.")
    assert ask(**{"Idempotency-Key": "one"}).json() == first.json()
    other = ask({**PART, "instruction": "Simpler"}, **{"Idempotency-Key": "one"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert assists(alice) == (0, 1)


def test_a_test_key_asks_no_model_and_takes_nothing(
    alice: User, post: Post, monkeypatch: pytest.MonkeyPatch, provider: Server
) -> None:
    monkeypatch.setattr(sandbox, "PACE", Pace())
    key = api_keys.issue(alice, "", ["read", "generate"], kind="test")[1]
    run = written(client_with(key).post(f"/api/v1/posts/{post.pk}/proposals", PART))
    assert (run.status, run.test, assists(alice)) == ("completed", True, (0, 0))
    assert Proposal.objects.get(run=run).body
    assert provider.calls == []


def test_a_part_that_was_deleted(alice: User, post: Post, ask: Callable[..., Any]) -> None:
    save_text(alice, post.pk, base=1, text="Twice a day the sea comes in.\n\n## Conclusion\n\n")
    gone, empty = ask(), ask({"part": "conclusion", "instruction": "Shorter"})
    assert (gone.status_code, gone.json()["detail"]) == (404, "This post no longer has that section.")
    assert (empty.status_code, empty.json()["code"]) == (409, "conflict")


BAD: list[tuple[dict[str, Any], str]] = [
    ({"instruction": "Shorter"}, "part"),
    ({**PART, "selection": {"start": 0, "end": 5}, "base": 1}, "part"),
    ({"selection": {"start": 0, "end": 5}, "instruction": "Shorter"}, "base"),
    ({**PART, "base": 1}, "base"),
    ({**PART, "instruction": " "}, "instruction"),
    ({**PART, "instruction": "x" * 601}, "instruction"),
    ({**PART, "part": 1}, "part"),
    ({"selection": {"start": 5, "end": 5}, "base": 1, "instruction": "x"}, "selection"),
    ({"selection": {"start": 10_000, "end": 10_005}, "base": 1, "instruction": "x"}, "selection"),
    ({"selection": {"start": 5, "end": 60}, "base": 1, "instruction": "x"}, "selection"),
    ({"selection": {"start": -1, "end": 60}, "base": 1, "instruction": "x"}, "selection.start"),
]


@pytest.mark.parametrize(("body", "field"), BAD)
def test_bad_input_is_named(ask: Callable[..., Any], body: dict[str, Any], field: str) -> None:
    reply = ask(body)
    assert (reply.status_code, list(reply.json()["errors"])) == (422, [field])
    assert not Run.objects.exists()


def test_a_passage_has_a_longest(alice: User, post: Post, ask: Callable[..., Any]) -> None:
    save_text(alice, post.pk, base=1, text="## The pull of the moon\n\n" + "The moon pulls. " * 1_100)
    reply = ask()
    assert reply.status_code == 422
    assert "at most 16,000" in reply.json()["detail"]


def test_an_unknown_base_and_a_deleted_post(alice: User, post: Post, ask: Callable[..., Any]) -> None:
    asked = {"selection": {"start": 0, "end": 5}, "base": 7, "instruction": "x"}
    assert ask(asked).status_code == 409
    delete(alice, post.pk)
    assert ask().status_code == 404


def test_strangers_find_nothing(ask: Callable[..., Any]) -> None:
    assert ask(who="mallory").status_code == 404
