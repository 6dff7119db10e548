from typing import Literal, cast

AcceptedStatusEnum = Literal["queued", "waiting"]


def check_accepted_status_enum(value: str) -> AcceptedStatusEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(AcceptedStatusEnum, value)
