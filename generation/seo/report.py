"""The checks of one post, in groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from generation.models import Post, Run
from generation.runs.steps import brief_of
from generation.seo import keyword as keywords_checks
from generation.seo import result, writing
from generation.seo.checks import Check
from generation.seo.text import MOST, read


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    checks: list[Check]


@dataclass(frozen=True, slots=True)
class Report:
    """`keyword` is the one that was checked, "" for none; `keywords` those of the post's brief.

    `truncated`: the text is so long that only its beginning was looked at.
    """

    keyword: str
    keywords: tuple[str, ...]
    truncated: bool
    groups: list[Group]

    @property
    def checks(self) -> list[Check]:
        return [check for group in self.groups for check in group.checks]


def report(
    *,
    title: str,
    description: str,
    slug: str,
    body: str,
    language: str,
    keyword: str = "",
    keywords: Sequence[str] = (),
) -> Report:
    """`body` is Markdown without the title. `keyword` comes before those of the brief."""
    text = read(body, language)
    keyword = " ".join(keyword.split()) or next(iter(keywords), "")
    others = [each for each in keywords if each.casefold() != keyword.casefold()]
    return Report(
        keyword=keyword,
        keywords=tuple(keywords),
        truncated=len(body) > MOST,
        groups=[
            Group("In results", result.checks(title, description, slug)),
            Group("Where the keyword stands", keywords_checks.checks(title, text, keyword, others)),
            Group("Text", writing.checks(text)),
        ],
    )


def report_of(post: Post, keyword: str = "") -> Report:
    """Of a stored post. One query, for its brief."""
    return report(
        title=post.title,
        description=post.description,
        slug=post.slug,
        body=body_of(post),
        language=post.language,
        keyword=keyword,
        keywords=keywords_of(post),
    )


def body_of(post: Post) -> str:
    """The post's Markdown without the line of its title."""
    return post.content_markdown.removeprefix(f"# {post.title}").lstrip("\n")


def keywords_of(post: Post) -> tuple[str, ...]:
    """What the post was to be found by, as its brief says; once its run is gone, as its scores remember."""
    run = Run.objects.of_posts().filter(post_id=post.pk).only("brief").first()
    if run is not None:
        return brief_of(run).keywords
    return (*post.scores.get("keywords_used", ()), *post.scores.get("keywords_missing", ()))
