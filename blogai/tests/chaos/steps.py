"""The steps of a post with three sections, and how to recognise their prompts."""

import re

from generation.llm.simulated import Call

SECTIONS = 3
STEPS = (
    *("outline", "introduction", "section-1", "section-2", "section-3"),
    *("conclusion", "faq", "checks", "assembly"),
)
CALLED = STEPS[:7]
"""The steps that call a model, once each if nothing fails."""

_ASKS = {
    "outline": "Plan the post",
    "introduction": "Write the introduction",
    "section-1": "Write section 1,",
    "section-2": "Write section 2,",
    "section-3": "Write section 3,",
    "conclusion": "Write the conclusion",
    "faq": "Answer the questions",
}


def prompt_of(step: str, topic: str) -> str:
    """A regular expression for the prompt of a step of the post on `topic`."""
    return rf"(?s){re.escape(topic)}(?!\w).*{_ASKS[step]}"


def calls_of(calls: list[Call], step: str, topic: str) -> list[Call]:
    return [call for call in calls if re.search(prompt_of(step, topic), call.asked.prompt)]
