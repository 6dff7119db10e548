"""What is read of the reply that holds a plan, whatever liberties it takes with the schema."""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from generation.pipeline import json_reply, languages
from generation.pipeline.cleaning import one_line
from generation.pipeline.headings import shortened, tidy
from generation.pipeline.json_reply import Found
from generation.pipeline.questions import unlabelled
from generation.pipeline.types import MAX_NOTE, WORDS_PER_SECTION, Brief

# Several times the longest plan of twelve sections. A longer reply is not looked at.
MOST_CHARACTERS = 60_000

_LOOKED_AT = 4 * MAX_NOTE

# Other names that models give to a field, the likeliest first.
_TITLES = ("title", "post_title", "blog_title", "name")
_SECTIONS = ("sections", "headings", "chapters", "outline")
_HEADINGS = ("heading", "title", "name", "header", "section", "section_title", "section_heading")
_TEXTS = ("text", "question", "claim", "point", "tag", *_HEADINGS, "description", "purpose", "summary")

_ENDLESS_THOUGHT = re.compile(r"\s*+<think(?:ing)?>(?!.*</think(?:ing)?>)", re.IGNORECASE | re.DOTALL)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBER = re.compile(r"\d{1,9}(?:[,.]\d{3}(?!\d))?(?:[.,]\d+)?")
_LIST_MARK = re.compile(r"\A(?:[-*•–]|\d{1,2}[.)])\s++")
_BETWEEN_TAGS = re.compile(r"[,;，、،\n]|(?<=\S)\s+(?=#)")


class NotAnOutline(Exception):
    """A sentence that says what is wrong with a reply."""


def _text(value: object) -> str:
    """The text where one belongs: also a number, the text of an object, all texts of a list."""
    if isinstance(value, dict):
        named = (value[name] for name in _TEXTS if isinstance(value.get(name), str))
        return _text(next(named, next((each for each in value.values() if isinstance(each, str)), "")))
    if isinstance(value, list):
        return shortened("; ".join(filter(None, map(_text, value[:20]))), MAX_NOTE)
    if value is None or isinstance(value, bool):
        return ""
    return shortened(one_line(str(value)[:_LOOKED_AT]), MAX_NOTE)


def _title(value: object) -> object:
    return _text(value) if isinstance(value, str | list | dict) else value


def _list(value: object) -> list[object]:
    """The entries where a list belongs: of one text its lines, of an object its values, of nothing none."""
    if isinstance(value, str):
        lines = (line.strip() for line in value.split("\n"))
        return [_LIST_MARK.sub("", line) for line in lines if line]
    if isinstance(value, dict):
        return (
            [_text(value)] if any(isinstance(value.get(name), str) for name in _TEXTS) else [*value.values()]
        )
    return value if isinstance(value, list) else []


def _lines(value: object) -> list[str]:
    return [_text(each) for each in _list(value)]


def _tags(value: object) -> list[str]:
    return _lines(_BETWEEN_TAGS.split(value[:_LOOKED_AT]) if isinstance(value, str) else value)


def _words(value: object) -> int:
    """A number of words, also of "about 120 words" or 120.5; the usual one if there is none."""
    if isinstance(value, str):
        found = _NUMBER.search(value[:100])
        value = float(re.sub(r"[,.](?=\d{3}(?!\d))", "", found[0]).replace(",", ".")) if found else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value in (math.inf, -math.inf):
        return WORDS_PER_SECTION
    return round(max(0, min(value, 10_000)))


def _section(value: object) -> object:
    """A section as an object, with its heading under one name."""
    if isinstance(value, str):
        return {"heading": value}
    return _named(_with_plain_names(value), "heading", _HEADINGS) if isinstance(value, dict) else value


def _sections(value: object) -> object:
    """A list also of {"section_1": {…}, "section_2": {…}}, and of one section that stands alone."""
    if isinstance(value, list):
        return [each for each in value if each is not None]
    if not isinstance(value, dict):
        return value
    return [value] if any(isinstance(value.get(name), str) for name in _HEADINGS) else [*value.values()]


def _named(found: dict[str, Any], field: str, names: Iterable[str]) -> dict[str, Any]:
    """`found` with what it has under the first of `names` as `field`."""
    first = next((found[name] for name in names if name in found and found[name] is not None), None)
    return found | ({} if first is None else {field: first})


type Title = Annotated[str, BeforeValidator(_title)]
type Line = Annotated[str, BeforeValidator(_text)]
type Lines = Annotated[list[str], BeforeValidator(_lines)]


class SectionReply(BaseModel):
    heading: Line
    purpose: Line = ""
    claims: Lines = []
    words: Annotated[int, BeforeValidator(_words)] = WORDS_PER_SECTION


class OutlineReply(BaseModel):
    """What is taken from a reply: a title and sections, which nothing replaces; the rest if it is there."""

    title: Title
    sections: Annotated[list[Annotated[SectionReply, BeforeValidator(_section)]], BeforeValidator(_sections)]
    slug: Line = ""
    description: Line = ""
    tags: Annotated[list[str], BeforeValidator(_tags)] = []
    introduction: Line = ""
    conclusion_heading: Line = ""
    conclusion: Line = ""
    faq_heading: Line = ""
    questions: Lines = []


def read(reply: str, brief: Brief) -> OutlineReply:
    """The plan in a reply, also between other text or after an example. Raises NotAnOutline."""
    if len(reply) > MOST_CHARACTERS:
        raise NotAnOutline("The reply is far too long.")
    found = _plan(reply, brief)
    try:
        outline = OutlineReply.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise NotAnOutline(f"{place}: {first['msg']}.") from None
    if not tidy(outline.title):
        raise NotAnOutline("The title is empty.")
    outline.sections = _as_many(outline.sections, brief)
    outline.questions = [unlabelled(question) for question in outline.questions]
    if len(outline.sections) != brief.sections:
        raise NotAnOutline(f"It has {len(outline.sections)} sections instead of {brief.sections}.")
    return outline


def _plan(reply: str, brief: Brief) -> dict[str, Any]:
    """The object that is most like the plan of `brief`.

    Of two that are equally so it is the later one: examples and thoughts stand before what they lead to.
    """
    if not reply.strip() or _ENDLESS_THOUGHT.match(reply):
        raise NotAnOutline("The reply is empty.")
    plans = [*_plans(json_reply.strict(reply), brief)]
    if not any("sections" in plan for plan in plans):
        plans += _plans(json_reply.repaired(reply), brief)
    if not plans:
        raise NotAnOutline("The reply is not a whole JSON object with a title.")
    return max(reversed(plans), key=lambda plan: min(len(_list(plan.get("sections"))), brief.sections))


def _plans(found: Iterable[Found], brief: Brief) -> Iterator[dict[str, Any]]:
    for value, closed in found:
        for plan in _within(value):
            if closed or _is_whole(plan, brief):
                yield plan


def _with_plain_names(found: dict[str, Any]) -> dict[str, Any]:
    """`found` with its names as ours are: of "Title", "conclusionHeading" or "post title"."""
    return {_CAMEL.sub("_", name).lower().replace(" ", "_").replace("-", "_"): found[name] for name in found}


def _within(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects with a title in `value`, itself or up to three levels down: {"outline": {…}}."""
    if not isinstance(value, dict):
        return
    value = _with_plain_names(value)
    plan = _named(_named(value, "title", _TITLES), "sections", _SECTIONS)
    if "title" in plan and isinstance(plan.get("sections"), list | dict | None):
        yield plan
    elif depth < 3:
        for inner in value.values():
            yield from _within(inner, depth + 1)


def _is_whole(plan: dict[str, Any], brief: Brief) -> bool:
    """Whether a plan that lacks its last brackets has all else: its last field, and all sections."""
    last_field = "questions" if brief.include_faq else "conclusion"
    return ("headings" in plan or last_field in plan) and len(_list(plan.get("sections"))) >= brief.sections


def _as_many(sections: list[SectionReply], brief: Brief) -> list[SectionReply]:
    """The sections that the brief asks for: of too many, first those go which the post has anyway."""
    surplus = len(sections) - brief.sections
    closing = languages.conclusion_heading(brief.language), languages.faq_heading(brief.language)
    extra = {name.casefold() for name in ("Introduction", "Conclusion", "FAQ", *closing)}
    kept = []
    for section in sections:
        if surplus > 0 and tidy(section.heading).casefold() in extra:
            surplus -= 1
        else:
            kept.append(section)
    return kept[: brief.sections]
