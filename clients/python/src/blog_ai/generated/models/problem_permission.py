from typing import Literal, cast

ProblemPermission = Literal["generate", "manage", "read"]


def check_problem_permission(value: str) -> ProblemPermission:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(ProblemPermission, value)
