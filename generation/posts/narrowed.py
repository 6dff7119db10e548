"""What a list of posts is narrowed to, for the library, the API and what is done to all that match."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from django.db.models import BooleanField, JSONField, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from generation.models import Post, Run
from generation.posts import search
from generation.posts.services import posts_of

type State = Literal["", "finished", "writing", "stopped", "failed"]

FEW = 500
"""Posts whose words are looked at one by one: a millisecond for a hundred."""
NEWEST, MAX_CHOICES = 200, 40
"""Posts whose tags can be chosen, and how many tags."""
STATUSES = {"writing": Run.OPEN, "stopped": (Run.Status.CANCELLED,), "failed": (Run.Status.FAILED,)}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Empty is everything. `since` and `until` are days in the current time zone, both of them included.

    A post's day is that on which it was begun: its id says so, and no other index is needed.
    """

    search: str = ""
    state: State = ""
    favourite: bool = False
    tag: str = ""
    language: str = ""
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self != EVERYTHING

    def days(self, field: str) -> Q:
        """The condition on ids of that field."""
        condition = Q()
        if self.since:
            condition &= Q(**{f"{field}__gte": _first_id(self.since)})
        if self.until and self.until < date.max:
            condition &= Q(**{f"{field}__lt": _first_id(self.until + timedelta(days=1))})
        return condition


EVERYTHING = Narrowed()


def narrowed_posts(user: User, to: Narrowed, *, among_few: bool = False) -> "QuerySet[Post]":
    """The user's finished posts among these.

    Words are looked up in their index first, whatever else is asked for: Postgres can't know how rare a word
    is, and might read every post for it. `among_few` says that it would be few.
    """
    posts = posts_of(user).filter(to.days("pk"))
    if to.state not in ("", "finished"):
        return posts.none()
    if to.favourite:
        posts = posts.filter(is_favorite=True)
    if to.tag:
        posts = posts.filter(tags__contains=[to.tag])
    if to.language:
        posts = posts.filter(language=to.language)
    if not to.search:
        return posts
    found = search.condition(search.terms_of(to.search), user)
    if found is None:
        return posts.none()
    return posts.filter(found if among_few else _first(user, found))


def _first(user: User, found: RawSQL) -> RawSQL:
    """Whether a post is among those of the user that fulfil this. In an array, they are found first."""
    mine = "SELECT id FROM generated_content WHERE owner_id = %s AND deleted_at IS NULL"
    sql = f"generated_content.id = ANY(ARRAY({mine} AND {found.sql}))"
    return RawSQL(sql, [user.pk, *found.params], BooleanField())  # noqa: S611 (values apart)


def few_posts(user: User, after: Q) -> Combinable:
    """The id of the last of the next few of the user's posts, the newest first."""
    posts = posts_of(user).filter(after).order_by("-pk").values("pk")
    return Coalesce(Subquery(posts[FEW - 1 : FEW]), Value(uuid.UUID(int=0)))


def narrowed_runs(runs: "QuerySet[Any]", to: Narrowed) -> "QuerySet[Any]":
    """Those among these runs, which have a `name`: they have no text yet, no tags and no star."""
    if to.favourite or to.tag or to.state == "finished":
        return runs.none()
    if to.state:
        runs = runs.filter(status__in=STATUSES[to.state])
    if to.language:
        runs = runs.filter(brief__language=to.language)
    if to.search:
        terms = search.terms_of(to.search)
        runs = runs if terms else runs.none()
        for term in terms:
            named = Q(name__icontains=term.text)
            runs = runs.filter(~named if term.without else named)
    return runs.filter(to.days("post_id"))


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user's library can be narrowed to. `saved` are ids, names and queries of saved filters."""

    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    saved: tuple[tuple[uuid.UUID, str, dict[str, str]], ...] = ()


NO_CHOICES = Choices()


def choices_of(user: User) -> RawSQL:
    """An expression for what `choices` reads. The tags are those of the newest posts, the most used first."""
    return RawSQL(_CHOICES, [*[user.pk] * 3, NEWEST, MAX_CHOICES, user.pk], JSONField())  # noqa: S611


def choices(found: dict[str, Any]) -> Choices:
    saved = ((uuid.UUID(key), name, query) for key, name, query in found["saved"])
    return Choices(tuple(found["languages"]), tuple(found["tags"]), tuple(saved))


_CHOICES = f"""(
WITH RECURSIVE {search.LANGUAGES}, newest AS (
    SELECT tags FROM generated_content WHERE owner_id = %s AND deleted_at IS NULL
    ORDER BY id DESC LIMIT %s
), used AS (
    SELECT tag, count(*) AS times FROM newest, jsonb_array_elements_text(tags) AS tag
    GROUP BY tag ORDER BY times DESC, tag LIMIT %s
)
SELECT jsonb_build_object(
    'languages', ARRAY(SELECT language FROM found WHERE language IS NOT NULL),
    'tags', ARRAY(SELECT tag FROM used ORDER BY times DESC, tag),
    'saved', (SELECT coalesce(jsonb_agg(jsonb_build_array(id, name, query) ORDER BY name, id), '[]')
        FROM saved_filters WHERE owner_id = %s)
))"""  # noqa: S608 (constants)


def _first_id(day: date) -> uuid.UUID:
    """The smallest id of that day (UUIDv7: milliseconds since 1970 come first)."""
    begins = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
    return uuid.UUID(int=max(0, min(int(begins.timestamp() * 1000), (1 << 48) - 1)) << 80)
