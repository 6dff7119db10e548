from decimal import Decimal

import pytest

from generation.llm import pricing
from generation.llm.pricing import FREE, OWN, PRICE_VERSION, Listing, listing, price


@pytest.mark.parametrize(
    ("provider", "model", "tokens", "cost", "version"),
    [
        ("openai", "gpt-5.2", (1_000_000, 1_000_000), "15.750000", PRICE_VERSION),
        ("openai", "gpt-5.2-2025-12-11", (1000, 1000), "0.015750", PRICE_VERSION),
        ("openai", "gpt-5-nano", (1, 0), "0.000000", PRICE_VERSION),
        ("openai", "gpt-5-nano", (10, 0), "0.000001", PRICE_VERSION),
        ("anthropic", "claude-sonnet-5", (500, 100), "0.002000", PRICE_VERSION),
        ("anthropic", "claude-haiku-4-5-20251001", (1000, 0), "0.001000", PRICE_VERSION),
        ("gemini", "gemini-3-flash-preview", (1000, 1000), "0.003500", PRICE_VERSION),
        ("openai", "gpt-5.2-pro", (1000, 1000), "0", "unpriced"),
        ("openai", "llama3.2", (1000, 1000), "0", "unpriced"),
        ("local", "SmolLM2-135M-Instruct", (1000, 1000), "0", "local"),
    ],
)
def test_a_call_costs_its_tokens_at_list_price(
    provider: str, model: str, tokens: tuple[int, int], cost: str, version: str
) -> None:
    assert price(provider, model, input_tokens=tokens[0], output_tokens=tokens[1]) == (Decimal(cost), version)


def test_own_prices_join_and_replace_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "LISTINGS", dict(pricing.LISTINGS))
    own = Listing(Decimal("0.20"), Decimal("0.80"), 32_768, version=OWN)

    pricing.extend({"my-model": own, "gpt-5.2": own})

    for model in ("my-model", "gpt-5.2"):
        cost = price("openai", model, input_tokens=1_000_000, output_tokens=1_000_000)
        assert cost == (Decimal("1.000000"), "own")
    assert price("openai", "gpt-5", input_tokens=0, output_tokens=0)[1] == PRICE_VERSION


@pytest.mark.parametrize(
    ("model", "context"),
    [
        ("gpt-5.2", 400_000),
        ("claude-sonnet-5-20260630", 1_000_000),
        ("gemini-3-flash-preview", 1_048_576),
        ("gpt-6.1-sol", None),
    ],
)
def test_the_context_window_where_it_is_known(model: str, context: int | None) -> None:
    listed = listing("any", model)
    assert listed and listed.context == context


def test_nobody_knows_any_other_model_and_the_demo_model_is_free() -> None:
    assert listing("openai", "llama3.2") is None
    assert listing("local", "SmolLM2-135M-Instruct") is FREE
