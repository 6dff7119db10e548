"""The finished post from its parts."""

from generation.pipeline import questions
from generation.pipeline.types import Checks, Draft, Outline, Part
from generation.pipeline.words import count


async def assemble(plan: Outline, checks: Checks) -> Draft:
    """The draft. A part without text (a FAQ that the model could not write) is left out; `scores` say so."""
    parts = tuple(part for part in checks.parts if part.text)
    content = markdown(plan.title, parts)
    faq = next((part.text for part in parts if part.name == "faq"), "")
    return Draft(
        title=plan.title,
        slug=plan.slug,
        description=plan.description,
        tags=plan.tags,
        parts=parts,
        faq=questions.read(faq),
        content_markdown=content,
        word_count=count(content),
        scores=checks.scores,
    )


def markdown(title: str, parts: tuple[Part, ...]) -> str:
    """`# title`, then every part under `## heading` where it has one, a blank line between all of them."""
    blocks = [f"# {title}"]
    for part in parts:
        blocks += [f"## {part.heading}", part.text] if part.heading else [part.text]
    return "\n\n".join(blocks)
