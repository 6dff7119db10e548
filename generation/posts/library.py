"""The library: a user's posts together with the runs that have not become a post."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Lower

from accounts.models import User
from generation.llm.registry import label
from generation.models import Post, Run, RunStep
from generation.models.run import is_part_of_post
from generation.posts.services import posts_of

type State = Literal["", "finished", "writing", "stopped", "failed"]
type Sort = Literal["newest", "oldest", "title", "words"]

PAGE_SIZE = 20
MAX_TERMS = 8
"""Words of a search that are looked for in the text."""
EXCERPT = 160
"""Characters shown around what was found."""
STATUSES = {"writing": Run.OPEN, "stopped": (Run.Status.CANCELLED,), "failed": (Run.Status.FAILED,)}
ORDERS = {
    "newest": ("-address",),
    "oldest": ("address",),
    "title": ("key", "address"),
    "words": ("-words", "-address"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the library. `words` is for finished posts, `done` and `parts` for those being written.

    `found` is what stands before, at and after what was searched for, if that is in the text.
    """

    id: uuid.UUID
    state: str
    title: str
    description: str
    sample: bool
    when: datetime
    words: int
    model: str
    done: int
    parts: int
    found: tuple[str, str, str] | None = None

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

    @property
    def written_now(self) -> tuple[uuid.UUID, ...]:
        """The posts on this page whose state will change by itself."""
        return tuple(entry.id for entry in self.entries if entry.state == "writing")


class HasWords(Func):
    """Whether the text of a post has a word that begins so, or these words one after the other.

    Of Chinese and Japanese each character counts as a word, as in the column `search`.
    """

    template = (
        "search @@ (nullif(phraseto_tsquery('simple', regexp_replace("
        r"%(expressions)s, '([\u3040-\u30ff\u3400-\u9fff])', ' \1 ', 'g'"
        "))::text, '') || ':*')::tsquery"
    )
    output_field = BooleanField()


def library_page(
    user: User,
    *,
    search: str = "",
    state: State = "",
    sort: Sort = "newest",
    before: uuid.UUID | None = None,
) -> LibraryPage:
    """A page of the library, after the entry `before`: one query, which by date is as fast on any page.

    By title and words it takes a second query after the first page; a search takes one for what was found.
    """
    posts: QuerySet[Any] = posts_of(user)
    runs = _runs(user)
    if search:
        posts, runs = posts.filter(_matches(user, search)), runs.filter(name__icontains=search)
    if state in STATUSES:
        runs = runs.filter(status__in=STATUSES[state])
    rows = _rows(posts, runs, state, sort, _after(user, sort, before) if before else Q())
    entries = tuple(_entry(row) for row in rows[:PAGE_SIZE])
    if search:
        entries = _with_what_was_found(entries, search)
    return LibraryPage(entries, entries[-1].id if len(rows) > PAGE_SIZE else None)


def _matches(user: User, search: str) -> Q:
    """In the title as it was typed, or all of its words in the text."""
    in_text = posts_of(user)
    for term in search.split()[:MAX_TERMS]:
        in_text = in_text.filter(HasWords(Value(term)))
    return Q(title__icontains=search) | Q(pk__in=in_text.values("pk"))


def _rows(
    posts: QuerySet[Any], runs: QuerySet[Any], state: State, sort: Sort, after: Q
) -> list[dict[str, Any]]:
    """The rows of a page, in order, and one more that shows whether there is another page."""
    nothing, zero = Value("", CharField()), Value(0, IntegerField())
    of_posts = posts.values(
        address=F("pk"), name=F("title"), state=Value("finished", CharField()), words=F("word_count"),
        at=F("created_at"), by=F("provider"), with_model=F("model"), done=zero, of=zero,
        about=F("description"), sample=F("is_sample"), key=Lower("title"),
    )  # fmt: skip
    of_runs = runs.values(
        address=F("post_id"), name=F("name"), state=F("status"), words=zero,
        at=F("created_at"), by=F("provider"), with_model=F("model"), done=F("done_parts"), of=F("all_parts"),
        about=nothing, sample=Value(False, BooleanField()), key=Lower("name"),
    )  # fmt: skip
    order, size = ORDERS[sort], PAGE_SIZE + 1
    of_posts, of_runs = (rows.filter(after).order_by(*order)[:size] for rows in (of_posts, of_runs))
    if state == "finished":
        return list(of_posts)
    if state:
        return list(of_runs)
    return list(of_posts.union(of_runs, all=True).order_by(*order)[:size])


def _after(user: User, sort: Sort, before: uuid.UUID) -> Q:
    """A condition on rows: that they come after this one. By title and words it costs a query."""
    if sort == "newest":
        return Q(address__lt=before)
    if sort == "oldest":
        return Q(address__gt=before)
    unfinished = Run.objects.of_posts().filter(~Q(status=Run.Status.COMPLETED), owner=user, post_id=before)
    posts = Post.objects.filter(owner=user, pk=before).values_list(Lower("title"), "word_count")
    runs = unfinished.values_list(Lower(_title_of_run()), Value(0, IntegerField()))
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
            name=_title_of_run(),
            done_parts=Count("steps", filter=parts & Q(steps__state=RunStep.State.DONE)),
            all_parts=Count("steps", filter=parts),
        )
    )


def _title_of_run() -> Coalesce:
    return Coalesce(KeyTextTransform("title", "outline"), KeyTextTransform("topic", "brief"))


def _entry(row: dict[str, Any]) -> Entry:
    state = row["state"]
    return Entry(
        id=row["address"],
        state="writing" if state in Run.WANTS_WORKER else state,
        title=row["name"],
        description=row["about"],
        sample=row["sample"],
        when=row["at"],
        words=row["words"],
        model=label(row["by"], row["with_model"]),
        done=row["done"],
        parts=row["of"],
    )


def _with_what_was_found(entries: Sequence[Entry], search: str) -> tuple[Entry, ...]:
    finished = [entry.id for entry in entries if entry.has_post]
    texts = dict(Post.objects.filter(pk__in=finished).values_list("pk", "content_markdown"))
    return tuple(replace(entry, found=around(texts.get(entry.id, ""), search)) for entry in entries)


def around(markdown: str, search: str) -> tuple[str, str, str] | None:
    """What stands before, at and after the first of the words in the text below the title; None without."""
    _, _, text = markdown.partition("\n\n")
    text = " ".join(re.sub(r"[#*_`>|]+", " ", text).split())
    for term in (search, *search.split()[:MAX_TERMS]):
        if term and (at := re.search(re.escape(term), text, re.IGNORECASE)):
            start = max(0, at.start() - EXCERPT // 3)
            end = min(len(text), start + EXCERPT)
            before, after = text[start : at.start()], text[at.end() : max(end, at.end())]
            if start:
                before = "…" + before.partition(" ")[2]
            return before, at[0], after + ("…" if end < len(text) else "")
    return None
