from typing import Literal, cast

StepState = Literal["done", "failed", "waiting", "writing"]


def check_step_state(value: str) -> StepState:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(StepState, value)
