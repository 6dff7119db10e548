"""GET /api/v1/models: the configured models, the default, prices and context windows."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from generation.llm import pricing
from generation.llm.pricing import OWN, Listing

URL = "/api/v1/models"


@pytest.fixture
def two_providers(settings: Settings) -> None:
    settings.OPENAI_API_KEY = settings.ANTHROPIC_API_KEY = "never used"
    settings.OPENAI_MODEL, settings.ANTHROPIC_MODEL = "gpt-5.2", "claude-haiku-4-5"


def test_it_works(client_for: Any, two_providers: None) -> None:
    reply = client_for("alice", "read").get(URL)
    assert reply.status_code == 200
    assert reply.json() == {
        "results": [
            {
                "provider": "openai",
                "model": "gpt-5.2",
                "label": "gpt-5.2",
                "default": True,
                "context_window": 400_000,
                "priced": True,
                "input_price_usd": "1.75",
                "output_price_usd": "14",
            },
            {
                "provider": "anthropic",
                "model": "claude-haiku-4-5",
                "label": "claude-haiku-4-5",
                "default": False,
                "context_window": 200_000,
                "priced": True,
                "input_price_usd": "1",
                "output_price_usd": "5",
            },
        ]
    }


def test_the_order_decides_who_writes(client_for: Any, two_providers: None, settings: Settings) -> None:
    settings.LLM_PROVIDER_ORDER = ["anthropic", "openai"]
    models = client_for("alice").get(URL).json()["results"]
    assert [(each["provider"], each["default"]) for each in models] == [
        ("anthropic", True),
        ("openai", False),
    ]


def test_a_model_without_a_price_says_so(client_for: Any, two_providers: None, settings: Settings) -> None:
    settings.OPENAI_MODEL = "llama3.2"
    model = client_for("alice").get(URL).json()["results"][0]
    assert (model["model"], model["priced"]) == ("llama3.2", False)
    assert model["context_window"] is model["input_price_usd"] is model["output_price_usd"] is None


def test_an_own_price_counts(
    client_for: Any, two_providers: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pricing, "LISTINGS", dict(pricing.LISTINGS))
    pricing.extend({"llama3.2": Listing(Decimal("0.20"), Decimal("0.80"), 32_768, OWN)})
    settings.OPENAI_MODEL = "llama3.2"
    model = client_for("alice").get(URL).json()["results"][0]
    assert (model["priced"], model["context_window"]) == (True, 32_768)
    assert (model["input_price_usd"], model["output_price_usd"]) == ("0.20", "0.80")


def test_the_demo_model_is_free(client_for: Any, settings: Settings, tmp_path: Path) -> None:
    settings.LOCAL_MODEL_ADDRESS = tmp_path / "model.url"
    settings.LOCAL_MODEL_ADDRESS.write_text("http://127.0.0.1:1/v1")
    [model] = client_for("alice").get(URL).json()["results"]
    assert (model["provider"], model["label"], model["default"]) == ("local", "local demo model", True)
    assert (model["priced"], model["input_price_usd"]) == (True, "0")


def test_nothing_is_configured(client_for: Any) -> None:
    assert client_for("alice").get(URL).json() == {"results": []}


def test_it_needs_a_key_that_may_read(client_for: Any, two_providers: None) -> None:
    assert client_for(None).get(URL).status_code == 401
    assert client_for("alice", "generate").get(URL).status_code == 403


def test_what_is_listed_can_be_asked_for(client_for: Any, two_providers: None) -> None:
    client = client_for("mallory")
    for each in client.get(URL).json()["results"]:
        body = {"topic": "Tides", "provider": each["provider"], "model": each["model"]}
        assert client.post("/generate-blog", body, headers={"Prefer": "respond-async"}).status_code == 202
