"""What ends a post, written when its body stands: the conclusion, and questions that readers still have."""

from collections.abc import Iterable, Sequence

from blogai.core.errors import ProviderRefused, UnusableReply
from generation.llm.base import Models
from generation.pipeline import prompts
from generation.pipeline.budget import budget
from generation.pipeline.questions import as_markdown, read
from generation.pipeline.types import Brief, Outline, Part, Progress
from generation.pipeline.words import excerpt
from generation.pipeline.writing import Page, Task, left_out, write_part

# Some 4,000 tokens: every model that is not small has the room, twice over.
_DIGEST = 16_000
NO_FAQ = "left out: the model wrote no questions and answers"


async def conclusion(
    brief: Brief, plan: Outline, body: Sequence[Part], models: Models, progress: Progress
) -> Part:
    """The end of the post, written from its body. Raises ProviderRefused when there is too little of that."""
    _require_half(body)
    task = Task(
        "conclusion",
        plan.conclusion_heading,
        prompts.conclusion(brief, plan, digest(body), models.profile),
        step="conclusion",
        words=budget(brief).conclusion,
        language=brief.language,
        echoes=(plan.conclusion_heading, plan.title, "Conclusion"),
    )
    return await write_part(Page(task, progress), models)


async def faq(brief: Brief, plan: Outline, body: Sequence[Part], models: Models, progress: Progress) -> Part:
    """Questions with answers. Its text is empty, with a note, when the model wrote none in two drafts.

    A post stands without them, so nothing is invented and the run goes on. A provider's failure is raised.
    """
    _require_half(body)
    task = Task(
        "faq",
        plan.faq_heading,
        prompts.faq(brief, plan, digest(body), models.profile),
        step="faq",
        language=brief.language,
        echoes=(plan.faq_heading, plan.title, "FAQ", "Frequently asked questions", "Questions and answers"),
        form=lambda text: as_markdown(read(text, plan.questions)),
    )
    page = Page(task, progress)
    try:
        return await write_part(page, models)
    except UnusableReply:
        return left_out(page, "The model wrote no questions and answers.", NO_FAQ)


def _require_half(body: Sequence[Part]) -> None:
    """A post does without a part that the model declined to write, but not without most of its sections."""
    sections = [part for part in body if part.name.startswith("section-")]
    written = sum(bool(part.text) for part in sections)
    if written * 2 < len(sections):
        raise ProviderRefused(
            f"The model declined to write {len(sections) - written} of {len(sections)} sections."
        )


def digest(parts: Iterable[Part]) -> str:
    """The beginning of every part under its heading, together about 16,000 characters at most."""
    written = [part for part in parts if part.text]
    share = _DIGEST // max(1, len(written))
    return "\n\n".join(
        "\n\n".join(filter(None, (part.heading, excerpt(part.text, share)))) for part in written
    )
