from decimal import Decimal

import pytest

from generation.llm.pricing import PRICE_VERSION, price


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
