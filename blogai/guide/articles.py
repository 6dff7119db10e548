"""The guide's articles: Markdown files in `articles/`, in the order of `index.toml`.

A file begins with its title as `# heading`, then one plain paragraph that says what it is about. Blocks of
code that follow each other are one example in several languages. `{frames}` and its like, alone on a line,
are tables made of what the code says; `{public_url}` and `{ws_url}` are the site's address.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from blogai.core.errors import NotFound
from blogai.guide import tables
from blogai.guide.code import highlight
from generation.posts.markdown import render_document

FOLDER = Path(__file__).parent / "articles"
INDEX = Path(__file__).parent / "index.toml"
FIRST = "quickstart"
"""The article that is the page `/docs`."""
RUN = ("sh", "python", "javascript")
"""The languages of the programs that a reader runs as they stand, by the names that Markdown has for them."""
LABELS = {"sh": "curl", "python": "Python", "javascript": "JavaScript", "console": "Terminal", "json": "JSON"}
PLANS = "{plans}"
"""The one table that comes from the database, when the page is rendered."""

_FRAME = '<div class="table-frame" role="group" aria-label="Table" tabindex="0">'
_FENCED = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"(?:^```\w+\n.*?^```\n\s*)+", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r'<(h[23]) id="([^"]+)">(.*?)</h[23]>')


@dataclass(frozen=True, slots=True)
class Sample:
    """One program, as it stands in the file but for the site's address."""

    language: str
    source: str

    @property
    def label(self) -> str:
        return "wscat" if self.source.startswith("wscat ") else LABELS.get(self.language, "Example")

    @property
    def html(self) -> SafeString:
        return highlight(self.source, self.language)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an article: text, or the same example in one or more languages, or the table of plans."""

    html: str = ""
    name: str = ""
    samples: tuple[Sample, ...] = ()
    plans: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    slug: str
    topic: str
    title: str
    summary: str
    blocks: tuple[Block, ...]


@cache
def topics() -> Mapping[str, Sequence[Article]]:
    """All articles by topic, as the guide lists them."""
    index = tomllib.loads(INDEX.read_text())
    return {
        topic["name"]: tuple(_article(slug, topic["name"]) for slug in topic["articles"])
        for topic in index["topics"]
    }


def articles() -> Iterator[Article]:
    for of_topic in topics().values():
        yield from of_topic


def article_for(slug: str) -> Article:
    for article in articles():
        if article.slug == slug:
            return article
    raise NotFound("We can’t find that page in the API guide.")


def text_of(slug: str, site: str = "") -> str:
    """The file's text with the address of the site, which is PUBLIC_URL unless given."""
    site = (site or settings.PUBLIC_URL).rstrip("/")
    text = (FOLDER / f"{slug}.md").read_text()
    return text.replace("{public_url}", site).replace("{ws_url}", f"ws{site.removeprefix('http')}")


def examples(text: str) -> list[tuple[Sample, ...]]:
    """The examples in the text of an article, each in all of its languages."""
    return [_samples(found[0]) for found in _EXAMPLE.finditer(text)]


def _article(slug: str, topic: str) -> Article:
    heading, _, body = text_of(slug).partition("\n")
    summary, _, body = body.strip().partition("\n\n")
    blocks = tuple(_blocks(tables.fill(body)))
    return Article(slug, topic, heading.removeprefix("# "), summary.replace("\n", " "), blocks)


def _blocks(body: str) -> Iterator[Block]:
    numbers, end = count(1), 0
    for example in _EXAMPLE.finditer(body):
        yield from _texts(body[end : example.start()])
        yield Block(name=f"example-{next(numbers)}", samples=_samples(example[0]))
        end = example.end()
    yield from _texts(body[end:])


def _texts(text: str) -> Iterator[Block]:
    before, found, behind = text.partition(PLANS)
    yield Block(html=_render(before))
    if found:
        yield Block(plans=True)
        yield Block(html=_render(behind))


def _render(text: str) -> SafeString:
    """HTML whose headings are links to themselves, and whose tables scroll where they do not fit."""
    html = _HEADING.sub(r'<\1 id="\2"><a class="anchor" href="#\2">\3</a></\1>', render_document(text))
    html = html.replace("<table>", f"{_FRAME}<table>").replace("</table>", "</table></div>")
    return mark_safe(html)  # noqa: S308 (sanitised by render_document)


def _samples(text: str) -> tuple[Sample, ...]:
    return tuple(Sample(language, source) for language, source in _FENCED.findall(text))
