from typing import Literal, cast

RunEndedTypeEnum = Literal["run.cancelled", "run.completed", "run.failed", "test"]


def check_run_ended_type_enum(value: str) -> RunEndedTypeEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(RunEndedTypeEnum, value)
