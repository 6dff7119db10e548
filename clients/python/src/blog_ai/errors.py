"""What goes wrong, as exceptions.

BlogAIError
├── ConnectionFailed            no reply, also after the retries
├── ReviewNeeded                the outline waits to be read: there is no post yet
└── APIError                    a reply that says what is wrong (problem+json)
    ├── NotAuthenticated 401
    ├── PaymentRequired 402     the plan's posts are used up, or the run's cost limit is reached
    ├── PermissionDenied 403
    ├── NotFound 404
    ├── Conflict 409            `code` "idempotency_in_flight" among others
    ├── ValidationFailed 422    `errors` says what is wrong with each field
    ├── RateLimited 429         `retry_after` in seconds
    ├── ProviderFailed 502, 504 the model's provider
    └── Unavailable 503         `retry_after` in seconds
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from .generated.models import RunReply


class BlogAIError(Exception):
    """Whatever this package raises."""


class ConnectionFailed(BlogAIError):
    """No reply, or not all of it. The cause is an exception of httpx."""


class ReviewNeeded(BlogAIError):
    """The run waits until its outline is approved: change it if you like, then `runs_continue`."""

    def __init__(self, run: RunReply) -> None:
        super().__init__(f"The outline of run {run.id} waits for its review.")
        self.run = run


class APIError(BlogAIError):
    """`code` is stable, `detail` is for people, and `problem` is the whole reply."""

    def __init__(self, problem: dict[str, Any]) -> None:
        self.problem = problem
        self.status: int = problem["status"]
        self.code: str = problem.get("code", "error")
        self.title: str = problem.get("title", "")
        self.detail: str = problem.get("detail", "")
        self.request_id: str | None = problem.get("request_id")
        self.retry_after: int | None = problem.get("retry_after")
        self.run_id: str | None = problem.get("run_id")
        self.errors: dict[str, list[str]] = problem.get("errors", {})
        super().__init__(f"{self.status} {self.code}: {self.detail or self.title}")


class NotAuthenticated(APIError):
    """No API key, or one that is no good (any more)."""


class PaymentRequired(APIError):
    """`code` is "quota_exceeded" or "cost_limit_reached"."""


class PermissionDenied(APIError):
    """The key may not do this, or the plan does not include it."""


class NotFound(APIError):
    """No such thing, or it is somebody else's."""


class Conflict(APIError):
    """Not in the state that it is in now."""


class ValidationFailed(APIError):
    """`errors` maps each wrong field to sentences."""


class RateLimited(APIError):
    """Too many requests, also after the retries."""


class ProviderFailed(APIError):
    """The model's provider failed. The unit is refunded."""


class Unavailable(APIError):
    """Maintenance, a restart, or no database, also after the retries."""


KINDS: dict[int, type[APIError]] = {
    401: NotAuthenticated,
    402: PaymentRequired,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    422: ValidationFailed,
    429: RateLimited,
    502: ProviderFailed,
    503: Unavailable,
    504: ProviderFailed,
}


def error_of(problem: dict[str, Any]) -> APIError:
    """The exception for a problem, by its status."""
    return KINDS.get(problem["status"], APIError)(problem)


def error_for(response: httpx.Response) -> APIError:
    """The exception for a reply, which has been read. Not every proxy speaks problem+json."""
    problem: dict[str, Any] = {}
    if "json" in response.headers.get("Content-Type", ""):
        try:
            sent = response.json()
        except ValueError:
            sent = None
        problem = sent if isinstance(sent, dict) else {}
    waiting = response.headers.get("Retry-After", "")
    if waiting.isdigit():
        problem.setdefault("retry_after", int(waiting))
    problem.setdefault("title", response.reason_phrase)
    problem.setdefault("request_id", response.headers.get("X-Request-ID"))
    return error_of({**problem, "status": response.status_code})
