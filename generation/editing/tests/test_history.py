"""Whatever three tabs, a model and their owner do to a text, every sentence that they sent can be found."""

from collections.abc import Callable
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.editing import history, sentences
from generation.editing.history import Version, Wish
from generation.editing.passages import Passage
from generation.editing.tests.memory import MemoryShelf

FIRST = """Twice a day the sea comes in. It goes out, too.

## The moon

It pulls. Dr. Low knows.

- One
- Two
"""
SESSIONS = [UUID(int=number) for number in (1, 2, 3)]


class Desk:
    """Three tabs with the same post. `sent` is every sentence that reached us from one of them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.shelf = MemoryShelf()
        self.shelf.add(Version("Tides", FIRST, "model"), is_head=True)
        self.tabs = [(1, FIRST)] * 3
        self.sent: set[str] = set()
        self.words = 0

    def edit(self, tab: int) -> None:
        base, text = self.tabs[tab]
        pieces = sentences.split(text)
        at = self.random.randrange(len(pieces) + 1)
        self.words += 1
        new = f"Word{self.words} was thought of in tab {tab}."
        kind = self.random.randrange(5)
        if kind == 0 or not pieces[at:]:
            pieces.insert(at, new + self.random.choice((" ", "\n\n", "\n")))
        elif kind == 1:
            del pieces[at]
        elif kind == 2:
            pieces[at] = pieces[at].replace(
                self.random.choice(pieces[at].split() or ["-"]), f"word{self.words}"
            )
        elif kind == 3:  # as it is typed
            pieces[at] = pieces[at].rstrip()[:-1] + f" and {self.words}"
        else:
            pieces[at : at + 3] = [new + "\n\n"]
        self.tabs[tab] = base, "".join(pieces)

    def save(self, tab: int) -> None:
        base, text = self.tabs[tab]
        self.sent |= {piece.strip() for piece in sentences.split(text)}
        outcome = history.save(self.shelf, Version("", text, base=base, session=SESSIONS[tab]))
        if self.random.random() < 0.8:  # otherwise the reply gets lost
            self.tabs[tab] = outcome.head.number, outcome.head.body

    def reload(self, tab: int) -> None:
        head = self.shelf.head()
        self.tabs[tab] = head.number, head.body

    def restore(self, tab: int) -> None:
        history.restore(self.shelf, self.random.choice([*self.shelf.versions.values()]))

    def propose(self, tab: int) -> None:
        head = self.shelf.head()
        start = self.random.randrange(len(head.body) + 1)
        end = min(len(head.body), start + self.random.randrange(60))
        self.words += 1
        passage = Passage(start, end, head.body[start:end])
        self.shelf.put_up(Wish(passage, head.number, f"A model’s {self.words}.", "model"))

    def decide(self, tab: int) -> None:
        waiting = [each for each in self.shelf.proposals.values() if each.state == "open"]
        if waiting:
            proposed = self.random.choice(waiting)
            before = self.shelf.head().body
            outcome, now = history.accept(self.shelf, proposed.wish)
            proposed.state = "accepted" if outcome else "stale"
            after = self.shelf.head().body
            wanted = before[: now.start] + proposed.wish.body + before[now.end :] if outcome else before
            assert after == wanted, "around the passage everything stays as it is"

    def lost(self) -> set[str]:
        """Sentences that are in no version any more."""
        kept = "\0".join(version.body for version in self.shelf.versions.values())
        return {sentence for sentence in self.sent if sentence not in kept}


ACTIONS: list[Callable[[Desk, int], None]] = [
    *(Desk.edit, Desk.edit, Desk.edit, Desk.save, Desk.save, Desk.save),
    *(Desk.reload, Desk.restore, Desk.propose, Desk.decide),
]


def check(seed: int, steps: list[tuple[int, int]]) -> None:
    desk = Desk(seed)
    for action, tab in steps:
        ACTIONS[action](desk, tab)
        assert desk.lost() == set()


STEPS = st.lists(st.tuples(st.integers(0, len(ACTIONS) - 1), st.integers(0, 2)), min_size=5, max_size=40)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), STEPS)
def test_no_sentence_is_lost(seed: int, steps: list[tuple[int, int]]) -> None:
    check(seed, steps)


@pytest.mark.sweep
@settings(max_examples=2000, deadline=None)
@given(st.integers(0, 10**9), STEPS)
def test_no_sentence_is_lost_in_two_thousand_runs(seed: int, steps: list[tuple[int, int]]) -> None:
    check(seed, steps)


def test_autosaves_are_thinned() -> None:
    shelf = MemoryShelf()
    shelf.add(Version("", "It begins.", "model"), is_head=True)
    text = "It begins."
    for number in range(200):
        text += f" Then {number} more."
        history.save(shelf, Version("", text, base=shelf.current, session=SESSIONS[0]))
    assert shelf.head().body == text
    assert len(shelf.versions) < 12, "one in ten minutes stays, and a save took 20 seconds"


def test_an_autosave_with_a_sentence_of_its_own_stays() -> None:
    shelf = MemoryShelf()
    shelf.add(Version("", "It begins.", "model"), is_head=True)
    for text in ("It begins. I regret this.", "It begins. All is well.", "It begins. All is well. Yes."):
        history.save(shelf, Version("", text, base=shelf.current, session=SESSIONS[0]))
    assert [version.body for version in shelf.versions.values()] == [
        *("It begins.", "It begins. I regret this.", "It begins. All is well. Yes.")
    ]
