"""The shelf of versions in Postgres: of one post, whose row is locked."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q
from django.db.models.functions import Now

from generation.editing import parts
from generation.editing.history import Version
from generation.editing.passages import Passage
from generation.editing.signals import text_saved
from generation.models import ContentVersion, Post, Proposal, Run
from generation.pipeline import questions
from generation.pipeline.types import Part
from generation.pipeline.words import count

RECENT = 20
"""Versions in which a section is looked for that comes back."""
NAMES = """
SELECT DISTINCT part ->> 'name' FROM content_versions CROSS JOIN LATERAL jsonb_array_elements(parts) AS part
WHERE post_id = %s
"""


def body_of(post: Post) -> str:
    """The post's Markdown below its title."""
    title = f"# {post.title}"
    return "" if post.content_markdown == title else post.content_markdown.removeprefix(f"{title}\n\n")


def content_of(title: str, body: str) -> str:
    return f"# {title}\n\n{body}"


def places_of(post: Post) -> list[parts.Placed]:
    """The parts of a post as it is, and where they are in its body."""
    return parts.split(body_of(post), known_parts(post), language=post.language)


def known_parts(post: Post) -> list[Part]:
    return [Part.model_validate(part) for part in post.parts]


class PostShelf:
    """`post` is locked, and as it is in the database; what is added changes it there and here."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.language = post.language
        self._rows = ContentVersion.objects.filter(post=post)

    def head(self) -> Version:
        row = self._rows.filter(number=self.post.head).first()
        return version_of_row(row) if row else self._first()

    def version(self, number: int) -> Version | None:
        if number == self.post.head:
            return self.head()
        row = self._rows.filter(number=number).first()
        return version_of_row(row) if row else None

    def nearest(self, number: int) -> Version:
        row = self._rows.filter(number__lte=number).order_by("-number").first()
        row = row or self._rows.order_by("number").first()
        return version_of_row(row) if row else self.head()

    def latest_of(self, session: UUID, after: int) -> Version | None:
        own = self._rows.filter(session=session, author=ContentVersion.Author.PERSON, number__gt=after)
        row = own.order_by("-number").first()
        return version_of_row(row) if row else None

    def add(self, version: Version, *, is_head: bool) -> Version:
        number = self._next_number()
        found = self._parts(version.body)
        row = ContentVersion.objects.create(
            post=self.post,
            number=number,
            title=version.title,
            body=version.body,
            parts=[_remembered(placed) for placed in found],
            author=version.author,
            run_id=version.run,
            base=version.base,
            session=version.session,
            note=version.note,
        )
        if is_head:
            self._publish(version, number, [placed.part for placed in found])
        row.refresh_from_db(fields=["created_at"])
        return version_of_row(row)

    def drop(self, version: Version, following: Version) -> None:
        self._rows.filter(number=following.number).update(base=version.base)
        self._rows.filter(number=version.number).delete()

    def is_needed(self, version: Version, neighbors: Iterable[Version]) -> bool:
        """A proposal may be about it, or it may be the last that knows the name of a part."""
        about = Q(base=version.number) | Q(beside=version.number)
        if Proposal.objects.filter(about, post=self.post, state=Proposal.State.OPEN).exists():
            return True
        written = Run.objects.filter(target_id=self.post.pk, finished_at=None)
        if written.filter(brief__base=version.number).exists():  # a proposal about it is on its way
            return True
        numbers = [version.number, *(each.number for each in neighbors)]
        names = {
            number: {part["name"] for part in kept}
            for number, kept in self._rows.filter(number__in=numbers).values_list("number", "parts")
        }
        return bool(names.pop(version.number, set()).difference(*names.values()))

    def propose(self, passage: Passage, body: str, *, base: Version, beside: Version) -> UUID:
        conflicts = Proposal.objects.filter(
            post=self.post, kind=Proposal.Kind.CONFLICT, state=Proposal.State.OPEN
        )
        if beside.session:
            earlier = self._rows.filter(session=beside.session).values("number")
            conflicts.filter(beside__in=earlier).update(state=Proposal.State.STALE, decided_at=Now())
        return Proposal.objects.create(
            owner_id=self.post.owner_id,
            post=self.post,
            base=base.number,
            start=passage.start,
            end=passage.end,
            original=passage.text,
            body=body,
            kind=Proposal.Kind.CONFLICT,
            beside=beside.number,
        ).pk

    def _first(self) -> Version:
        """What the model wrote, or what was imported, of a post that nobody has edited."""
        return Version(
            self.post.title,
            body_of(self.post),
            "person" if self.post.is_imported else "model",
            number=self.post.head,
            created_at=self.post.created_at,
        )

    def _next_number(self) -> int:
        newest: int | None = self._rows.aggregate(newest=Max("number"))["newest"]
        if newest is None:
            self._put_away()
        return (newest or self.post.head) + 1

    def _put_away(self) -> None:
        """Store the first version, before the post gets another."""
        first = self._first()
        ContentVersion.objects.create(
            post=self.post,
            number=first.number,
            title=first.title,
            body=first.body,
            parts=[_remembered(placed) for placed in places_of(self.post)],
            author=first.author,
            run=Run.objects.filter(post_id=self.post.pk).first(),
            created_at=self.post.created_at,
        )

    def _parts(self, body: str) -> list[parts.Placed]:
        known = known_parts(self.post)
        names = {part.name for part in known}
        found = parts.split(body, known, language=self.language)
        if all(placed.part.name in names for placed in found):
            return found
        recent = self._rows.order_by("-number").values_list("body", "parts")[:RECENT]
        gone = [part for kept, places in recent for part in _parts_of(kept, places) if part.name not in names]
        with connection.cursor() as cursor:
            cursor.execute(NAMES, [self.post.pk])
            used = [name for (name,) in cursor.fetchall()]
        return parts.split(body, [*known, *gone], used=used, language=self.language)

    def _publish(self, version: Version, number: int, found: Sequence[Part]) -> None:
        """Makes it what the post is."""
        post = self.post
        post.title, post.head = version.title, number
        post.content_markdown = content_of(version.title, version.body)
        post.parts = [part.model_dump(mode="json") for part in found]
        faq = next((part.text for part in found if part.name == "faq"), "")
        post.faq = [question.model_dump(mode="json") for question in questions.read(faq)]
        post.word_count = count(post.content_markdown)
        post.save(
            update_fields=["title", "head", "content_markdown", "parts", "faq", "word_count", "updated_at"]
        )
        text_saved.send(Post, post=post)


def version_of_row(row: ContentVersion, *, body: str | None = None) -> Version:
    """The row as a version; a `body` that is given stands in for one that was not fetched."""
    return Version(
        title=row.title,
        body=row.body if body is None else body,
        author=row.author,  # type: ignore[arg-type] # one of its choices
        base=row.base,
        session=row.session,
        note=row.note,
        run=row.run_id,
        number=row.number,
        created_at=row.created_at,
    )


def _remembered(placed: parts.Placed) -> dict[str, str | int]:
    return {"name": placed.part.name, "heading": placed.part.heading, "start": placed.start}


def _parts_of(body: str, places: Sequence[dict[str, str | int]]) -> list[Part]:
    """The parts of an older version; their texts still have their headings."""
    ends = [int(place["start"]) for place in places[1:]] + [len(body)]
    return [
        Part(
            name=str(place["name"]),
            heading=str(place["heading"]),
            text=body[int(place["start"]) : end].strip(),
        )
        for place, end in zip(places, ends, strict=True)
    ]
