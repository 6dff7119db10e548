"""What a save, a restore or a decision adds to a text's history, so that no sentence in it is lost.

These functions work on any `Shelf` of versions: on the one in Postgres, and on one in memory in tests.
Whoever calls them holds the shelf alone. Every text that somebody sends is on it afterwards, unless it is
there already. One that has to be merged is put beside the merge as it was written. Only `_thin` takes one
away.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

from generation.editing import sentences
from generation.editing.alignment import common_prefix
from generation.editing.merge import Merged, merge
from generation.editing.passages import Passage, passage_now

type Author = Literal["person", "model", "merge", "restore"]

KEPT_EVERY = timedelta(minutes=10)
"""Of one session's autosaves, one in this time stays whatever is in it."""
MOST_MISSING = 20
"""Sentences of an autosave that are looked for inside its neighbors'; with more of them it stays."""


@dataclass(frozen=True, slots=True)
class Version:
    """A text on the shelf. `number` and `created_at` are the shelf's to give."""

    title: str
    body: str
    author: Author = "person"
    base: int | None = None
    session: UUID | None = None
    note: str = ""
    run: UUID | None = None
    number: int = 0
    created_at: datetime = datetime.min


class Shelf(Protocol):
    """The versions of one post and its proposals."""

    language: str

    def head(self) -> Version:
        """The version that the post is."""

    def version(self, number: int) -> Version | None: ...

    def nearest(self, number: int) -> Version:
        """The newest version up to that number, or the oldest of all."""

    def latest_of(self, session: UUID, after: int) -> Version | None:
        """What a session itself wrote last, if that has a number above `after`."""

    def add(self, version: Version, *, is_head: bool) -> Version:
        """Puts it on the shelf under the next number."""

    def drop(self, version: Version, following: Version) -> None:
        """Takes a version away, from which `following` was made."""

    def is_needed(self, version: Version, neighbors: Iterable[Version]) -> bool:
        """Whether anything else but its sentences keeps a version there."""

    def propose(self, passage: Passage, body: str, *, base: Version, beside: Version) -> UUID:
        """Proposes what could not be merged, in place of what the same session had proposed before."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The head now; `added`: it is new. `conflict`: the proposal, and the number of the text as sent."""

    head: Version
    added: bool
    merged: bool = False
    conflict: tuple[UUID, int] | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a proposal says should stand in a passage of version `base`, and whose words these are."""

    passage: Passage
    base: int
    body: str
    author: Author
    run: UUID | None = None
    note: str = ""


def save(shelf: Shelf, sent: Version) -> Outcome:
    """Saves the body that was written on top of version `sent.base`; of an unknown one, the nearest.

    A session whose own later text is on the shelf already has not heard of it, and goes on from there.
    """
    head = shelf.head()
    known = min(sent.base or 0, head.number)
    latest = shelf.latest_of(sent.session, known) if sent.session else None
    base = latest or shelf.nearest(known)
    if sent.body in (head.body, base.body):
        return Outcome(head, added=False)
    sent = replace(sent, title=head.title, base=base.number)
    if base.number == head.number:
        added = shelf.add(sent, is_head=True)
        _thin(shelf, head, added)
        return Outcome(added, added=True)
    merged = merge(base.body, sent.body, head.body, shelf.language)
    return _with_merged(shelf, head, sent, merged)


def _with_merged(shelf: Shelf, head: Version, sent: Version, merged: Merged) -> Outcome:
    if merged.clean and merged.text == head.body:
        return Outcome(head, added=False, merged=True)  # all of it is there, by another way
    beside = shelf.add(sent, is_head=False)
    now = head
    if merged.text != head.body:
        both = Version(head.title, merged.text, "merge", head.number, sent.session)
        now = shelf.add(both, is_head=True)
    if merged.clean:
        return Outcome(now, added=True, merged=True)
    passage, body = _disputed(merged, shelf.language)
    proposal = shelf.propose(passage, body, base=now, beside=beside)
    return Outcome(now, added=now is not head, merged=now is not head, conflict=(proposal, beside.number))


def _disputed(merged: Merged, language: str) -> tuple[Passage, str]:
    """The sentences in which the two results of a merge differ, and what the other one has there."""
    text, other = merged.text, merged.mine
    start = common_prefix(text, other)
    end = common_prefix(text[start:][::-1], other[start:][::-1])
    begins = ends = place = 0
    for piece in sentences.split(text, language):
        if place <= start:
            begins = place
        place += len(piece)
        ends = place
        if place >= len(text) - end:
            break
    theirs, mine = text[begins:ends].rstrip(), other[begins : len(other) - (len(text) - ends)].rstrip()
    return Passage(begins, begins + len(theirs), theirs), mine


def restore(shelf: Shelf, old: Version) -> Outcome:
    """Makes an old version the newest. What is in between stays on the shelf."""
    head = shelf.head()
    if (old.title, old.body) == (head.title, head.body):
        return Outcome(head, added=False)
    again = Version(old.title, old.body, "restore", old.number, note=f"Version {old.number}")
    return Outcome(shelf.add(again, is_head=True), added=True)


def rename(shelf: Shelf, title: str) -> Outcome:
    """Gives the text another title, as a version of its own."""
    head = shelf.head()
    if title == head.title:
        return Outcome(head, added=False)
    renamed = Version(title, head.body, "person", head.number, note="New title")
    return Outcome(shelf.add(renamed, is_head=True), added=True)


def accept(shelf: Shelf, wish: Wish) -> tuple[Outcome | None, Passage]:
    """Replaces a passage of the head, and nothing else: not if somebody has edited the passage since.

    Returns None in that case; and where the passage is, and what stands there.
    """
    before, head = shelf.version(wish.base), shelf.head()
    now = passage_now(wish.passage, before.body if before else None, head.body, shelf.language)
    if now.text != wish.passage.text:
        return None, now
    body = head.body[: now.start] + wish.body + head.body[now.end :]
    if body == head.body:
        return Outcome(head, added=False), now
    new = Version(head.title, body, wish.author, head.number, note=wish.note, run=wish.run)
    return Outcome(shelf.add(new, is_head=True), added=True), now


def _thin(shelf: Shelf, previous: Version, added: Version) -> None:
    """Drops an autosave that `added` continues, if every sentence of it stands in a neighbor that stays.

    Each version is looked at once, when the next is saved on top of it, so its older neighbor stays for good
    and what its newer one holds is looked at in the same way later.
    """
    same_tab = added.session is not None and added.session == previous.session
    if (
        not (same_tab and previous.author == added.author == "person")
        or previous.note
        or previous.number <= 1
    ):
        return
    older = shelf.nearest(previous.number - 1)
    if older.number >= previous.number or previous.created_at - older.created_at >= KEPT_EVERY:
        return
    if previous.title not in (older.title, added.title) or shelf.is_needed(previous, (older, added)):
        return
    if stands_in(previous.body, (older.body, added.body), shelf.language):
        shelf.drop(previous, added)


def stands_in(body: str, others: Iterable[str], language: str) -> bool:
    """Whether each sentence of `body` is one, or inside of one, of the others: as it is while it is typed."""
    there = {piece.rstrip() for other in others for piece in sentences.split(other, language)}
    missing = {piece.strip() for piece in sentences.split(body, language) if piece.rstrip() not in there}
    return len(missing) <= MOST_MISSING and all(any(part in whole for whole in there) for part in missing)
