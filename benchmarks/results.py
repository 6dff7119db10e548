"""The results of a benchmark, with their targets, and the arithmetic that all benchmarks share."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value. `bar` is its target, if it has one; `of` says how it was measured."""

    what: str
    value: float
    unit: str = "×"
    bar: float | None = None
    at_least: bool = False
    of: str = ""

    @property
    def share(self) -> float | None:
        """The value as a share of its target: more than 1 misses it."""
        if self.bar is None:
            return None
        if self.bar == 0:
            return math.inf if self.value else 0.0
        return self.bar / self.value if self.at_least else self.value / self.bar

    @property
    def over(self) -> bool:
        return self.share is not None and self.share > 1


@dataclass(frozen=True, slots=True)
class Measured:
    title: str
    figures: Sequence[Figure]

    def table(self) -> Table:
        table = Table(title=self.title, title_justify="left", title_style="bold")
        table.add_column("what")
        for column in ("measured", "bar", "of the bar"):
            table.add_column(column, justify="right", no_wrap=True)
        table.add_column("made of")
        for figure in self.figures:
            table.add_row(figure.what, shown(figure.value, figure.unit), *_judged(figure), figure.of)
        return table


def _judged(figure: Figure) -> tuple[str, str]:
    if figure.bar is None or figure.share is None:
        return "", ""
    bar = f"{'≥' if figure.at_least else '≤'} {shown(figure.bar, figure.unit)}"
    return bar, f"{figure.share:.2f}{' over' if figure.over else ''}"


def shown(value: float, unit: str) -> str:
    """The value with three significant digits, or all digits of a large number."""
    number = f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
    return f"{number} {unit}".rstrip()


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that is not exceeded by this share of the values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def interleaved[T](rounds: int, *sides: Callable[[], T]) -> list[list[T]]:
    """The results of each side, run in alternating rounds so that a busy machine affects all of them."""
    found: list[list[T]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, results in zip(sides, found, strict=True):
            results.append(side())
    return found
