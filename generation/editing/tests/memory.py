"""A shelf of versions in memory, and texts that are told apart sentence by sentence."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from generation.editing.history import Version, Wish
from generation.editing.passages import Passage


@dataclass
class Proposed:
    wish: Wish
    session: UUID | None = None
    state: str = "open"


@dataclass
class MemoryShelf:
    """As `PostShelf` does it, without parts. Its clock goes 20 seconds further with each version."""

    language: str = "en"
    versions: dict[int, Version] = field(default_factory=dict)
    proposals: dict[UUID, Proposed] = field(default_factory=dict)
    newest: int = 0
    current: int = 0
    clock: datetime = datetime(2026, 11, 28)

    def head(self) -> Version:
        return self.versions[self.current]

    def version(self, number: int) -> Version | None:
        return self.versions.get(number)

    def nearest(self, number: int) -> Version:
        older = [each for each in self.versions if each <= number]
        return self.versions[max(older, default=min(self.versions))]

    def latest_of(self, session: UUID, after: int) -> Version | None:
        own = [
            each
            for each in self.versions.values()
            if (each.session, each.author) == (session, "person") and each.number > after
        ]
        return max(own, key=lambda each: each.number, default=None)

    def add(self, version: Version, *, is_head: bool) -> Version:
        self.newest += 1
        self.clock += timedelta(seconds=20)
        added = replace(version, number=self.newest, created_at=self.clock)
        self.versions[self.newest] = added
        if is_head:
            self.current = self.newest
        return added

    def drop(self, version: Version, following: Version) -> None:
        del self.versions[version.number]
        self.versions[following.number] = replace(following, base=version.base)

    def is_needed(self, version: Version, neighbors: Iterable[Version]) -> bool:
        return any(
            each.wish.base == version.number for each in self.proposals.values() if each.state == "open"
        )

    def propose(self, passage: Passage, body: str, *, base: Version, beside: Version) -> UUID:
        for each in self.proposals.values():
            if each.session and each.session == beside.session and each.state == "open":
                each.state = "stale"
        return self.put_up(Wish(passage, base.number, body, "person"), beside.session)

    def put_up(self, wish: Wish, session: UUID | None = None) -> UUID:
        key = uuid4()
        self.proposals[key] = Proposed(wish, session)
        return key
