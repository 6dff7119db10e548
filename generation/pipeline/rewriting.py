"""A passage of a post, written anew as its author asks. Only the passage is replaced by what comes back."""

from dataclasses import dataclass
from functools import partial

from blogai.core.errors import ProviderError, ProviderRefused, UnusableReply
from generation.llm.base import Models, Profile
from generation.llm.metering import CHARACTERS_PER_TOKEN, size_of
from generation.pipeline import languages, prompts
from generation.pipeline.defects import NOTES
from generation.pipeline.estimate import Estimate
from generation.pipeline.types import Part, Progress, Rewrite, Steps
from generation.pipeline.words import count
from generation.pipeline.writing import PartSink, Task, write_part

PART = "suggestion"
"""The name of the step and of its one part."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that many want: what the model is told, and how long the new text is against the old one."""

    told: str
    share: float = 1.0


WISHES = {
    "Shorter": Wish(
        "Say the same in about half as many words. Keep what matters most, and leave out the rest.", 0.5
    ),
    "More concrete": Wish(
        "Make it more concrete: replace general statements by what one can see, count or do, as far as the"
        " text and its context give it."
    ),
    "Simpler": Wish("Say the same in plain words and short sentences, so that a beginner follows easily."),
    "Write again": Wish(
        "Write it anew: the same facts and claims, in other words, other sentences and another order."
    ),
}
"""By what the author presses or types."""


def wish_of(about: str) -> Wish:
    """What the author's words come to: one of `WISHES`, or the words themselves."""
    known = {name.casefold(): wish for name, wish in WISHES.items()}
    return known.get(" ".join(about.casefold().split()).rstrip("."), Wish(about, 0.0))


async def rewrite(brief: Rewrite, models: Models, steps: Steps, progress: Progress) -> Part:
    """The new text of the passage, as the text of a part.

    Raises ProviderError and its kinds when there is none that could be used: nothing, a refusal, a text that
    was cut off in both drafts, or the passage as it was.
    """
    return await steps.once(PART, Part, partial(_write, brief, models, progress), brief)


async def _write(brief: Rewrite, models: Models, progress: Progress) -> Part:
    words = round(count(brief.text) * brief.share)
    task = Task(
        PART,
        "",
        prompts.rewrite(brief, words, models.profile),
        step=PART,
        words=words,
        # Own words may ask for another one.
        language=brief.language if brief.share else "",
        echoes=tuple(filter(None, (brief.heading, brief.title))),
        replaces=brief.text,
    )
    part = await write_part(PartSink(task, progress), models)
    if not part.text:
        raise ProviderRefused("The model declined to write your suggestion.")
    # Small models write until their limit as a matter of course, and what is left is whole sentences.
    if models.profile.name != "small" and set(part.notes) - {NOTES["language"]}:
        raise ProviderError("The model didn’t finish your suggestion, even on the second try.")
    if part.text == brief.text.strip():
        raise UnusableReply("The model left the text as it was.")
    return part


def estimate(brief: Rewrite, profile: Profile) -> Estimate:
    """What one draft takes."""
    words = round(count(brief.text) * (brief.share or 1.0))
    prompt = prompts.rewrite(brief, words if brief.share else 0, profile)
    return Estimate(
        calls=1,
        input_tokens=size_of(prompt) // CHARACTERS_PER_TOKEN,
        output_tokens=round(words * languages.usual_tokens_per_word(brief.language)),
    )
