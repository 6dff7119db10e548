from typing import Literal, cast

ProblemStatus = Literal[400, 401, 402, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 502, 503, 504]


def check_problem_status(value: int) -> ProblemStatus:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(ProblemStatus, value)
