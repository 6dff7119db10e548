"""What work takes of a plan: the same in code, documentation and on the page."""

from django.conf import settings

from billing.entitlements import GRACE, RENEWAL
from billing.units import UNITS


def test_the_documentation_has_the_same_table() -> None:
    told = (settings.BASE_DIR / "docs" / "billing.md").read_text()
    rows = [
        f"| {unit.what}{'' if unit.built else ' (not in this version)'} | {unit.takes} |" for unit in UNITS
    ]
    assert "\n".join(["| what | counts as |", "| --- | --- |", *rows, ""]) in told


def test_the_documentation_says_how_long_a_plan_goes_on() -> None:
    told = (settings.BASE_DIR / "docs" / "billing.md").read_text()
    assert f"| {GRACE.days} days after the first failed payment |" in told
    assert f"| {RENEWAL} after the period's end" in told
