from typing import Literal, cast

Interval = Literal["month", "year"]


def check_interval(value: str) -> Interval:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(Interval, value)
