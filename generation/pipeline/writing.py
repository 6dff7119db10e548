"""One part, from its prompt to the text that stays: drafted, judged, and drafted once more if need be."""

from collections.abc import Callable
from dataclasses import dataclass

from blogai.core.errors import BlogAIError, ProviderError, ProviderRefused, UnusableReply
from generation.llm.base import Models, Prompt, Reply
from generation.pipeline import defects, prompts
from generation.pipeline.cleaning import Cleaner, cleaned, self_contained
from generation.pipeline.defects import MENDABLE, Defect, Kind
from generation.pipeline.footnotes import with_own_labels
from generation.pipeline.links import without_links
from generation.pipeline.types import Part, Progress
from generation.pipeline.words import count

# A text is first looked through for leaks and loops at this many characters, then each time it has grown by
# half and as much again: often enough to save tokens, and seldom enough that a long text costs little.
_FIRST_LOOK = 400


@dataclass(frozen=True, slots=True)
class Task:
    """A part to be written. `step` is what its calls are booked under."""

    part: str
    heading: str
    prompt: Prompt
    step: str
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
        self._cleaner = Cleaner(task.echoes)
        self._look_at = _FIRST_LOOK

    def write(self, text: str) -> bool:
        """Take the next piece; False once the text leaks or loops: the rest would be thrown away."""
        self._add(self._cleaner.feed(text))
        if self.defect is None and len(self.text) >= self._look_at:
            self._look_at = len(self.text) * 3 // 2 + _FIRST_LOOK
            self.defect = defects.find(self.text, self.task.prompt.system)
        return self.defect is None

    def restart(self, reason: str) -> None:
        """Begin the next attempt with nothing on the page."""
        self.text, self.defect, self._look_at = "", None, _FIRST_LOOK
        self._cleaner = Cleaner(self.task.echoes)
        self.attempt += 1
        self._progress.reset(self.task.part, attempt=self.attempt, reason=reason)

    def close(self) -> None:
        """End the attempt: what was held back joins the text."""
        self._add(self._cleaner.close())
        if self._cleaner.thinking and self.text and self.defect is None:
            self.defect = defects.CUT

    def settle(self, text: str, reason: str) -> None:
        """Make `text` what stands on the page, sending all of it again where it differs."""
        if text != self.text:
            self.restart(reason)
            self._add(text)

    def _add(self, text: str) -> None:
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
    """The part, after one draft or two. Raises ProviderError and its kinds when neither can be published."""
    prompt = page.task.prompt
    first = await attempt(page, prompt, models)
    if first.defect is None:
        return finish(page, first)
    page.restart(first.defect.reason)
    second = await attempt(page, prompts.again(prompt, first.defect.kind, models.profile), models)
    return finish(page, _better(page.task, first, second))


async def attempt(page: Page, prompt: Prompt, models: Models) -> Attempt:
    """One call for the part, and what it is worth. Raises ProviderRefused."""
    reply = await models.ask(prompt, step=page.task.step, sink=page)
    page.close()
    if reply.finish == "refusal":
        raise _failure(page.task, defects.REFUSED)
    defect = page.defect or _defect(page, reply, models)
    if defect is None or defect.kind in MENDABLE:
        return _publishable(page, reply, defect)
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
    # A small model writes until its limit as a matter of course; a second draft would end there too.
    if found is None and reply.finish == "length" and models.profile.name == "full":
        return defects.LENGTH
    return found


def _publishable(page: Page, reply: Reply, defect: Defect | None) -> Attempt:
    text, notes = page.text, tuple[str, ...]()
    if defect is not None or reply.finish == "length":
        kind: Kind = defect.kind if defect else "length"
        # Cleaned again: what was cut off may have been the end of a code block.
        text, notes = cleaned(defects.remainder(text, kind, page.task.prompt.system)), (MENDABLE[kind],)
    text = with_own_labels(without_links(self_contained(text)), page.task.part)
    text = page.task.form(text)
    return Attempt(text, defect if text else defect or defects.FORM, notes)


def _better(task: Task, first: Attempt, second: Attempt) -> Attempt:
    """The one to publish: without defect, else the lighter defect, else the longer; raises if none can be."""
    usable = [attempt for attempt in (second, first) if attempt.text]
    if not usable:
        raise _failure(task, second.defect or defects.EMPTY)
    return min(usable, key=lambda attempt: (_severity(attempt.defect), -count(attempt.text)))


def _severity(defect: Defect | None) -> int:
    return list(MENDABLE).index(defect.kind) if defect else -1


def _failure(task: Task, defect: Defect) -> BlogAIError:
    name = spoken(task.part)
    match defect.kind:
        case "cut":
            return ProviderError(f"The provider cut {name} short twice.")
        case "refused":
            return ProviderRefused(f"The model declined to write {name}.")
        case "empty":
            return UnusableReply(f"The model wrote nothing for {name}, twice.")
        case _:
            return UnusableReply(f"The model wrote nothing usable for {name}, twice.")


def spoken(part: str) -> str:
    """What a sentence calls a part: "section 2", "the introduction"."""
    if part.startswith("section-"):
        return part.replace("-", " ")
    return "the questions and answers" if part == "faq" else f"the {part}"
