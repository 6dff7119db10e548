"""What the models are told: one function a prompt, each reading as the text it sends.

Models with the "small" profile get the short forms in `small_prompts`; `for_profile` is the choice. Text from the
customer or from a model stands in a marked block, which the text itself cannot end.
"""

import re
from dataclasses import replace

from generation.llm.base import JsonSchema, Profile, Prompt
from generation.pipeline import languages
from generation.pipeline.budget import budget, token_limit
from generation.pipeline.faults import Kind
from generation.pipeline.types import Brief, Outline, SectionPlan
from generation.pipeline.words import excerpt

_MARKER = re.compile(r"<(?=\s*/?\s*blog-)", re.IGNORECASE)


def block(name: str, text: str) -> str:
    """`text` between markers; a marker inside it loses its bracket, so that only we can write one."""
    return f"<blog-{name}>\n{_MARKER.sub('‹', text)}\n</blog-{name}>"


def paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def wish(brief: Brief) -> str:
    """What the customer typed, as a block."""
    return block(
        "brief",
        lines(
            f"Topic: {brief.topic}",
            f"Keywords: {', '.join(brief.keywords)}" if brief.keywords else "",
            f"Readers: {brief.audience}" if brief.audience else "",
        ),
    )
