"""A post from its brief, in order. This is the whole pipeline; the other modules do its steps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from generation.llm.base import Models
from generation.pipeline.assembly import assemble
from generation.pipeline.checks import check
from generation.pipeline.closing import conclusion, faq
from generation.pipeline.gather import gather
from generation.pipeline.outline import plan
from generation.pipeline.sections import introduction, section
from generation.pipeline.types import Brief, Checks, Draft, Frozen, Outline, Part, Progress, Steps


async def write(brief: Brief, models: Models, steps: Steps, progress: Progress) -> Draft:
    """The post. Three rounds of calls: the outline; the body; what closes it. Then checks, which rarely call.

    `steps` remembers what is finished, so that a second run calls no model for it; `progress` hears the text
    of every part while it is written. Raises the first error of any part, after the others were cancelled.
    """

    async def part(name: str, work: Callable[[], Awaitable[Part]], *given: Frozen) -> Part:
        return await steps.once(name, Part, work, brief, outline, *given)

    outline = await steps.once("outline", Outline, partial(plan, brief, models, progress.outline), brief)
    body = await gather(
        [
            part("introduction", partial(introduction, brief, outline, models, progress)),
            *(
                part(f"section-{number}", partial(section, number, brief, outline, models, progress))
                for number in range(1, brief.sections + 1)
            ),
        ]
    )
    closing = [part("conclusion", partial(conclusion, brief, outline, body, models, progress), *body)]
    if brief.include_faq:
        closing.append(part("faq", partial(faq, brief, outline, body, models, progress), *body))
    parts = body + await gather(closing)
    checking = partial(check, brief, outline, parts, models, progress)
    checks = await steps.once("checks", Checks, checking, brief, outline, *parts)
    return await steps.once("assembly", Draft, partial(assemble, outline, checks), outline, checks)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it is declared: whether its text is part of the post, and the model calls it expects."""

    name: str
    is_part: bool = False
    calls: int = 1


def steps_of(brief: Brief) -> tuple[Step, ...]:
    """The steps in order; every part is one."""
    return (
        Step("outline"),
        *(Step(name, is_part=True) for name in part_names(brief)),
        Step("checks", calls=0),
        Step("assembly", calls=0),
    )


def body_names(brief: Brief) -> tuple[str, ...]:
    """The parts that are begun as soon as there is an outline."""
    return ("introduction", *(f"section-{number}" for number in range(1, brief.sections + 1)))


def closing_names(brief: Brief) -> tuple[str, ...]:
    """The parts that are begun as soon as there is a body."""
    return ("conclusion", *(["faq"] if brief.include_faq else []))


def part_names(brief: Brief) -> tuple[str, ...]:
    """The parts that the post may have, in the reader's order."""
    return body_names(brief) + closing_names(brief)
