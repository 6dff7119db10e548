"""The plan of a post: asked for as JSON, repaired once, and put in order."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import from_json

from blogai.core.errors import ProviderRefused, UnusableReply
from generation.llm.base import JsonSchema, Models, Profile, Prompt
from generation.pipeline import languages, prompts
from generation.pipeline.budget import budget, shares
from generation.pipeline.cleaning import one_line
from generation.pipeline.headings import distinct, shortened, tidy
from generation.pipeline.types import WORDS_PER_SECTION, Brief, Outline, SectionPlan
from generation.pipeline.words import whole_sentences

# Several times the longest plan of twelve sections. A reply is stopped there, and not looked at.
MOST_CHARACTERS = 60_000

_WATCHED = 10_000
"""Characters of a reply that are looked at while it comes; what comes later is shown at its end."""

_DESCRIPTION, _SLUG, _TAGS, _CLAIMS, _QUESTIONS = 160, 80, 8, 8, 8

# Where the grammar ends a small model's line. One that comes near it was most likely cut there.
_SMALL_TITLE, _SMALL_HEADING = 80, 60

# A small model answers these, but does not think of questions of its own.
_SMALL_QUESTIONS = ("Why does it matter?", "How do I begin?", "What mistakes should I avoid?")


type OnDraft = Callable[[str, Sequence[str]], object]


async def plan(brief: Brief, models: Models, on_draft: OnDraft = lambda title, headings: None) -> Outline:
    """The outline of `brief`, after one call or two. Raises UnusableReply when neither answer is one.

    `on_draft` hears the title, then every heading, as soon as a reply has it. The outline may come to have
    others.
    """
    prompt = prompts.outline(brief, models.profile, schema(brief, models.profile))
    reply = await _ask(prompt, brief, models, on_draft)
    try:
        return settled(read(reply, brief), brief, models.profile)
    except NotAnOutline as error:
        prompt = prompts.outline_again(prompt, reply, str(error))
    try:
        return settled(read(await _ask(prompt, brief, models, on_draft), brief), brief, models.profile)
    except NotAnOutline as error:
        raise UnusableReply(f"The model could not plan this post, in two attempts. {error}") from None


class NotAnOutline(Exception):
    """A sentence that says what is wrong with a reply."""


async def _ask(prompt: Prompt, brief: Brief, models: Models, on_draft: OnDraft) -> str:
    reply = await models.ask(prompt, step="outline", sink=_Draft(on_draft, brief, models.profile))
    if reply.finish == "refusal":
        raise ProviderRefused("The model declined to plan a post on this topic.")
    return reply.text


class _Draft:
    """A sink that tells what there is of the plan, and ends a reply which is no outline any more."""

    def __init__(self, on_draft: OnDraft, brief: Brief, profile: Profile) -> None:
        self._on_draft = on_draft
        self._brief = brief
        self._profile = profile
        self._text = ""
        self._told: tuple[str, Sequence[str]] = "", ()

    def write(self, text: str) -> bool:
        self._text += text
        if '"' in text and len(self._text) <= _WATCHED:
            self._tell()
        return len(self._text) <= MOST_CHARACTERS

    def restart(self, reason: str) -> None:
        self._text = ""

    def _tell(self) -> None:
        title, headings = draft = so_far(self._text, self._brief.sections)
        if draft != self._told:
            self._told = draft
            if tidy(title):
                self._on_draft(*_named(title, headings, self._brief, self._profile))


def so_far(reply: str, sections: int) -> tuple[str, Sequence[str]]:
    """The title and the headings that the beginning of a reply holds; none where it is no JSON."""
    try:
        found = from_json("{" + reply.partition("{")[2], allow_partial=True)
    except ValueError:
        return "", ()
    planned = found.get("sections") or found.get("headings")
    begun = planned[:sections] if isinstance(planned, list) else []
    headings = [each.get("heading") if isinstance(each, dict) else each for each in begun]
    title = found.get("title")
    return title if isinstance(title, str) else "", [each for each in headings if isinstance(each, str)]


def schema(brief: Brief, profile: Profile) -> JsonSchema:
    """What the reply must be: a full plan, or for a small model a title, a description and headings.

    Every property is required and none may be added, as OpenAI's strict mode demands; it knows minItems and
    maxItems, but no lengths, which only the grammar of a small model gets.
    """
    if profile.name == "small":
        return _object(
            title={"type": "string", "maxLength": _SMALL_TITLE},
            description={"type": "string", "maxLength": 200},
            headings=_array({"type": "string", "maxLength": _SMALL_HEADING}, exactly=brief.sections),
        )
    text = {"type": "string"}
    section = _object(heading=text, purpose=text, claims=_array(text), words={"type": "integer"})
    questions = {"faq_heading": text, "questions": _array(text)} if brief.include_faq else {}
    return _object(
        title=text,
        slug=text,
        description=text,
        tags=_array(text),
        introduction=text,
        sections=_array(section, exactly=brief.sections),
        conclusion_heading=text,
        conclusion=text,
        **questions,
    )


def _object(**properties: JsonSchema) -> JsonSchema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: JsonSchema, exactly: int | None = None) -> JsonSchema:
    bounds = {} if exactly is None else {"minItems": exactly, "maxItems": exactly}
    return {"type": "array", "items": items, **bounds}


def _line(value: object) -> object:
    return shortened(one_line(value), 600) if isinstance(value, str) else value


type Line = Annotated[str, BeforeValidator(_line)]


class SectionReply(BaseModel):
    heading: Line
    purpose: Line = ""
    claims: list[Line] = []
    words: int = WORDS_PER_SECTION


class OutlineReply(BaseModel):
    """What is taken from a reply: a title and sections, which nothing replaces; the rest if it is there."""

    title: Line
    sections: list[SectionReply]
    slug: Line = ""
    description: Line = ""
    tags: list[Line] = []
    introduction: Line = ""
    conclusion_heading: Line = ""
    conclusion: Line = ""
    faq_heading: Line = ""
    questions: list[Line] = []


def read(reply: str, brief: Brief) -> OutlineReply:
    """The plan in a reply, also inside prose, a fence or after a thought. Raises NotAnOutline."""
    if len(reply) > MOST_CHARACTERS:
        raise NotAnOutline("The reply is far too long.")
    found = _json_object(re.sub(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", "", reply, flags=re.DOTALL))
    headings = found.get("headings")
    if "sections" not in found and isinstance(headings, list):
        found = found | {"sections": [{"heading": heading} for heading in headings]}
    try:
        outline = OutlineReply.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise NotAnOutline(f"{place}: {first['msg']}.") from None
    if not tidy(outline.title):
        raise NotAnOutline("The title is empty.")
    if len(outline.sections) != brief.sections:
        raise NotAnOutline(f"It has {len(outline.sections)} sections instead of {brief.sections}.")
    return outline


def _json_object(reply: str) -> dict[str, Any]:
    """The first JSON object in `reply`; a few braces in the prose before it do no harm."""
    if not reply.strip():
        raise NotAnOutline("The reply is empty.")
    decoder = json.JSONDecoder()
    for brace in list(re.finditer(r"\{", reply))[:5]:
        try:
            found, _ = decoder.raw_decode(reply, brace.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and "title" in found:
            return found
    raise NotAnOutline("The reply is not a whole JSON object with a title.")


def settled(reply: OutlineReply, brief: Brief, profile: Profile) -> Outline:
    """The outline that a usable reply makes: bounded, distinct, and fitted to the words of the brief."""
    wanted = [section.heading for section in reply.sections]
    title, headings = _named(reply.title, wanted, brief, profile)
    words = shares(budget(brief).body, [min(max(section.words, 0), 10_000) for section in reply.sections])
    return Outline(
        title=title,
        slug=slug(reply.slug, title, brief.topic, *brief.keywords),
        description=description(reply.description) or description(title),
        tags=tags(reply.tags or brief.keywords),
        introduction=reply.introduction,
        sections=tuple(
            SectionPlan(
                heading=heading,
                purpose=section.purpose,
                claims=_some(section.claims, _CLAIMS),
                words=share,
            )
            for heading, section, share in zip(headings, reply.sections, words, strict=True)
        ),
        conclusion_heading=tidy(reply.conclusion_heading) or languages.conclusion_heading(brief.language),
        conclusion=reply.conclusion,
        faq_heading=tidy(reply.faq_heading) or languages.faq_heading(brief.language),
        questions=_questions(reply, brief, profile),
    )


def _named(
    title: str, headings: Iterable[str], brief: Brief, profile: Profile
) -> tuple[str, tuple[str, ...]]:
    """The title and the headings of a post for which a model wants these."""
    small = profile.name == "small"
    title, wanted = tidy(title), [tidy(heading) for heading in headings]
    if small:
        title = _uncut(title, _SMALL_TITLE) or tidy(brief.topic) or title
        wanted = [_uncut(heading, _SMALL_HEADING) for heading in wanted]
    return title, distinct(wanted, title, brief, loosely=small)


def _uncut(text: str, limit: int) -> str:
    """`text`, or nothing if it was cut, or begins in small letters, as what is no heading does."""
    return "" if len(text) > limit - 4 or text[:1].islower() else text


def _questions(reply: OutlineReply, brief: Brief, profile: Profile) -> tuple[str, ...]:
    if not brief.include_faq:
        return ()
    if profile.name == "small" and languages.is_english(brief.language):
        return _SMALL_QUESTIONS
    return _some(map(tidy, reply.questions), _QUESTIONS)


def _some(texts: Iterable[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))[:most]


def description(text: str) -> str:
    """`text` in at most 160 characters: whole sentences if one fits; without numbered points."""
    text = re.split(r"[:;,.]?\s*\b1[.)]\s", text, maxsplit=1)[0]
    if len(text) <= _DESCRIPTION:
        return text
    return whole_sentences(text[:_DESCRIPTION]) or shortened(text, _DESCRIPTION)


def tags(texts: Iterable[str]) -> tuple[str, ...]:
    """At most eight, each once whatever its case, without "#"."""
    unique: dict[str, str] = {}
    for text in texts:
        tag = shortened(one_line(text).lstrip("# "), 40)
        unique.setdefault(tag.casefold(), tag)
    return _some(unique.values(), _TAGS)


def slug(*texts: str) -> str:
    """The post's name in its address, 1 to 80 characters: the first that is mostly ASCII, else letters."""
    for text in texts:
        ascii_only = _hyphenated(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())
        if len(ascii_only) * 2 > len(_hyphenated(unicodedata.normalize("NFKC", text))):
            return ascii_only
    letters = (_hyphenated(unicodedata.normalize("NFKC", text)) for text in texts)
    return next((text for text in letters if text), "post")


def _hyphenated(text: str) -> str:
    slug = re.sub(r"[\W_]+", "-", text.casefold()).strip("-")
    return slug if len(slug) <= _SLUG else (slug[: _SLUG + 1].rpartition("-")[0] or slug)[:_SLUG].strip("-")
