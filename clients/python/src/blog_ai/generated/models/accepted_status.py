from typing import Literal, cast

AcceptedStatus = Literal["queued", "waiting"]


def check_accepted_status(value: str) -> AcceptedStatus:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(AcceptedStatus, value)
