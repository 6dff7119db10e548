from typing import Literal, cast

UnitEnum = Literal["none", "refunded", "reserved", "settled"]


def check_unit_enum(value: str) -> UnitEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(UnitEnum, value)
