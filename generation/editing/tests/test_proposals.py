"""Proposals: accepted, dropped, moved, edited meanwhile; around their passage nothing changes."""

import pytest

from accounts.models import User
from blogai.core.errors import Conflict
from generation.editing.blame import blame
from generation.editing.proposals import accept, drop
from generation.editing.services import restore, save_text, text_of
from generation.editing.tests.proposed import part_of, propose, selection_of
from generation.models import Post, Proposal
from generation.posts.tests.posts import a_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alice: User) -> Post:
    return a_post(alice, text="The moon pulls.  \nThe sea follows.")


@pytest.fixture
def proposal(post: Post) -> Proposal:
    return propose(post, part_of(post, "section-1"), "\nIt pulls.\n", instruction="shorter")


def current(post: Post) -> str:
    post.refresh_from_db()
    return text_of(post).text


def test_it_replaces_its_part_and_nothing_else(alice: User, post: Post, proposal: Proposal) -> None:
    before = current(post)
    saved = accept(alice, post.pk, proposal.pk)
    assert saved.text == before.replace("The moon pulls.  \nThe sea follows.", "It pulls.") == current(post)
    assert [part["name"] for part in post.parts] == ["introduction", "section-1", "conclusion", "faq"]


def test_twice_is_the_same_answer(alice: User, post: Post, proposal: Proposal) -> None:
    first = accept(alice, post.pk, proposal.pk)
    save_text(alice, post.pk, base=first.version, text=first.text + " More.")
    assert accept(alice, post.pk, proposal.pk) == first
    assert current(post) == first.text + " More."
    with pytest.raises(Conflict):
        drop(alice, post.pk, proposal.pk)


def test_what_a_person_made_of_it_is_theirs(alice: User, post: Post, proposal: Proposal) -> None:
    accept(alice, post.pk, proposal.pk, "It pulls, I say.")
    post.refresh_from_db()
    written = {each.text.strip(): each.version for each in blame(post) if "pull" in each.text}
    assert written["It pulls, I say."].author == "person"


def test_whose_sentence_it_is(alice: User, post: Post, proposal: Proposal) -> None:
    text = current(post)
    save_text(alice, post.pk, base=1, text=text + " Mine.")
    save_text(alice, post.pk, base=1, text=text.replace("Twice", "Yours. Twice"))
    accept(alice, post.pk, proposal.pk)
    restore(alice, post.pk, 1)
    restore(alice, post.pk, 5)
    post.refresh_from_db()
    written = {each.text.strip(): (each.version.number, each.version.author) for each in blame(post)}
    assert written["Mine."] == (2, "person")
    assert written["Yours."] == (3, "person"), "not the merge's"
    assert written["It pulls."] == (5, "model")
    assert written["## Conclusion"] == (1, "model")


def test_it_is_found_where_it_was_moved_to(alice: User, post: Post, proposal: Proposal) -> None:
    text = current(post)
    section = text[text.index("## The pull") : text.index("## Conclusion")]
    moved = text.replace(section, "") + "\n\n" + section
    save_text(alice, post.pk, base=1, text=moved)
    assert accept(alice, post.pk, proposal.pk).text == moved.replace(proposal.original, "It pulls.")


def test_an_edit_of_it_is_never_replaced_unseen(alice: User, post: Post, proposal: Proposal) -> None:
    edited = current(post).replace("The sea follows.", "The sea follows, mostly.")
    save_text(alice, post.pk, base=1, text=edited)
    answers = [accept(alice, post.pk, proposal.pk) for _ in range(2)]
    assert answers[0] == answers[1]
    assert current(post) == edited and answers[0].conflict
    again = Proposal.objects.get(pk=answers[0].conflict.proposal_id)
    assert (again.kind, again.original) == ("conflict", "The moon pulls.  \nThe sea follows, mostly.")
    assert accept(alice, post.pk, again.pk).text == edited.replace(again.original, "It pulls.")


def test_a_passage_that_is_gone(alice: User, post: Post, proposal: Proposal) -> None:
    save_text(alice, post.pk, base=1, text="All new.")
    for _ in range(2):
        with pytest.raises(Conflict, match="no longer in your post"):
            accept(alice, post.pk, proposal.pk)
    proposal.refresh_from_db()
    assert (current(post), proposal.state, proposal.body) == ("All new.", "stale", "It pulls.")


def test_dropped(alice: User, post: Post, proposal: Proposal) -> None:
    assert drop(alice, post.pk, proposal.pk).decided_at == drop(alice, post.pk, proposal.pk).decided_at
    with pytest.raises(Conflict, match="dropped"):
        accept(alice, post.pk, proposal.pk)


def test_ten_rounds_lose_nothing_outside(alice: User, post: Post) -> None:
    before = current(post)
    around = before.split("The sea follows.")
    words = "The sea follows."
    for number in range(10):
        start = current(post).index(words)
        asked = selection_of(post, start - 1, start + len(words) + 1)
        assert asked.passage.text == words
        accept(alice, post.pk, propose(post, asked, f"It follows {number} times.").pk)
        words = f"It follows {number} times."
    assert current(post) == words.join(around)
