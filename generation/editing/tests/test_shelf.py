"""The shelf in Postgres: the same histories as in memory, saves at the same time, and names of parts."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from generation.editing import proposals, sentences
from generation.editing.services import restore, save_text, text_of
from generation.editing.tests.proposed import propose, selection_of
from generation.models import ContentVersion, Post, Proposal
from generation.posts.tests.posts import a_post
from generation.runs.invariants import broken


def act(alice: User, post: Post, random: Random, tabs: list[tuple[int, str]], sent: set[str]) -> None:
    """One thing that somebody does to the post, in one of three tabs."""
    tab = random.randrange(3)
    base, text = tabs[tab]
    pieces = sentences.split(text)
    at = random.randrange(len(pieces) + 1)
    kind = random.randrange(6)
    if kind < 4:
        pieces[at : at + random.randrange(2)] = [f"Tab {tab} says {random.random()}. "]
        text = "".join(pieces)
        sent |= {piece.strip() for piece in sentences.split(text)}
        saved = save_text(alice, post.pk, base=base, text=text, session=UUID(int=tab))
        tabs[tab] = (saved.version, saved.text) if random.random() < 0.8 else (base, text)
    elif kind == 4:
        numbers = ContentVersion.objects.filter(post=post).values_list("number", flat=True)
        restore(alice, post.pk, random.choice([*numbers]) if numbers else 1)
    else:
        post.refresh_from_db()
        asked = selection_of(post, at, at + random.randrange(80))
        proposal = propose(post, asked, f"Model {random.random()}.")
        if random.random() < 0.5:
            proposals.accept(alice, post.pk, proposal.pk)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
@pytest.mark.django_db
def test_no_sentence_is_lost(alice: User, seed: int) -> None:
    post, random = a_post(alice), Random(seed)
    tabs, sent = [(1, text_of(post).text)] * 3, set[str]()
    for _ in range(15):
        act(alice, post, random, tabs, sent)
    kept = "\0".join(ContentVersion.objects.filter(post=post).values_list("body", flat=True))
    assert {sentence for sentence in sent if sentence not in kept} == set()
    post.refresh_from_db()
    assert text_of(post).text == ContentVersion.objects.get(post=post, number=post.head).body
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_saves_and_restores_at_the_same_time(alice: User) -> None:
    """They are one after the other: each gets a number, and all that was written is there."""
    post = a_post(alice)
    text = text_of(post).text
    save_text(alice, post.pk, base=1, text=text)

    def save(number: int) -> None:
        try:
            if number % 4 == 3:
                restore(alice, post.pk, 1)
            else:
                words = text.replace("Twice a day", f"Number {number}. Twice a day")
                save_text(alice, post.pk, base=1, text=words, session=UUID(int=number))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(save, range(8)))
    versions = ContentVersion.objects.filter(post=post).order_by("number")
    assert [version.number for version in versions] == list(range(1, versions.count() + 1))
    kept = "".join(version.body for version in versions)
    assert all(f"Number {number}." in kept for number in range(8) if number % 4 != 3)


@pytest.mark.django_db
def test_a_session_that_goes_on_after_a_conflict_proposes_once(alice: User) -> None:
    post = a_post(alice, text="The moon pulls.")
    text = text_of(post).text
    save_text(alice, post.pk, base=1, text=text.replace("The moon pulls.", "Theirs entirely."))
    for words in ("My own words", "My own words, and more", "Mine are other words."):
        mine = text.replace("The moon pulls.", words)
        save_text(alice, post.pk, base=1, text=mine, session=UUID(int=1))
    found = Proposal.objects.filter(post=post, state="open")
    assert [proposal.body for proposal in found] == ["Mine are other words."]


@pytest.mark.django_db
def test_a_section_that_comes_back_has_its_name_again(alice: User) -> None:
    post = a_post(alice)
    text = text_of(post).text
    without = text.replace("## The pull of the moon", "### The pull of the moon")
    version = save_text(alice, post.pk, base=1, text=without + "\n\n## Another\n\nNew.").version
    post.refresh_from_db()
    assert [part["name"] for part in post.parts] == ["introduction", "conclusion", "faq", "section-2"]
    save_text(alice, post.pk, base=version, text=text + "\n\n## A third\n\nNewer.")
    post.refresh_from_db()
    names = [part["name"] for part in post.parts]
    assert names == ["introduction", "section-1", "conclusion", "faq", "section-3"]
