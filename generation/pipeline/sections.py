"""The introduction and the sections, each written for itself while the others are written."""

from generation.llm.base import Models
from generation.pipeline import prompts
from generation.pipeline.budget import budget
from generation.pipeline.types import Brief, Outline, Part, Progress
from generation.pipeline.writing import Page, Task, write_part


async def introduction(brief: Brief, plan: Outline, models: Models, progress: Progress) -> Part:
    """The beginning of the post, which has no heading."""
    prompt = prompts.introduction(brief, plan, models.profile)
    task = Task(
        "introduction",
        "",
        prompt,
        step="introduction",
        words=budget(brief).introduction,
        language=brief.language,
        echoes=(plan.title, "Introduction"),
    )
    return await write_part(Page(task, progress), models)


async def section(number: int, brief: Brief, plan: Outline, models: Models, progress: Progress) -> Part:
    """Section `number`, counted from 1."""
    task = section_task(number, brief, plan, models, step=f"section-{number}")
    return await write_part(Page(task, progress), models)


def section_task(number: int, brief: Brief, plan: Outline, models: Models, *, step: str) -> Task:
    """What section `number` is to be, its calls booked under `step`."""
    heading, words = plan.sections[number - 1].heading, plan.sections[number - 1].words
    return Task(
        f"section-{number}",
        heading,
        prompts.section(brief, plan, number, models.profile),
        step=step,
        words=words,
        language=brief.language,
        number=None if f"section {number}" in f"{heading} {plan.title}".casefold() else number,
        echoes=(
            heading,
            plan.title,
            f"Section {number}",
            f"Section {number} {heading}",
            f"{number} {heading}",
        ),
    )
