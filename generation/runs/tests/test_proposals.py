"""Suggestions round after round: what stands around the passage stays, byte for byte."""

import random
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync

from accounts.models import User
from billing.models import TierLimit
from generation.editing import proposals as decisions
from generation.editing.services import save_text
from generation.editing.shelf import body_of, places_of
from generation.llm.simulated import Server
from generation.models import ContentVersion, Post, Proposal, Run
from generation.pipeline.types import Brief
from generation.runs.invariants import broken
from generation.runs.proposals import Request, Selection, propose
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alice: User, provider: Server) -> Post:
    """As a model wrote it."""
    TierLimit.objects.update(assists_per_month=100)
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=3)))
    async_to_sync(execute)(run.pk)
    return Post.objects.get(pk=run.post_id)


def suggested(user: User, post: Post, request: Request) -> Proposal:
    run, _ = propose(user, post.pk, request)
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.COMPLETED, run.error_detail
    return Proposal.objects.get(run=run)


def test_ten_rounds_lose_nothing_around_the_passage(alice: User, post: Post) -> None:
    dice = random.Random(18)
    for number in range(10):
        post.refresh_from_db()
        before = body_of(post)
        place = dice.choice([each for each in places_of(post) if each.part.name != "faq"])
        if number % 2:
            request = Request(part=place.part.name, instruction="Write again")
        else:  # about a paragraph of it
            paragraph = dice.choice(place.part.text.split("\n\n"))
            start = before.index(paragraph, place.text_start)
            selection = Selection(start=start, end=start + len(paragraph), base=post.head)
            request = Request(selection=selection, instruction=f"Round {number}")
        proposal = suggested(alice, post, request)
        decisions.accept(alice, post.pk, proposal.pk)
        post.refresh_from_db()
        assert body_of(post) == before[: proposal.start] + proposal.body + before[proposal.end :]
    assert post.head == 11
    assert broken() == []


def test_a_part_that_moved_is_changed_where_it_is_now(alice: User, post: Post) -> None:
    proposal = suggested(alice, post, Request(part="section-2", instruction="Write again"))
    post.refresh_from_db()
    body = body_of(post)
    places = {each.part.name: each.start for each in places_of(post)}
    second = body[places["section-2"] : places["section-3"]]
    moved = second + "\n" + body.replace(second, "")
    save_text(alice, post.pk, base=1, text=moved)
    decisions.accept(alice, post.pk, proposal.pk)
    post.refresh_from_db()
    assert body_of(post) == moved.replace(proposal.original, proposal.body)


def test_an_edit_while_the_model_writes_is_never_replaced(alice: User, post: Post) -> None:
    run, _ = propose(alice, post.pk, Request(part="section-1", instruction="Write again"))
    text = next(each.part.text for each in places_of(post) if each.part.name == "section-1")
    sentence = text.partition(". ")[0]
    mine = body_of(post).replace(sentence, "My own words stand here")
    save_text(alice, post.pk, base=1, text=mine)
    async_to_sync(execute)(run.pk)
    saved = decisions.accept(alice, post.pk, Proposal.objects.get(run=run, kind="model").pk)
    assert saved.conflict is not None
    post.refresh_from_db()
    assert body_of(post) == mine
    assert broken() == []


def test_the_version_that_a_suggestion_is_about_is_kept_until_it_is_there(alice: User, post: Post) -> None:
    tab, body = uuid4(), body_of(post)
    save_text(alice, post.pk, base=1, text=f"{body}\n\nOne", session=tab)
    run, _ = propose(alice, post.pk, Request(part="section-1", instruction="Write again"))
    save_text(alice, post.pk, base=2, text=f"{body}\n\nOne, two", session=tab)
    save_text(alice, post.pk, base=3, text=f"{body}\n\nOne, two, three", session=tab)
    numbers = list(
        ContentVersion.objects.filter(post=post).order_by("number").values_list("number", flat=True)
    )
    assert numbers == [1, 2, 4], "the third is thinned out, the second is needed"
    assert run.brief["base"] == 2
