from typing import Literal, cast

RunStatus = Literal["cancelled", "completed", "failed", "queued", "running", "waiting"]


def check_run_status(value: str) -> RunStatus:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(RunStatus, value)
