"""What counts as how many posts or assists. The pages and docs/billing.md show this table."""

from dataclasses import dataclass

from billing.models import Meter


@dataclass(frozen=True, slots=True)
class Unit:
    """`built` is whether this version can do it; pages leave out what it cannot."""

    what: str
    takes: str
    meter: Meter
    built: bool = True


UNITS = (
    Unit("A post", "1 post", Meter.POSTS),
    Unit("A post that fails, or that you stop before there’s anything to read", "nothing", Meter.POSTS),
    Unit("Trying that post again", "the 1 post you got back", Meter.POSTS),
    Unit("Continuing a post you stopped partway", "nothing more", Meter.POSTS),
    Unit("A post started with a test key", "nothing", Meter.POSTS),
    Unit("A suggestion for a passage of a post", "1 assist", Meter.ASSISTS),
    Unit("A suggestion that fails, or that you stop", "nothing", Meter.ASSISTS),
    Unit("A book", "1 post for each chapter", Meter.POSTS, built=False),
    Unit("Anything else that uses a model", "1 assist", Meter.ASSISTS, built=False),
)


def units_built() -> tuple[Unit, ...]:
    return tuple(unit for unit in UNITS if unit.built)
