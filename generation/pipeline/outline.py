"""The plan of a post: asked for as JSON, repaired once, and put in order."""

import re
from collections.abc import Callable, Iterable, Sequence

from pydantic_core import from_json

from blogai.core.errors import ProviderRefused, UnusableReply
from generation.llm.base import JsonSchema, Models, Profile, Prompt
from generation.pipeline import languages, prompts
from generation.pipeline.budget import budget, shares
from generation.pipeline.cleaning import one_line
from generation.pipeline.headings import distinct, shortened, tidied, tidy
from generation.pipeline.outline_reply import MOST_CHARACTERS, NotAnOutline, OutlineReply, read
from generation.pipeline.slugs import slug
from generation.pipeline.types import MAX_DESCRIPTION, MAX_ITEMS, MAX_TAG, Brief, Outline, SectionPlan
from generation.pipeline.words import whole_sentences

_WATCHED = 10_000
"""Characters of a reply that are looked at while it comes; what comes later is shown at its end."""

_LONGEST_BLANK = 1_000
"""White space at its end after which a reply is taken to have nothing more to say."""

_LOOKED_AT = 2_000
"""Characters of a description or tag that are looked at."""

_FIRST_POINT = re.compile(r"\b1[.)]\s")

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
        raise UnusableReply(f"The model couldn’t plan this post in two tries. {error}") from None


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
        self._told: tuple[str, Sequence[str]] = "", ()
        self._text, self._blank = "", 0

    def write(self, text: str) -> bool:
        self._text += text
        self._blank = len(text) - len(text.rstrip()) + (self._blank if text.isspace() else 0)
        if '"' in text and len(self._text) <= _WATCHED:
            self._tell()
        return len(self._text) <= MOST_CHARACTERS and self._blank <= _LONGEST_BLANK

    def restart(self, reason: str) -> None:
        self._text, self._blank = "", 0

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
    headings = [each.get("heading", each.get("title")) if isinstance(each, dict) else each for each in begun]
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


def settled(reply: OutlineReply, brief: Brief, profile: Profile) -> Outline:
    """The outline that a usable reply makes: bounded, distinct, and fitted to the words of the brief."""
    wanted = [section.heading for section in reply.sections]
    *_, conclusion_heading = tidied([*wanted, reply.conclusion_heading])
    title, headings = _named(reply.title, wanted, brief, profile)
    words = shares(budget(brief).body, [section.words for section in reply.sections])
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
                claims=_some(section.claims, MAX_ITEMS),
                words=share,
            )
            for heading, section, share in zip(headings, reply.sections, words, strict=True)
        ),
        conclusion_heading=conclusion_heading or languages.conclusion_heading(brief.language),
        conclusion=reply.conclusion,
        faq_heading=tidy(reply.faq_heading) or languages.faq_heading(brief.language),
        questions=_questions(reply, brief, profile),
    )


def _named(
    title: str, headings: Iterable[str], brief: Brief, profile: Profile
) -> tuple[str, tuple[str, ...]]:
    """The title and the headings of a post for which a model wants these."""
    small = profile.name == "small"
    title, wanted = tidy(title), tidied(headings)
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
    return _some(map(tidy, reply.questions), MAX_ITEMS)


def _some(texts: Iterable[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))[:most]


def description(text: str) -> str:
    """`text` in at most 160 characters: whole sentences if one fits; without numbered points."""
    text = one_line(text[:_LOOKED_AT])
    points = _FIRST_POINT.search(text)
    if points:
        text = text[: points.start()].rstrip(" :;,.")
    if len(text) <= MAX_DESCRIPTION:
        return text
    return whole_sentences(text[:MAX_DESCRIPTION]) or shortened(text, MAX_DESCRIPTION)


def tags(texts: Iterable[str]) -> tuple[str, ...]:
    """At most eight, each once whatever its case, without "#"."""
    unique: dict[str, str] = {}
    for text in texts:
        tag = shortened(one_line(text[:_LOOKED_AT]).lstrip("# "), MAX_TAG)
        unique.setdefault(tag.casefold(), tag)
    return _some(unique.values(), MAX_ITEMS)
