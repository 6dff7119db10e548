"""What is said before: calls, tokens and dollars of a post that is not written yet."""

from decimal import Decimal

import pytest

from generation.llm.base import FULL, SMALL, Profile
from generation.pipeline.estimate import estimate
from generation.pipeline.run import write
from generation.pipeline.tests.doubles import Reader, RememberedSteps, ScriptedModels
from generation.pipeline.types import Brief


@pytest.mark.parametrize("sections", range(1, 13))
@pytest.mark.parametrize("profile", [FULL, SMALL])
async def test_it_knows_how_many_calls_there_will_be(sections: int, profile: Profile) -> None:
    for include_faq in (True, False):
        brief = Brief(topic="Gardens", sections=sections, include_faq=include_faq)
        models = ScriptedModels(brief, profile=profile)
        await write(brief, models, RememberedSteps(), Reader())
        assert estimate(brief, profile).calls == len(models.calls) == sections + 3 + include_faq


def test_more_to_write_costs_more() -> None:
    def cost(**changes: object) -> Decimal:
        brief = Brief(topic="Gardens", **changes)
        return estimate(brief, FULL).cost("openai", "gpt-5.2")

    assert cost(sections=2) < cost(sections=5) < cost(sections=12)
    assert cost(words=300) < cost(words=1200) < cost(words=6000)
    assert cost(include_faq=False) < cost(include_faq=True)
    assert cost(language="de") < cost(language="el")
    assert cost() < cost(keywords=("k" * 100,) * 20)


def test_a_price_makes_dollars_of_it() -> None:
    taken = estimate(Brief(topic="Gardens"), FULL)
    dollars = (taken.input_tokens * Decimal("1.75") + taken.output_tokens * 14) / 1_000_000
    assert taken.cost("openai", "gpt-5.2") == round(dollars, 6)
    assert taken.cost("local", "SmolLM2-135M-Instruct") == 0
