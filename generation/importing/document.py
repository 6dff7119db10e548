"""A text that was written elsewhere, as the draft of a post: its title, its details and its parts."""

import re
from pathlib import PurePath

from generation.editing import parts
from generation.editing.services import clean
from generation.editing.shelf import content_of
from generation.importing.front_matter import FrontMatter
from generation.importing.refusals import refused
from generation.pipeline.detection import detected
from generation.pipeline.scripts import language_of
from generation.pipeline.slugs import slug
from generation.pipeline.types import (
    LANGUAGE,
    MAX_DESCRIPTION,
    MAX_ITEMS,
    MAX_SLUG,
    MAX_TAG,
    Draft,
    Scores,
)
from generation.pipeline.words import count
from generation.posts.markdown import headings_of, printable
from generation.runs.outline_changes import is_one_word
from generation.runs.post_change import MAX_TITLE

_LOOKED_AT = 3_000
_ATX = re.compile(r" {0,3}#{1,6}(?=\s|$)")


def draft_of(body: str, known: FrontMatter, *, called: str) -> Draft:
    """The draft. `called` is its title if neither `known` nor its headings have one.

    Raises ValidationFailed for a text that is empty or can't be stored, and PayloadTooLarge over 2 MB.
    """
    body = clean(body).strip()
    if not body:
        raise refused("This file has no text.")
    heading, body = _without_title(body)
    title = _line(known.get("title"), MAX_TITLE) or _line(heading, MAX_TITLE) or _line(called, MAX_TITLE)
    title = title or "Untitled"
    content = content_of(title, body)
    words = count(content)
    given = _line(known.get("slug"), MAX_SLUG)
    return Draft(
        title=title,
        slug=given if given and is_one_word(given) else slug(title),
        description=_line(known.get("description") or known.get("summary"), MAX_DESCRIPTION),
        tags=_tags(known.get("tags") or known.get("keywords")),
        parts=tuple(placed.part for placed in parts.split(body, [])),
        faq=(),
        content_markdown=content,
        word_count=words,
        scores=Scores(words=words, target_words=words),
    )


def language_for(body: str, known: FrontMatter, chosen: str) -> str:
    """The language that was chosen, else the one that it says it has, else what its letters and words say."""
    said = known.get("lang") or known.get("language")
    if not chosen and isinstance(said, str) and re.fullmatch(LANGUAGE, said):
        return said
    return chosen or language_of(body[:_LOOKED_AT]) or detected(body) or "en"


def name_of(file_name: str) -> str:
    """The file's name as a title."""
    stem = PurePath(file_name.replace("\\", "/")).stem
    return " ".join(re.sub(r"[_-]+", " ", stem).split())


def _without_title(body: str) -> tuple[str, str]:
    """The heading of level 1 that is the title, or nothing; and the text without it.

    It is the title if it comes first or is the only one. If there are others, all headings move down a level.
    """
    headings = headings_of(body, range(1, 7))
    titles = [heading for heading in headings if heading.level == 1]
    is_title = bool(titles) and (len(titles) == 1 or not body[: titles[0].start].strip())
    title = titles[0] if is_title else None
    lower = len(titles) > is_title
    pieces, end = list[str](), 0
    for heading in headings:
        written = body[heading.start : heading.end]
        pieces += [
            body[end : heading.start],
            "" if heading is title else _lower(written) if lower else written,
        ]
        end = heading.end
    return title.text if title else "", "".join([*pieces, body[end:]]).strip()


def _lower(heading: str) -> str:
    """The Markdown of a heading one level lower, down to 6."""
    if _ATX.match(heading):
        text = heading.lstrip(" ")
        return text if text.startswith("#" * 6) else f"#{text}"
    *lines, line = heading.strip("\n").split("\n")  # underlined
    return f"{'##' if line.lstrip().startswith('=') else '###'} {' '.join(map(str.strip, lines))}\n"


def _line(value: object, at_most: int) -> str:
    text = "" if isinstance(value, list) else printable(str(value or ""))
    return " ".join(text.split())[:at_most].rstrip()


def _tags(value: str | list[str] | None) -> tuple[str, ...]:
    found = value.split(",") if isinstance(value, str) else value or []
    tags = (_line(each, MAX_TAG) for each in found)
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:MAX_ITEMS]
