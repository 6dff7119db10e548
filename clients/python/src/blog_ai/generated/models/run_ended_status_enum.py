from typing import Literal, cast

RunEndedStatusEnum = Literal["cancelled", "completed", "failed"]


def check_run_ended_status_enum(value: str) -> RunEndedStatusEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(RunEndedStatusEnum, value)
