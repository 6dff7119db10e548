"""The help articles: Markdown files in `articles/`, in the order of `index.toml`.

A file begins with its question as `# heading`, then one plain paragraph that answers it in short: search
results and search engines show that.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from blogai.core.errors import NotFound
from generation.posts.markdown import render_document

FOLDER = Path(__file__).parent / "articles"
INDEX = Path(__file__).parent / "index.toml"


@dataclass(frozen=True, slots=True)
class Article:
    """`also` has words by which people look for it and that it does not use itself."""

    slug: str
    topic: str
    question: str
    summary: str
    text: str
    html: SafeString
    also: str


@cache
def topics() -> Mapping[str, Sequence[Article]]:
    """All articles by topic, as the help page lists them."""
    index = tomllib.loads(INDEX.read_text())
    return {
        topic["name"]: tuple(_read(slug, topic["name"], also) for slug, also in topic["articles"].items())
        for topic in index["topics"]
    }


def articles() -> Iterator[Article]:
    for of_topic in topics().values():
        yield from of_topic


def article_for(slug: str) -> Article:
    for article in articles():
        if article.slug == slug:
            return article
    raise NotFound("We can’t find that help article.")


def related(article: Article) -> list[Article]:
    """The other articles of its topic."""
    return [other for other in topics()[article.topic] if other != article]


def _read(slug: str, topic: str, also: str) -> Article:
    text = (FOLDER / f"{slug}.md").read_text().replace("{public_url}", settings.PUBLIC_URL.rstrip("/"))
    heading, _, body = text.partition("\n")
    summary = body.strip().partition("\n\n")[0].replace("\n", " ")
    html = mark_safe(render_document(body))  # noqa: S308 (sanitised by render_document)
    return Article(slug, topic, heading.removeprefix("# "), summary, body, html, also)
