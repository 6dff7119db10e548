"""The sample post: what a finished post reads like, for who has none yet. We wrote it; no model did."""

import re
import tomllib
from functools import cache
from pathlib import Path

from generation.pipeline.assembly import markdown
from generation.pipeline.types import Draft, Part, Scores
from generation.pipeline.words import count

FILE = Path(__file__).with_name("sample.md")


@cache
def sample_topic() -> str:
    """The topic that it might have been written from."""
    return str(_facts()["topic"])


@cache
def sample_draft() -> Draft:
    """The post, in the parts that a post has: an introduction, sections, a conclusion."""
    introduction, *headed = re.split(r"^## ", _text(), flags=re.MULTILINE)
    title, _, text = introduction.removeprefix("# ").partition("\n")
    parts = [Part(name="introduction", heading="", text=text.strip())]
    for number, section in enumerate(headed, 1):
        heading, _, text = section.partition("\n")
        name = "conclusion" if number == len(headed) else f"section-{number}"
        parts.append(Part(name=name, heading=heading, text=text.strip()))
    content = markdown(title, tuple(parts))
    words = count(content)
    return Draft(
        title=title,
        slug="why-bread-goes-stale",
        description=str(_facts()["description"]),
        tags=(),
        parts=tuple(parts),
        faq=(),
        content_markdown=content,
        word_count=words,
        scores=Scores(words=words, target_words=words),
    )


def _facts() -> dict[str, object]:
    return tomllib.loads(FILE.read_text().split("+++")[1])


def _text() -> str:
    return FILE.read_text().split("+++")[2].strip()
