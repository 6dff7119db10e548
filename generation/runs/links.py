"""Where the posts of runs are, for what knows a run only by its id."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from generation.models import Post, Run
from generation.models.run import asked


@dataclass(frozen=True, slots=True)
class RunLink:
    title: str
    path: str


def links_of(user: User, run_ids: Collection[UUID]) -> dict[UUID, RunLink]:
    """The links of those that are the user's and whose post is there or not finished, by run. One query."""
    posts = Post.objects.filter(pk=OuterRef("about"), deleted_at=None)
    unfinished = ~Q(status=Run.Status.COMPLETED) & Q(kind=Run.POST, deleted_at=None)
    mine = Run.objects.filter(owner=user, pk__in=run_ids).annotate(about=Coalesce("target_id", "post_id"))
    runs = mine.filter(unfinished | Exists(posts)).annotate(
        title=Coalesce(
            Subquery(posts.values("title")),
            KeyTextTransform("title", "outline"),
            asked(),
        )
    )
    return {
        run_id: RunLink(title, reverse("post", args=[about]))
        for run_id, about, title in runs.values_list("pk", "about", "title")
    }
