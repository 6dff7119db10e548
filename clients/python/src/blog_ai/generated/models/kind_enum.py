from typing import Literal, cast

KindEnum = Literal["carry", "grant", "refund", "reserve", "settle", "spend"]


def check_kind_enum(value: str) -> KindEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(KindEnum, value)
