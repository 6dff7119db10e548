"""One part, from its prompt to the text that stays: drafted, judged, and drafted once more if need be."""

from collections.abc import Callable
from dataclasses import dataclass

from blogai.core.errors import BlogAIError, ProviderError, ProviderRefused, UnusableReply
from generation.llm.base import Models, Prompt, Reply
from generation.pipeline import chatter, defects, prompts
from generation.pipeline.cleaning import Cleaner, cleaned, self_contained
from generation.pipeline.defects import NOTES, Defect, Kind
from generation.pipeline.detection import is_other_language
from generation.pipeline.footnotes import with_own_labels
from generation.pipeline.links import without_links
from generation.pipeline.loops import BlankRun, loop_start
from generation.pipeline.types import Part, Progress
from generation.pipeline.words import count

# A text is first looked through for loops at this many characters, then each time it has grown by half and as
# much again: often enough to save tokens, and seldom enough that a long text costs little.
_FIRST_LOOK = 400

LEAST_SHARE = 3
"""A part with less than one in so many of its planned words is no part. Small models write half of them."""

LONGEST_PLAN = 900
"""Words of a plan that is held against a part: few models write more at once, whatever they are asked for."""

REFUSED_NOTE = "left out: the model declined to write it"


@dataclass(frozen=True, slots=True)
class Task:
    """A part to be written. `step` is what its calls are booked under."""

    part: str
    heading: str
    prompt: Prompt
    step: str
    words: int = 0
    """About how many the text is to have; 0: any number will do."""
    language: str = ""
    """The code of the language it is to be in; empty: any."""
    number: int | None = None
    """Of a section."""
    echoes: tuple[str, ...] = ()
    """Headings that the text must not begin with."""
    form: Callable[[str], str] = str
    """The text in the form that it must have; empty when it has not got it."""


class Page:
    """The sink of one part: cleans what a model writes, and tells `progress` exactly what stands on it."""

    def __init__(self, task: Task, progress: Progress, *, attempt: int = 1) -> None:
        self.task = task
        self.text = ""
        self.attempt = attempt
        self.defect: Defect | None = None
        self._progress = progress
        self._look_at = _FIRST_LOOK
        self._begin()

    def write(self, text: str) -> bool:
        """Take the next piece; False once the rest is worth nothing: the text loops, or the reply is over."""
        self._add(self._cleaner.feed(text))
        if not self._blanks.add(text):
            self.defect = defects.LOOP
        elif len(self.text) >= self._look_at:
            self._look_at = len(self.text) * 3 // 2 + _FIRST_LOOK
            self.defect = defects.LOOP if loop_start(self.text) is not None else None
        return self.defect is None and not self._cleaner.ended

    def restart(self, reason: str) -> None:
        """Begin the next attempt with nothing on the page."""
        self._begin()
        self._clear(reason)

    def close(self) -> None:
        """End the attempt: what was held back joins the text."""
        self._add(self._cleaner.close())
        if self._cleaner.thinking and self.text and self.defect is None:
            self.defect = defects.CUT

    def settle(self, text: str, reason: str) -> None:
        """Make `text` what stands on the page, sending all of it again where it differs."""
        if text != self.text:
            self.restart(reason)
            self._show(text)

    def _begin(self) -> None:
        self.defect = None
        self._cleaner = Cleaner(self.task.echoes, number=self.task.number)
        self._blanks = BlankRun()
        self._look_at = _FIRST_LOOK

    def _clear(self, reason: str) -> None:
        self.text = ""
        self.attempt += 1
        self._progress.reset(self.task.part, attempt=self.attempt, reason=reason)

    def _add(self, text: str) -> None:
        """Show what the cleaner passed on, which may have found that all before was a thought."""
        if self._cleaner.taken_back() and self.text:
            self._clear("That was the model thinking. Its text follows.")
            self._look_at = _FIRST_LOOK
        self._show(text)

    def _show(self, text: str) -> None:
        if text:
            self.text += text
            self._progress.text(self.task.part, text, attempt=self.attempt)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reply, judged. `text` is what of it may be published, maybe nothing."""

    text: str
    defect: Defect | None = None
    notes: tuple[str, ...] = ()


async def write_part(page: Page, models: Models) -> Part:
    """The part, after one draft or two; without text when the model declined to write it.

    Raises ProviderError and its kinds when neither draft can be published.
    """
    try:
        return finish(page, await _best_of_two(page, models))
    except ProviderRefused:
        return left_out(page, "The model declined to write it.", REFUSED_NOTE)


def left_out(page: Page, reason: str, note: str) -> Part:
    """The part as one that the post does without."""
    page.settle("", reason)
    return Part(name=page.task.part, heading=page.task.heading, text="", attempt=page.attempt, notes=(note,))


async def _best_of_two(page: Page, models: Models) -> Attempt:
    prompt = page.task.prompt
    first = await attempt(page, prompt, models)
    if first.defect is None:
        return first
    page.restart(first.defect.reason)
    second = await attempt(page, prompts.again(prompt, first.defect.kind, models.profile), models)
    return second if second.defect is None else _better(page.task, first, second)


async def attempt(page: Page, prompt: Prompt, models: Models) -> Attempt:
    """One call for the part, and what it is worth. Raises ProviderRefused."""
    reply = await models.ask(prompt, step=page.task.step, sink=page)
    page.close()
    if reply.finish == "refusal":
        raise _failure(page.task, defects.REFUSED)
    defect = page.defect or _defect(page, reply, models)
    if defect is None or defect.kind in NOTES:
        return _publishable(page, reply, defect, models)
    return Attempt("", defect)


def finish(page: Page, attempt: Attempt) -> Part:
    """The part with the attempt's text, which is then what the reader has."""
    page.settle(attempt.text, "The text was put in order.")
    return Part(
        name=page.task.part,
        heading=page.task.heading,
        text=page.text,
        attempt=page.attempt,
        notes=attempt.notes,
    )


def _defect(page: Page, reply: Reply, models: Models) -> Defect | None:
    if reply.finish == "cut":
        return defects.CUT
    found = defects.find(page.text, page.task.prompt.system)
    # A small model writes until its limit as a matter of course, and in the language that it knows: a second
    # draft would be no better.
    if found is not None or models.profile.name == "small":
        return found
    if reply.finish == "length":
        return defects.LENGTH
    return defects.LANGUAGE if is_other_language(page.text, page.task.language) else None


def _publishable(page: Page, reply: Reply, defect: Defect | None, models: Models) -> Attempt:
    text, notes = page.text, tuple[str, ...]()
    if defect is not None or reply.finish == "length":
        kind: Kind = defect.kind if defect else "length"
        # Cleaned again: what was cut off may have been the end of a code block.
        text, notes = cleaned(defects.remainder(text, kind, page.task.prompt.system)), (NOTES[kind],)
    text = without_links(self_contained(chatter.without_offer(text)))
    text = page.task.form(with_own_labels(text, page.task.part))
    if not text:
        return Attempt("", defect or defects.FORM)
    if _is_stump(text, page.task, models):
        return Attempt("", defects.SHORT)
    return Attempt(text, defect, notes)


def _is_stump(text: str, task: Task, models: Models) -> bool:
    return models.profile.name != "small" and count(text) * LEAST_SHARE < min(task.words, LONGEST_PLAN)


def _better(task: Task, first: Attempt, second: Attempt) -> Attempt:
    """The one to publish: without defect, else the lighter defect, else the longer; raises if none can be."""
    usable = [attempt for attempt in (second, first) if attempt.text]
    if not usable:
        raise _failure(task, second.defect or defects.EMPTY)
    return min(usable, key=lambda attempt: (_severity(attempt.defect), -count(attempt.text)))


def _severity(defect: Defect | None) -> int:
    return list(NOTES).index(defect.kind) if defect else -1


def _failure(task: Task, defect: Defect) -> BlogAIError:
    name = label(task.part)
    match defect.kind:
        case "cut":
            return ProviderError(f"The provider cut {name} short twice.")
        case "refused":
            return ProviderRefused(f"The model declined to write {name}.")
        case "empty":
            return UnusableReply(f"The model wrote nothing for {name}, twice.")
        case "short":
            return UnusableReply(f"The model wrote far too little for {name}, twice.")
        case _:
            return UnusableReply(f"The model wrote nothing usable for {name}, twice.")


def label(part: str) -> str:
    """What a sentence calls a part: "section 2", "the introduction"."""
    if part.startswith("section-"):
        return part.replace("-", " ")
    return "the questions and answers" if part == "faq" else f"the {part}"
