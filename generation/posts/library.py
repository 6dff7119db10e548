"""The library: a user's posts together with the runs that have not become a post."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Left, Lower
from django.db.models.query import EmptyQuerySet

from accounts.models import User
from generation.llm.registry import label
from generation.models import Post, Run, RunStep
from generation.models.run import is_part_of_post
from generation.posts.narrowed import (
    EVERYTHING,
    FEW,
    NO_CHOICES,
    Choices,
    Narrowed,
    choices,
    choices_of,
    narrowed_posts,
    narrowed_runs,
)
from generation.posts.search import Marked, Marker, terms_of
from generation.posts.services import posts_of

type Sort = Literal["newest", "oldest", "title", "words"]

PAGE_SIZE = 20
KEY = 200
ORDERS = {
    "newest": ("-address",),
    "oldest": ("address",),
    "title": ("key", "address"),
    "words": ("-words", "-address"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the library. `words` is for finished posts, `done` and `parts` for those being written.

    `title` is in pieces, some of which were searched for; so is `found`, what is around those in the text.
    """

    id: uuid.UUID
    state: str
    title: str
    marked_title: Marked
    description: str
    tags: tuple[str, ...]
    favourite: bool
    language: str
    sample: bool
    when: datetime
    words: int
    model: str
    done: int
    parts: int
    found: Marked = ()

    @property
    def words_display(self) -> str:
        return f"{self.words:,} word{'' if self.words == 1 else 's'}"

    @property
    def has_post(self) -> bool:
        return self.state == "finished"

    @property
    def deletable(self) -> bool:
        return self.state in ("finished", Run.Status.FAILED, Run.Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """A page of the library. `next` is the `before` of the page that follows, None on the last."""

    entries: tuple[Entry, ...]
    next: uuid.UUID | None
    choices: Choices = NO_CHOICES

    @property
    def written_now(self) -> tuple[uuid.UUID, ...]:
        """The posts on this page whose state will change by itself."""
        return tuple(entry.id for entry in self.entries if entry.state == "writing")


def library_page(
    user: User,
    to: Narrowed = EVERYTHING,
    *,
    sort: Sort = "newest",
    before: uuid.UUID | None = None,
    with_choices: bool = False,
) -> LibraryPage:
    """A page of the library, after the entry `before`: one query, which by date is as fast on any page.

    By title and words it takes a second query after the first page.
    """
    after = _after(user, sort, before) if before else Q()
    runs = narrowed_runs(_runs(user), to)
    rows = _rows(_posts(user, to, sort, after), runs, to, sort, after, user if with_choices else None)
    found = choices(rows.pop(0)["labels"]) if with_choices else NO_CHOICES
    entries = tuple(_entry(row, to.search) for row in rows[:PAGE_SIZE])
    return LibraryPage(entries, entries[-1].id if len(rows) > PAGE_SIZE else None, found)


def _posts(user: User, to: Narrowed, sort: Sort, after: Q) -> list[QuerySet[Any]]:
    """Lists of posts that have the page's together.

    What's common stands in the next few posts already, and its part of the index is long: the second list
    goes through that only if the first doesn't fill a page.
    """
    if not to.search:
        return [narrowed_posts(user, to)]
    mine = posts_of(user).alias(address=F("pk"), key=_key("title"), words=F("word_count"))
    next_few = mine.filter(after).order_by(*ORDERS[sort]).values("pk")[:FEW]
    few = narrowed_posts(user, to, among_few=True).filter(pk__in=next_few)
    full = few.values("pk")[PAGE_SIZE : PAGE_SIZE + 1]
    rest = narrowed_posts(user, to).exclude(pk__in=next_few)
    return [few, rest.alias(full=Subquery(full)).filter(full=None)]


def _rows(
    posts: list[QuerySet[Any]],
    runs: QuerySet[Any],
    to: Narrowed,
    sort: Sort,
    after: Q,
    chooser: User | None,
) -> list[dict[str, Any]]:
    """The rows of a page, in order, and one more that shows whether there is another page.

    For a `chooser` there's one before them all, with what the library can be narrowed to in `labels`.
    """
    nothing, zero, no = Value("", TextField()), Value(0, IntegerField()), Value(False, BooleanField())
    of_posts = [
        each.values(
            address=F("pk"), called=F("title"), state=Value("finished", CharField()), words=F("word_count"),
            at=F("created_at"), by=F("provider"), with_model=F("model"), done=zero, of=zero,
            about=F("description"), sample=F("is_sample"), key=_key("title"), labels=F("tags"),
            star=F("is_favorite"), written_in=F("language"),
            text=F("content_markdown") if to.search else nothing,
        )
        for each in posts
    ]  # fmt: skip
    of_runs = runs.values(
        address=F("post_id"), called=F("name"), state=F("status"), words=zero,
        at=F("created_at"), by=F("provider"), with_model=F("model"), done=F("done_parts"), of=F("all_parts"),
        about=nothing, sample=no, key=_key("name"), labels=Value([], JSONField()),
        star=no, written_in=KeyTextTransform("language", "brief"), text=nothing,
    )  # fmt: skip
    order, size = ORDERS[sort], PAGE_SIZE + 1
    lists = [
        rows.filter(after).order_by(*order)[:size]
        for rows in (*of_posts, of_runs)
        if not isinstance(rows, EmptyQuerySet)
    ]
    if chooser:
        lists.append(_choices(chooser, first=uuid.UUID(int=(1 << 128) - 1 if "-address" in order else 0)))
        size += 1
    if len(lists) < 2:
        return list(lists[0]) if lists else []
    return list(lists[0].union(*lists[1:], all=True).order_by(*order)[:size])


def _choices(user: User, first: uuid.UUID) -> QuerySet[Any]:
    """A row that comes before all posts and runs in any order."""
    nothing, zero, no = Value("", TextField()), Value(0, IntegerField()), Value(False, BooleanField())
    return User.objects.filter(pk=user.pk).values(
        address=Value(first, UUIDField()), called=nothing, state=Value("choices", CharField()),
        words=Value(2**31 - 1, IntegerField()), at=F("date_joined"), by=nothing, with_model=nothing,
        done=zero, of=zero, about=nothing, sample=no, key=nothing, labels=choices_of(user), star=no,
        written_in=nothing, text=nothing,
    )  # fmt: skip


def _after(user: User, sort: Sort, before: uuid.UUID) -> Q:
    """A condition on rows: that they come after this one. By title and words it costs a query."""
    if sort == "newest":
        return Q(address__lt=before)
    if sort == "oldest":
        return Q(address__gt=before)
    unfinished = Run.objects.of_posts().filter(~Q(status=Run.Status.COMPLETED), owner=user, post_id=before)
    posts = Post.objects.filter(owner=user, pk=before).values_list(_key("title"), "word_count")
    runs = unfinished.values_list(_key(title_of_run()), Value(0, IntegerField()))
    for key, words in posts.union(runs, all=True):
        if sort == "title":
            return Q(key__gt=key) | Q(key=key, address__gt=before)
        return Q(words__lt=words) | Q(words=words, address__lt=before)
    return Q()


def _runs(user: User) -> QuerySet[Any]:
    """Runs without a post. A stopped run is hidden once its conversation has a later one."""
    later = Run.objects.of_posts().filter(conversation=OuterRef("conversation"), pk__gt=OuterRef("pk"))
    parts = is_part_of_post("steps__")
    return (
        Run.objects.of_posts()
        .filter(~Q(status=Run.Status.COMPLETED), owner=user, deleted_at=None)
        .filter(Q(finished_at=None) | ~Exists(later))
        .annotate(
            name=title_of_run(),
            done_parts=Count("steps", filter=parts & Q(steps__state=RunStep.State.DONE)),
            all_parts=Count("steps", filter=parts),
        )
    )


def _key(title: str | Coalesce) -> Lower:
    """By what titles are ordered. An index has no room for all of a very long one."""
    return Lower(Left(title, KEY))


def title_of_run() -> Coalesce:
    """What the post will be called: the outline says so, or else the topic."""
    return Coalesce(KeyTextTransform("title", "outline"), KeyTextTransform("topic", "brief"))


def _entry(row: dict[str, Any], search: str) -> Entry:
    state = row["state"]
    marker = Marker(terms_of(search), row["written_in"] or "") if search else None
    return Entry(
        id=row["address"],
        state="writing" if state in Run.WANTS_WORKER else state,
        title=row["called"],
        marked_title=marker.marked(row["called"]) if marker else ((row["called"], False),),
        description=row["about"],
        tags=tuple(row["labels"]),
        favourite=row["star"],
        language=row["written_in"] or "",
        sample=row["sample"],
        when=row["at"],
        words=row["words"],
        model=label(row["by"], row["with_model"]),
        done=row["done"],
        parts=row["of"],
        found=marker.excerpt(row["text"]) if marker else (),
    )
