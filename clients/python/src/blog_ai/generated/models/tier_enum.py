from typing import Literal, cast

TierEnum = Literal["business", "pro", "starter"]


def check_tier_enum(value: str) -> TierEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(TierEnum, value)
