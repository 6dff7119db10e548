"""Every error of requests and runs, with its stable code and HTTP status.

    BlogAIError
    ├── Malformed 400               the body is not JSON, or contains text that Postgres cannot store
    ├── NotAuthenticated 401
    ├── PermissionDenied 403
    │   ├── TierRequired 403
    │   ├── EmailNotVerified 403            the account's address must be confirmed first
    │   ├── ReauthenticationRequired 403    a browser's session must show again whose it is
    │   └── SecondFactorRequired 403        staff sign in with two factors
    ├── QuotaExceeded 402
    ├── CostLimitReached 402        the run's own limit; finished parts are kept
    ├── NotFound 404                for a stranger's row too
    ├── MethodNotAllowed 405
    ├── Conflict 409
    │   ├── IdempotencyInFlight 409
    │   ├── ReviewExpired 409       nobody reviewed the outline in time
    │   └── StoppedByStaff 409      our staff stopped the run
    ├── PreconditionFailed 412      it has changed since the version that If-Match names
    ├── PayloadTooLarge 413
    ├── UnsupportedMediaType 415
    ├── ValidationFailed 422        `errors` names each field
    │   └── IdempotencyMismatch 422
    ├── RateLimited 429             `retry_after` in seconds
    ├── ProviderError 502           a model provider failed; the cause is in `detail`
    │   ├── ProviderBusy 502        it asked to retry later; `retry_after` in seconds if given
    │   ├── ProviderRefused 502     it declined to write this
    │   ├── ProviderRejected 502    it rejects the key, the model or the request
    │   └── UnusableReply 502       its reply cannot be used
    ├── ProviderTimeout 504
    └── Unavailable 503             `retry_after` in seconds
        └── Maintenance 503

This module imports nothing, so that every package may raise these.
"""


class BlogAIError(Exception):
    """`detail` is a sentence for the user; `extra` holds additional fields of the reply."""

    code = "error"
    status = 500
    title = "Something went wrong"

    def __init__(self, detail: str = "", **extra: object) -> None:
        self.detail = detail or f"{self.title}."
        self.extra = extra
        super().__init__(self.detail)


class Malformed(BlogAIError):
    code, status, title = "malformed", 400, "We can’t read this request"


class NotAuthenticated(BlogAIError):
    code, status, title = "not_authenticated", 401, "Sign in or send an API key"


class PermissionDenied(BlogAIError):
    code, status, title = "permission_denied", 403, "Not allowed"


class TierRequired(PermissionDenied):
    code, title = "tier_required", "Your plan doesn’t include this"


class EmailNotVerified(PermissionDenied):
    code, title = "email_not_verified", "Confirm your email first"


class ReauthenticationRequired(PermissionDenied):
    code, title = "reauthentication_required", "Confirm it’s you"


class SecondFactorRequired(PermissionDenied):
    code, title = "second_factor_required", "Set up two-step sign-in first"


class QuotaExceeded(BlogAIError):
    code, status, title = "quota_exceeded", 402, "You’ve used all the posts in your plan"


class CostLimitReached(BlogAIError):
    code, status, title = "cost_limit_reached", 402, "The cost limit is reached"


class NotFound(BlogAIError):
    code, status, title = "not_found", 404, "Not found"


class MethodNotAllowed(BlogAIError):
    code, status, title = "method_not_allowed", 405, "Method not allowed"


class Conflict(BlogAIError):
    code, status, title = "conflict", 409, "That can’t be done right now"


class IdempotencyInFlight(Conflict):
    code, title = "idempotency_in_flight", "The first request with this key is still running"


class ReviewExpired(Conflict):
    code, title = "review_expired", "The outline wasn’t reviewed in time"


class StoppedByStaff(Conflict):
    code, title = "stopped_by_staff", "Our support team stopped this post"


class PreconditionFailed(BlogAIError):
    code, status, title = "precondition_failed", 412, "It has changed since you read it"


class PayloadTooLarge(BlogAIError):
    code, status, title = "payload_too_large", 413, "The request is too large"


class UnsupportedMediaType(BlogAIError):
    code, status, title = "unsupported_media_type", 415, "We don’t take this type of content"


class ValidationFailed(BlogAIError):
    code, status, title = "validation_error", 422, "Some fields are invalid"


class IdempotencyMismatch(ValidationFailed):
    code, title = "idempotency_mismatch", "This key was used for a different request"


class RateLimited(BlogAIError):
    code, status, title = "rate_limited", 429, "Too many requests"


class ProviderError(BlogAIError):
    """`overloaded`: the provider says it has too much to do, but not until when."""

    code, status, title = "provider_error", 502, "The model failed"
    overloaded = False


class ProviderBusy(ProviderError):
    """`retry_after` is the number of seconds that the provider asked for, or None."""

    def __init__(self, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class ProviderRefused(ProviderError):
    pass


class ProviderRejected(ProviderError):
    pass


class UnusableReply(ProviderError):
    pass


class ProviderTimeout(BlogAIError):
    code, status, title = "provider_timeout", 504, "The model took too long"


class Unavailable(BlogAIError):
    code, status, title = "unavailable", 503, "Temporarily unavailable"


class Maintenance(Unavailable):
    code, title = "maintenance", "Down for maintenance"
