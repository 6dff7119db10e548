"""Charts as the shapes of an SVG, ready for a template. No script draws them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT, GAP = 360, 100, 2
"""Of the drawing, and between its bars."""
LABELS = 5
"""Written below the bars at most."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a column. `kind` is its colour, which `says` puts in words."""

    x: str
    y: str
    width: str
    height: str
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Label:
    x: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`line` is the height of a horizontal line, if there is one; `top` is what the full height means."""

    says: str
    bars: Sequence[Bar]
    labels: Sequence[Label]
    top: str
    line: str = ""
    kinds: Sequence[str] = ()
    """Of its bars, if they have names."""
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Column:
    """What stands above one label: amounts by their kind, from the bottom up."""

    label: str
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.parts.values())


def chart(says: str, columns: Sequence[Column], *, unit: str = "", line: float | None = None) -> Chart:
    """The columns side by side, as high as the largest of them or the line; `unit` comes before an amount."""
    highest = max([column.total for column in columns] + [line or 0.0], default=0.0) or 1.0
    step = WIDTH / max(1, len(columns))
    bars = [
        bar
        for place, column in enumerate(columns)
        for bar in _stacked(column, place * step, step - GAP, HEIGHT / highest, unit)
    ]
    every = -(-len(columns) // LABELS) or 1
    labels = [
        Label(_number((place + 0.5) * step), column.label)
        for place, column in enumerate(columns)
        if place % every == 0
    ]
    height = _number(HEIGHT - line * HEIGHT / highest) if line is not None else ""
    kinds = dict.fromkeys(
        kind for column in columns for kind, amount in column.parts.items() if kind and amount
    )
    return Chart(says, bars, labels, f"{unit}{_amount(highest)}", height, tuple(kinds))


def _stacked(column: Column, x: float, width: float, scale: float, unit: str) -> list[Bar]:
    bars, top = [], float(HEIGHT)
    for kind, amount in column.parts.items():
        if amount:
            top -= amount * scale
            says = f"{column.label}: {unit}{_amount(amount)} {kind}".rstrip()
            place = [_number(each) for each in (x, top, width, amount * scale)]
            bars.append(Bar(place[0], place[1], place[2], place[3], kind or "plain", says))
    return bars


def _number(value: float) -> str:
    return f"{value:.1f}"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"
