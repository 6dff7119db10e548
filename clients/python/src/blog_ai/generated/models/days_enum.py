from typing import Literal, cast

DaysEnum = Literal[1, 7, 30, 90, 365]


def check_days_enum(value: int) -> DaysEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(DaysEnum, value)
