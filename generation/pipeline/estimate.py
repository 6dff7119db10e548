"""What a post will take, said before it is written: its own prompts, around a plan of the usual size.

A post without mishaps: nothing is repaired, drafted again or thought about at length. Calibrated on the
simulated provider, whose replies keep to the words that they are asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from generation.llm.base import Profile, Prompt
from generation.llm.metering import CHARACTERS_PER_TOKEN, size_of
from generation.llm.pricing import price
from generation.pipeline import languages, prompts
from generation.pipeline.budget import budget, shares
from generation.pipeline.closing import digest
from generation.pipeline.outline import schema
from generation.pipeline.types import Brief, Outline, Part, SectionPlan

_FILLER = "The usual words. "
_LINE, _CLAIMS, _QUESTIONS = 60, 3, 4
"""Characters of a line in a usual plan, claims of a section, questions of readers."""
_TOKENS_OF_PLAN, _TOKENS_OF_SECTION = 120, 70
"""Of the JSON of a usual plan: around the sections, and of each."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Calls, and tokens in and out of all of them together."""

    calls: int
    input_tokens: int
    output_tokens: int

    def cost(self, provider: str, model: str) -> Decimal:
        """US dollars to the micro-dollar; 0 also for a model without a known price."""
        cost, _ = price(provider, model, input_tokens=self.input_tokens, output_tokens=self.output_tokens)
        return cost


@lru_cache(maxsize=256)
def estimate(brief: Brief, profile: Profile) -> Estimate:
    """What the post of `brief` takes on a model with this profile."""
    plan, planned = _usual_plan(brief), budget(brief)
    body = digest(
        [
            Part(name="introduction", heading="", text=_text(planned.introduction)),
            *(
                Part(name=f"section-{number}", heading=section.heading, text=_text(section.words))
                for number, section in enumerate(plan.sections, 1)
            ),
        ]
    )
    asked = [
        prompts.outline(brief, profile, schema(brief, profile)),
        prompts.introduction(brief, plan, profile),
        *(prompts.section(brief, plan, number, profile) for number in range(1, brief.sections + 1)),
        prompts.conclusion(brief, plan, body, profile),
        *([prompts.faq(brief, plan, body, profile)] if brief.include_faq else []),
    ]
    return Estimate(
        calls=len(asked),
        input_tokens=_tokens_in(asked),
        output_tokens=_TOKENS_OF_PLAN
        + _TOKENS_OF_SECTION * brief.sections
        + round(planned.total * languages.usual_tokens_per_word(brief.language)),
    )


def _tokens_in(asked: Iterable[Prompt]) -> int:
    return sum(map(size_of, asked)) // CHARACTERS_PER_TOKEN


def _usual_plan(brief: Brief) -> Outline:
    line = _filler(_LINE)
    return Outline(
        title=line,
        slug="slug",
        description=line,
        introduction=line,
        sections=tuple(
            SectionPlan(heading=line, purpose=line, claims=(line,) * _CLAIMS, words=words)
            for words in shares(budget(brief).body, [1] * brief.sections)
        ),
        conclusion=line,
        questions=(line,) * _QUESTIONS if brief.include_faq else (),
    )


def _text(words: int) -> str:
    return _filler(words * 6)


def _filler(characters: int) -> str:
    return (_FILLER * (characters // len(_FILLER) + 1))[:characters].rstrip()
