"""What ends a post, written when its body stands: the conclusion, and questions that readers still have."""

from collections.abc import Iterable, Sequence

from blogai.core.errors import UnusableReply
from generation.llm.base import Models
from generation.pipeline import prompts
from generation.pipeline.questions import as_markdown, read
from generation.pipeline.types import Brief, Outline, Part, Progress
from generation.pipeline.words import excerpt
from generation.pipeline.writing import Page, Task, write_part

# Some 4,000 tokens: every model that is not small has the room, twice over.
_DIGEST = 16_000
NO_FAQ = "left out: the model wrote no questions and answers"


async def conclusion(
    brief: Brief, plan: Outline, body: Sequence[Part], models: Models, progress: Progress
) -> Part:
    """The end of the post, written from its body."""
    task = Task(
        "conclusion",
        plan.conclusion_heading,
        prompts.conclusion(brief, plan, digest(body), models.profile),
        step="conclusion",
        echoes=(plan.conclusion_heading, plan.title, "Conclusion"),
    )
    return await write_part(Page(task, progress), models)


async def faq(brief: Brief, plan: Outline, body: Sequence[Part], models: Models, progress: Progress) -> Part:
    """Questions with answers. Its text is empty, with a note, when the model wrote none in two drafts.

    A post stands without them, so nothing is invented and the run goes on. A provider's failure is raised.
    """
    task = Task(
        "faq",
        plan.faq_heading,
        prompts.faq(brief, plan, digest(body), models.profile),
        step="faq",
        echoes=(plan.faq_heading, plan.title, "FAQ", "Frequently asked questions", "Questions and answers"),
        form=lambda text: as_markdown(read(text, plan.questions)),
    )
    page = Page(task, progress)
    try:
        return await write_part(page, models)
    except UnusableReply:
        page.settle("", "The model wrote no questions and answers.")
        return Part(name="faq", heading=plan.faq_heading, text="", attempt=page.attempt, notes=(NO_FAQ,))


def digest(parts: Iterable[Part]) -> str:
    """The beginning of every part under its heading, together about 16,000 characters at most."""
    written = [part for part in parts if part.text]
    share = _DIGEST // max(1, len(written))
    return "\n\n".join(
        "\n\n".join(filter(None, (part.heading, excerpt(part.text, share)))) for part in written
    )
