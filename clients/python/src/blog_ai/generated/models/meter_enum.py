from typing import Literal, cast

MeterEnum = Literal["assists", "posts"]


def check_meter_enum(value: str) -> MeterEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(MeterEnum, value)
