from typing import Literal, cast

RunsListStatus = Literal["cancelled", "completed", "failed", "queued", "running", "waiting"]


def check_runs_list_status(value: str) -> RunsListStatus:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(RunsListStatus, value)
