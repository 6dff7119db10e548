"""Stripe's errors, with its types, codes and statuses.

StripeError
    InvalidRequest      400
        Missing         404 for what the address names, 400 for what a parameter names
    Unauthorized        401
    CardDeclined        402
    IdempotencyReused   400
    Busy                429
    Broken              503
"""

from typing import Any


class StripeError(Exception):
    status = 400
    type = "invalid_request_error"

    def __init__(
        self, message: str, *, code: str | None = None, param: str | None = None, **more: Any
    ) -> None:
        super().__init__(message)
        self.message, self.code, self.param, self.more = message, code, param, more

    def body(self) -> dict[str, Any]:
        fields = {"code": self.code, "message": self.message, "param": self.param, "type": self.type}
        return {"error": {name: value for name, value in (fields | self.more).items() if value is not None}}


class InvalidRequest(StripeError):
    """Something about the request is wrong."""


class Missing(InvalidRequest):
    def __init__(self, kind: str, thing_id: str, param: str = "id") -> None:
        noun = kind.replace("_", " ").replace(".", " ")
        super().__init__(f"No such {noun}: '{thing_id}'", code="resource_missing", param=param)
        self.status = 404 if param == "id" else 400


class Unauthorized(StripeError):
    status = 401


class CardDeclined(StripeError):
    status = 402
    type = "card_error"


class IdempotencyReused(StripeError):
    type = "idempotency_error"


class Busy(StripeError):
    status = 429


class Broken(StripeError):
    status = 503
    type = "api_error"


class Kept(Exception):
    """The reply is an error, and what was done stays: a payment was tried, and failed."""

    def __init__(self, error: StripeError) -> None:
        self.error = error
