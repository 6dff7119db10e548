"""What an idempotency key is compared by, which has to stay the same from release to release."""

import hashlib
from decimal import Decimal

from generation.pipeline.types import Brief
from generation.runs.start import RunOptions


def hash_of(canonical: str) -> str:
    return hashlib.sha256(canonical.encode()).hexdigest()


def test_only_what_differs_from_the_defaults_counts() -> None:
    """An option that is added later changes nothing for requests that do not name it."""
    plain = RunOptions(brief=Brief(topic="Tides"))
    assert plain.fingerprint() == hash_of('{"brief": {"topic": "Tides"}}')
    full = RunOptions(
        brief=Brief(topic="Tïdes", keywords=("moon",), sections=3),
        max_cost_usd=Decimal("0.5000"),
        review_outline=True,
    )
    assert full.fingerprint() == hash_of(
        '{"brief": {"keywords": ["moon"], "sections": 3, "topic": "T\\u00efdes"}, '
        '"max_cost_usd": "0.5000", "review_outline": true}'
    )
