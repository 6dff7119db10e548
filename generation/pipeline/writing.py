"""One part, from its prompt to the text that stays: drafted, judged, and drafted again if need be."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from blogai.core.errors import BlogAIError, ProviderError, ProviderRefused, UnusableReply
from generation.llm.base import Models, Prompt, Reply
from generation.pipeline import chatter, defects, prompts
from generation.pipeline.cleaning import Cleaner, cleaned, self_contained
from generation.pipeline.defects import NOTES, Defect, Kind
from generation.pipeline.detection import is_other_language
from generation.pipeline.footnotes import with_own_labels
from generation.pipeline.links import without_links
from generation.pipeline.loops import BlankRun, loop_start
from generation.pipeline.threads import outside_loop
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
    replaces: str = ""
    """The text that this one is to replace. Its links and footnotes may stay."""

    @property
    def label_prefix(self) -> str:
        """Of its own footnotes, so that no other part of the post has the same."""
        if not self.replaces:
            return self.part
        return f"{self.part}-{hashlib.sha256(self.replaces.encode()).hexdigest()[:6]}"


class PartSink:
    """The sink of one part: cleans what a model writes, and tells `progress` exactly what is kept."""

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
        """Begin the next attempt with an empty text."""
        self._begin()
        self._clear(reason)

    def close(self) -> None:
        """End the attempt: what was held back joins the text."""
        self._add(self._cleaner.close())
        if self._cleaner.thinking and self.text and self.defect is None:
            self.defect = defects.CUT

    def settle(self, text: str, reason: str) -> None:
        """Make `text` the text of the part, and send all of it again where it differs."""
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
            self._clear("That was the model thinking. The text follows.")
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


async def write_part(sink: PartSink, models: Models) -> Part:
    """The part, after one draft or two; without text when the model declined to write it.

    Raises ProviderError and its kinds when neither draft can be published.
    """
    try:
        return finish(sink, await _best_of_two(sink, models))
    except ProviderRefused:
        return left_out(sink, "The model declined to write it.", REFUSED_NOTE)


def left_out(sink: PartSink, reason: str, note: str) -> Part:
    """The part as one that the post does without."""
    sink.settle("", reason)
    return Part(name=sink.task.part, heading=sink.task.heading, text="", attempt=sink.attempt, notes=(note,))


async def _best_of_two(sink: PartSink, models: Models) -> Attempt:
    prompt = sink.task.prompt
    first = await attempt(sink, prompt, models)
    if first.defect is None:
        return first
    sink.restart(first.defect.reason)
    second = await attempt(sink, prompts.again(prompt, first.defect.kind, models.profile), models)
    return second if second.defect is None else _better(sink.task, first, second)


async def attempt(sink: PartSink, prompt: Prompt, models: Models) -> Attempt:
    """One call for the part, and what it is worth.

    A filter that stops a text in the middle is a defect of this draft. Raises ProviderRefused without a text.
    """
    reply = await models.ask(prompt, step=sink.task.step, sink=sink)
    sink.close()
    if reply.finish == "refusal":
        if sink.text:
            return Attempt("", defects.REFUSED)
        raise _failure(sink.task, defects.REFUSED)
    defect = sink.defect or _defect(sink, reply, models)
    if defect is None or defect.kind in NOTES:
        return await outside_loop(len(sink.text), partial(_publishable, sink, reply, defect, models))
    return Attempt("", defect)


def finish(sink: PartSink, attempt: Attempt) -> Part:
    """The part with the attempt's text, which is then what the reader has."""
    sink.settle(attempt.text, "The text was tidied.")
    return Part(
        name=sink.task.part,
        heading=sink.task.heading,
        text=sink.text,
        attempt=sink.attempt,
        notes=attempt.notes,
    )


def _defect(sink: PartSink, reply: Reply, models: Models) -> Defect | None:
    if reply.finish == "cut":
        return defects.CUT
    found = defects.find(sink.text, sink.task.prompt.system)
    # A small model writes until its limit as a matter of course, and in the language that it knows: a second
    # draft would be no better.
    if found is not None or models.profile.name == "small":
        return found
    if reply.finish == "length":
        return defects.LENGTH
    return defects.LANGUAGE if is_other_language(sink.text, sink.task.language) else None


def _publishable(sink: PartSink, reply: Reply, defect: Defect | None, models: Models) -> Attempt:
    text, notes = sink.text, tuple[str, ...]()
    if defect is not None or reply.finish == "length":
        kind: Kind = defect.kind if defect else "length"
        # Cleaned again: what was cut off may have been the end of a code block.
        text, notes = cleaned(defects.remainder(text, kind, sink.task.prompt.system)), (NOTES[kind],)
    task = sink.task
    text = without_links(self_contained(chatter.without_offer(text)), known=task.replaces)
    text = task.form(with_own_labels(text, task.label_prefix, known=task.replaces))
    if not text:
        return Attempt("", defect or defects.FORM)
    if _is_stump(text, sink.task, models):
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
            return ProviderError(f"The model cut {name} short, even on the second try.")
        case "refused":
            return ProviderRefused(f"The model declined to write {name}.")
        case "empty":
            return UnusableReply(f"The model wrote nothing for {name}, even on the second try.")
        case "short":
            return UnusableReply(f"The model wrote far too little for {name}, even on the second try.")
        case _:
            return UnusableReply(f"The model wrote nothing usable for {name}, even on the second try.")


def label(part: str) -> str:
    """What a sentence calls a part: "section 2", "the introduction"."""
    if part.startswith("section-"):
        return part.replace("-", " ")
    if part == "suggestion":
        return "your suggestion"
    return "the questions and answers" if part == "faq" else f"the {part}"
