"""The library: a user's posts together with the runs that have not become a post."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from accounts.models import User
from generation.llm.registry import label
from generation.models import Run, RunStep
from generation.models.run import is_part_of_post
from generation.posts.services import posts_of

type State = Literal["", "finished", "writing", "failed"]

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the library. `words` is for finished posts, `done` and `parts` for those being written."""

    id: uuid.UUID
    state: str
    title: str
    when: datetime
    words: int
    model: str
    done: int
    parts: int

    @property
    def words_display(self) -> str:
        return f"{self.words:,} words"


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """A page of the library, newest first. `older` is the `before` of the next page, None on the last."""

    entries: tuple[Entry, ...]
    older: uuid.UUID | None


def library_page(
    user: User, *, search: str = "", state: State = "", before: uuid.UUID | None = None
) -> LibraryPage:
    """A page of the library, with one query that is as fast on page 1,000 as on page 1."""
    posts: QuerySet[Any] = posts_of(user)
    runs = _runs(user)
    if before:
        posts, runs = posts.filter(pk__lt=before), runs.filter(post_id__lt=before)
    if search:
        posts, runs = posts.filter(title__icontains=search), runs.filter(name__icontains=search)
    if state == "writing":
        runs = runs.filter(status__in=Run.OPEN)
    elif state == "failed":
        runs = runs.exclude(status__in=Run.OPEN)
    rows = _newest(posts, runs, state)
    entries = tuple(_entry(row) for row in rows[:PAGE_SIZE])
    return LibraryPage(entries, entries[-1].id if len(rows) > PAGE_SIZE else None)


def _newest(posts: QuerySet[Any], runs: QuerySet[Any], state: State) -> list[dict[str, Any]]:
    """The rows of a page, newest first, and one more that shows whether there is another page."""
    of_posts = posts.order_by("-pk").values(
        address=F("pk"), name=F("title"), state=Value("finished", CharField()), words=F("word_count"),
        at=F("created_at"), by=F("provider"), with_model=F("model"), done=Value(0, IntegerField()),
        of=Value(0, IntegerField()),
    )[: PAGE_SIZE + 1]  # fmt: skip
    of_runs = runs.order_by("-post_id").values(
        address=F("post_id"), name=F("name"), state=F("status"), words=Value(0, IntegerField()),
        at=F("created_at"), by=F("provider"), with_model=F("model"), done=F("done_parts"),
        of=F("all_parts"),
    )[: PAGE_SIZE + 1]  # fmt: skip
    if state == "finished":
        return list(of_posts)
    if state:
        return list(of_runs)
    return list(of_posts.union(of_runs, all=True).order_by("-address")[: PAGE_SIZE + 1])


def _runs(user: User) -> QuerySet[Any]:
    """Runs without a post. A stopped run is hidden once its conversation has a later one."""
    later = Run.objects.filter(conversation=OuterRef("conversation"), pk__gt=OuterRef("pk"))
    parts = is_part_of_post("steps__")
    return (
        Run.objects.filter(~Q(status=Run.Status.COMPLETED), owner=user)
        .filter(Q(finished_at=None) | ~Exists(later))
        .annotate(
            name=Coalesce(KeyTextTransform("title", "outline"), KeyTextTransform("topic", "brief")),
            done_parts=Count("steps", filter=parts & Q(steps__state=RunStep.State.DONE)),
            all_parts=Count("steps", filter=parts),
        )
    )


def _entry(row: dict[str, Any]) -> Entry:
    state = row["state"]
    return Entry(
        id=row["address"],
        state="writing" if state in Run.WANTS_WORKER else state,
        title=row["name"],
        when=row["at"],
        words=row["words"],
        model=label(row["by"], row["with_model"]),
        done=row["done"],
        parts=row["of"],
    )
