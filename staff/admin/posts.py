"""Posts, without their text: to read one takes a reason, which stays on record."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from generation.llm.registry import label
from generation.models import Post, Run
from staff.actions.catalogue import offered
from staff.admin.base import Filter, Screens
from staff.admin.cells import link, moment, state
from staff.admin.filters import When
from staff.admin.search import people, uuid_of

TEXTS = ("content_markdown", "parts", "faq", "description", "scores", "tags")


class Deleted(Filter):
    title = "Deleted"
    parameter_name = "deleted"
    offered = {"yes": "Yes", "no": "No"}

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(deleted_at__isnull=value == "no")


class Posts(Screens[Post]):
    title = "Posts"
    list_display = ("headline", "account", "words", "language", "written_by", "state", "written")
    list_filter = (Deleted, When)
    search_by = "Id of a post or user; or a whole email"
    screen_template = "staff/post.html"

    def rows(self) -> QuerySet[Post]:
        """All but the samples: each account has one, and we wrote it."""
        return Post.objects.filter(is_sample=False).select_related("owner").defer(*TEXTS)

    def found(self, rows: QuerySet[Post], words: str) -> QuerySet[Post]:
        if number := uuid_of(words):
            return rows.filter(Q(pk=number) | Q(owner=number))
        return rows.filter(owner__in=people(words))

    def screen(self, post: Post, request: HttpRequest) -> dict[str, Any]:
        return {
            "title": f"Post: {post.title}",
            "actions": offered(post, request.user),
            "model": label(post.provider, post.model),
            "run": Run.objects.filter(post_id=post.pk).only("pk", "status").first(),
        }

    @display(description="Title")
    def headline(self, post: Post) -> str:
        return post.title[:100]

    @display(description="Account")
    def account(self, post: Post) -> str:
        return link(post.owner, post.owner.email)

    @display(description="Words")
    def words(self, post: Post) -> str:
        return f"{post.word_count:,}"

    @display(description="Model")
    def written_by(self, post: Post) -> str:
        return label(post.provider, post.model)

    @display(description="State")
    def state(self, post: Post) -> str:
        return state("deleted" if post.deleted_at else "kept")

    @display(description="Written (UTC)")
    def written(self, post: Post) -> str:
        return moment(post.created_at)
