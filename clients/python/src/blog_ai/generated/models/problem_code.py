from typing import Literal, cast

ProblemCode = Literal[
    "conflict",
    "cost_limit_reached",
    "email_not_verified",
    "error",
    "idempotency_in_flight",
    "idempotency_mismatch",
    "maintenance",
    "malformed",
    "method_not_allowed",
    "not_authenticated",
    "not_found",
    "payload_too_large",
    "permission_denied",
    "precondition_failed",
    "provider_error",
    "provider_timeout",
    "quota_exceeded",
    "rate_limited",
    "reauthentication_required",
    "review_expired",
    "second_factor_required",
    "stopped_by_staff",
    "tier_required",
    "unavailable",
    "unsupported_media_type",
    "validation_error",
]


def check_problem_code(value: str) -> ProblemCode:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(ProblemCode, value)
