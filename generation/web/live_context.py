"""The contents of an unfinished post's page, read from Postgres, so that it also works without JavaScript."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from django.db.models import Exists, OuterRef, Subquery, Sum
from django.db.models.functions import JSONObject
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from blogai.core.errors import CostLimitReached, NotFound
from generation.llm.pricing import is_priced
from generation.llm.registry import label, writer
from generation.models import LlmCall, Post, Run
from generation.pipeline.budget import budget
from generation.pipeline.types import Brief, Outline
from generation.posts.growing import render_unfinished
from generation.posts.markdown import render_for_page
from generation.runs.costs import MAX_COST_LIMIT, dollars, with_costs
from generation.runs.pauses import time_paused
from generation.runs.state import PartState, RunState, state_of
from generation.runs.steps import brief_of
from generation.web.languages import counts_characters, direction_of
from generation.web.live_sentences import COUNT, EMPTY, HEADINGS, NEWS, PHASES, SENTENCES, STATES

LINES_PER_WORD = 0.15
"""For prose in full-width lines, including gaps between paragraphs and a fifth more than was planned."""
DEMO_SHARE = 0.7
"""How much of the requested length the demo model writes; half of 44 sections had less than 0.54 of it."""
CHARACTERS_PER_WORD = 6
"""With the blank behind it, in languages that have blanks."""
MIN_SCALE, MAX_SCALE = 0.2, 1.2
"""Within what the room for parts to come follows the length of those that are written."""
RESERVE_STEP, MAX_RESERVED = 4, 40
"""Lines for each step of `reserve-N` in part.css, and the largest N."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The run's tokens and cost so far; `priced`: the price of `model` is known.

    `paused` is how long it waited for its owner.
    """

    model: str
    local: bool
    priced: bool
    tokens: int
    cost_usd: Decimal
    paused: timedelta

    @property
    def tokens_display(self) -> str:
        return f"{self.tokens:,} token{'' if self.tokens == 1 else 's'}"

    @property
    def cost_display(self) -> str:
        return dollars(self.cost_usd) if self.cost_usd or self.priced else "unpriced"


@dataclass(frozen=True, slots=True)
class LivePart:
    """A part on the page, with its text so far as `html` and the number of its characters as `length`."""

    name: str
    number: str
    heading: str
    state: str
    attempt: int
    html: SafeString
    length: int
    reserve: int
    words: int

    @property
    def display_name(self) -> str:
        """The part's name in the outline, even before it has a heading."""
        if self.number:
            return self.heading or f"Section {self.number}"
        return self.heading or ("Questions" if self.name == "faq" else self.name.capitalize())

    @property
    def state_display(self) -> str:
        return STATES[self.state]

    @property
    def growing(self) -> bool:
        return self.length > 0 and self.state != "done"

    @property
    def empty_display(self) -> str:
        """What stands in its place before its text."""
        if self.state in ("stopped", "failed"):
            return EMPTY["stopped"]
        return EMPTY["closing" if self.name in ("conclusion", "faq") else "section"]


@dataclass(frozen=True, slots=True)
class LivePage:
    run: Run
    title: str
    language: str
    planned: bool
    status: str
    seq: int
    parts: tuple[LivePart, ...]
    figures: Figures
    seconds: int
    ahead: int
    lines_per_word: float
    characters_per_word: int
    sentences = SENTENCES

    @property
    def done(self) -> int:
        return sum(part.state == "done" for part in self.parts)

    @property
    def open(self) -> bool:
        return self.status in Run.OPEN

    @property
    def checking(self) -> bool:
        return self.open and self.planned and self.done == len(self.parts)

    @property
    def count_display(self) -> str:
        return COUNT.format(done=self.done, parts=len(self.parts))

    @property
    def elapsed_display(self) -> str:
        return f"{self.seconds // 60:02}:{self.seconds % 60:02}"

    @property
    def remains_display(self) -> str:
        """What is left of a stopped run, in words."""
        if not self.planned:
            return "your topic and choices"
        if not self.done:
            return "the outline, below"
        return f"the outline and {self.done} of {len(self.parts)} sections, below"

    @property
    def cost_limit_reached(self) -> bool:
        return self.run.error_code == CostLimitReached.code and self.run.max_cost_usd is not None

    @property
    def next_limit(self) -> str:
        """The suggested new limit: twice the one at which the run stopped."""
        limit = self.run.max_cost_usd
        return "" if limit is None else f"{min(2 * limit, MAX_COST_LIMIT).normalize():f}"

    @property
    def phase(self) -> str:
        """What is happening right now, by its name in `PHASES`."""
        if self.run.started_at is None:
            return "waiting"
        if not self.planned:
            return "planning"
        if self.checking:
            return "checking"
        if self.status == Run.Status.QUEUED and any(part.length for part in self.parts):
            return "resuming"
        if all(part.state == "done" for part in self.parts if part.name not in ("conclusion", "faq")):
            return "closing"
        return "writing" if self.sections > 1 else "writing_one"

    @property
    def phase_display(self) -> str:
        return PHASES[self.phase].format(sections=self.sections)

    @property
    def sections(self) -> int:
        return sum(bool(part.number) for part in self.parts)

    @property
    def status_display(self) -> str:
        """What more there is to say, as a sentence."""
        return self.queue_display if self.phase == "waiting" else NEWS[self.phase]

    @property
    def direction(self) -> str:
        return direction_of(self.language)

    @property
    def queue_display(self) -> str:
        """The place in the queue of a run that has not started, as a sentence."""
        if self.ahead == 0:
            return "Waiting its turn."
        return f"Waiting in line behind {self.ahead} of your posts."

    @property
    def heading(self) -> str:
        """The state in a word or two, for the page's title."""
        if not self.open:
            return "Failed" if self.status == Run.Status.FAILED else "Stopped"
        return HEADINGS[self.phase].format(done=self.done, parts=len(self.parts))


def run_for_post(user: User, post_id: uuid.UUID) -> Run:
    """The user's run for this post, whatever became of it. Raises NotFound, for a deleted post too."""
    deleted = Post.objects.filter(pk=OuterRef("post_id")).exclude(deleted_at=None)
    run = (
        Run.objects.of_posts().filter(~Exists(deleted), owner=user, post_id=post_id, deleted_at=None).first()
    )
    if run is None:
        raise NotFound("We can’t find that post.")
    return run


def live_page(run: Any) -> LivePage:
    """The page for an `unfinished_run`. Two queries."""
    state = state_of(run.pk)
    brief = brief_of(run)
    outline = Outline.model_validate(state.outline) if state.outline else None
    figures = figures_of(run)
    lines_per_word = _lines_per_word(brief.language) * (DEMO_SHARE if figures.local else 1)
    characters_per_word = 1 if counts_characters(brief.language) else CHARACTERS_PER_WORD
    elapsed = (run.finished_at or datetime.now(UTC)) - run.created_at - figures.paused
    return LivePage(
        run=run,
        title=outline.title if outline else brief.topic,
        language=brief.language,
        planned=outline is not None,
        status=state.status,
        seq=state.seq,
        parts=_parts(state, _words(brief, outline), lines_per_word, characters_per_word),
        figures=figures,
        # Our clock may be behind Postgres', which said when the run was created.
        seconds=max(0, round(elapsed.total_seconds())),
        ahead=run.ahead if run.started_at is None else 0,
        lines_per_word=lines_per_word,
        characters_per_word=characters_per_word,
    )


def figures_of(run: Run) -> Figures:
    """Tokens and cost of the run so far, and the model that wrote most of it. One query."""
    wrote = LlmCall.objects.filter(run=OuterRef("pk")).values("provider", "model")
    most = wrote.annotate(written=Sum("output_tokens")).order_by("-written")
    so_far: Any = (
        with_costs(Run.objects.filter(pk=run.pk))
        .annotate(
            main=Subquery(most.values(json=JSONObject(provider="provider", model="model"))[:1]),
            paused=time_paused(),
        )
        .get()
    )
    main = so_far.main
    provider, model = (main["provider"], main["model"]) if main else writer(run.provider, run.model)
    return Figures(
        model=label(provider, model),
        local=provider == "local",
        priced=not provider or is_priced(provider, model),
        tokens=so_far.input_tokens + so_far.output_tokens,
        cost_usd=so_far.cost_usd,
        paused=so_far.paused or timedelta(),
    )


def _parts(
    state: RunState, words: Mapping[str, int], lines_per_word: float, characters_per_word: int
) -> tuple[LivePart, ...]:
    scale = _scale(state, words, characters_per_word)
    return tuple(
        LivePart(
            name=part.name,
            number=part.name.removeprefix("section-") if part.name.startswith("section-") else "",
            heading=part.heading,
            state=_display_state(part, state),
            attempt=part.attempt,
            html=_html(part),
            length=len(part.text),
            reserve=_reserve(words[part.name] * lines_per_word * scale),
            words=words[part.name],
        )
        for part in state.parts
    )


def _scale(state: RunState, words: Mapping[str, int], characters_per_word: int) -> float:
    """How long the finished parts are, against the plan."""
    done = [part for part in state.parts if part.state == "done"]
    planned = sum(words[part.name] for part in done) * characters_per_word
    written = sum(len(part.text) for part in done)
    return min(MAX_SCALE, max(MIN_SCALE, written / planned)) if planned else 1


def _display_state(part: PartState, state: RunState) -> str:
    """The state that the outline shows: "again" for a second attempt, "stopped" if it was not finished."""
    if not state.open and part.state in ("waiting", "writing"):
        return "stopped"
    return "again" if part.state == "writing" and part.attempt > 1 else part.state


def _html(part: PartState) -> SafeString:
    render = render_for_page if part.state == "done" else render_unfinished
    return mark_safe(render(part.text))  # noqa: S308 (sanitised by render)


def _words(brief: Brief, outline: Outline | None) -> dict[str, int]:
    """The planned number of words of each part."""
    planned = budget(brief)
    each = planned.body // brief.sections
    sections = [section.words for section in outline.sections] if outline else [each] * brief.sections
    return {
        "introduction": planned.introduction,
        **{f"section-{number}": words for number, words in enumerate(sections, 1)},
        "conclusion": planned.conclusion,
        "faq": planned.faq,
    }


def _lines_per_word(language: str) -> float:
    """Where a word is a single character, more words fit on a line."""
    return LINES_PER_WORD / (3 if counts_characters(language) else 1)


def _reserve(lines: float) -> int:
    return min(MAX_RESERVED, ceil((lines + 1) / RESERVE_STEP))
