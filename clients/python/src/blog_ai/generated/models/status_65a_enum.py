from typing import Literal, cast

Status65AEnum = Literal["queued", "waiting"]


def check_status_65a_enum(value: str) -> Status65AEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(Status65AEnum, value)
