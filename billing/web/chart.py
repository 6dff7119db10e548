"""Bars for each day of a month, as numbers for an SVG. It is stretched to its place, so it has no text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

STEP, BAR, HEIGHT = 10, 7, 100
SMALLEST = 3
"""Height of the bar of a day with little."""

type Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """`peak` is the day with the most and how much that was; None if there was nothing at all."""

    name: str
    total: str
    peak: tuple[date, str] | None
    width: int
    bars: tuple[Bar, ...]


def chart(
    name: str, days: Sequence[date], values: Sequence[Number], *, total: Number, show: Callable[[Number], str]
) -> Chart:
    """A bar for each of `days` that has a value above zero; `show` puts a value into words."""
    most = max(values, default=0)
    bars = tuple(
        Bar(x=number * STEP, y=HEIGHT - height, height=height)
        for number, value in enumerate(values)
        if value and (height := max(SMALLEST, round(HEIGHT * value / most)))
    )
    peak = (days[values.index(most)], show(most)) if most else None
    return Chart(name, show(total), peak, len(days) * STEP, bars)
