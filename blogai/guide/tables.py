"""The tables of the guide that are made of what the code says, as Markdown."""

from collections.abc import Iterable, Mapping

from django.conf import settings

from accounts import ratelimit
from billing.stripe.client import RATE as PAYMENTS
from blogai.openapi import ERRORS
from blogai.serving.graceful_shutdown import RESTARTING
from generation.live import connections, consumer
from generation.runs import frames

ADVICE = {
    "malformed": "Send JSON in UTF-8.",
    "not_authenticated": "Send a key that works. Yours may be mistyped, revoked or expired.",
    "quota_exceeded": "Wait until `resets_at`, or choose a larger plan at `upgrade_url`.",
    "cost_limit_reached": "Raise `max_cost_usd` and try the run again, or wait for the new month.",
    "permission_denied": "Use a key that has the `permission` named in the reply.",
    "tier_required": "Choose `required_tier` or a larger plan at `upgrade_url`.",
    "email_not_verified": "Open the link that we emailed you, then ask again.",
    "reauthentication_required": "Only in a browser’s session: sign in again. Keys never get this.",
    "second_factor_required": "Only for our staff in a browser. Keys never get this.",
    "not_found": "Check the address and the id. It may be somebody else’s, or deleted.",
    "method_not_allowed": "Use a method that `Allow` names.",
    "conflict": "Check its state first: it doesn’t allow what you asked for.",
    "idempotency_in_flight": "The first request is being worked on. Watch the run at `run_id`, or ask again.",
    "review_expired": "Nobody reviewed the outline in time. Start the post again.",
    "stopped_by_staff": "We stopped this run. Ask us why.",
    "precondition_failed": "Somebody changed it first. Read it again, then decide.",
    "payload_too_large": "Send less.",
    "unsupported_media_type": "Send `Content-Type: application/json`, and a file as `multipart/form-data`.",
    "validation_error": "Fix the fields named in `errors`.",
    "idempotency_mismatch": "Use a new `Idempotency-Key` for another request.",
    "rate_limited": "Wait `retry_after` seconds. `scope` says which limit you hit.",
    "provider_error": "The model’s provider failed. The post doesn’t count: try the run again.",
    "provider_timeout": "The model’s provider was too slow. The post doesn’t count: try the run again.",
    "unavailable": "Try again in `retry_after` seconds.",
    "maintenance": "We’re working on it. Try again in `retry_after` seconds.",
    "error": "Something broke on our side. Send us the `request_id`.",
}
"""What to do about each code."""

MEANINGS = {
    "run.queued": "The run waits for a free slot",
    "run.started": "Work begins on what `kind` says; `parts` are the names of all parts",
    "outline.draft": "The outline so far; it may still change",
    "outline.ready": "The outline, and the heading of each part",
    "outline.review": "The run waits for [your review](/docs/outline)",
    "run.waiting": "A provider or a limit makes a step wait for `seconds`",
    "part.reset": "The part is written again, from an empty text",
    "part.delta": "A piece of text",
    "part.done": "The part is finished",
    "run.completed": "The post is ready, or what else `kind` says",
    "run.failed": "It couldn’t be finished, and doesn’t count toward your plan",
    "run.cancelled": "It was stopped; with a code unless you did it",
    "run.snapshot": "Everything so far. It replaces what you have",
    "post.saved": "A finished post was edited; read [its text](/docs/editing) again. Only on a socket",
}
"""What each type of frame says."""

CLOSE_MEANINGS = {
    RESTARTING: "The server restarts. Connect again.",
    consumer.MESSAGE_TOO_BIG: f"Your frame was longer than {consumer.MAX_FRAME_BYTES // 1000} KB.",
    consumer.INTERNAL_ERROR: "Something broke on our side. Connect again.",
    consumer.TRY_AGAIN_LATER: "You didn’t keep up, or our database is away. Connect again.",
    4401: "You aren’t signed in, or not anymore.",
    4403: "Your key lacks the permission, or another site opened the socket.",
    4404: "A conversation can’t have that name: use 1 to 100 letters, digits, `-` or `_`.",
    4429: "Too many sockets or frames.",
}
"""What each close code says."""


def fill(text: str) -> str:
    """The text with its tables in place of their names, but for those that come from the database."""
    for name, table in (
        ("{errors}", _errors),
        ("{frames}", _frames),
        ("{close_codes}", _close_codes),
        ("{rates}", _rates),
    ):
        if name in text:
            text = text.replace(name, table())
    return text


def _errors() -> str:
    kinds = {kind.code: kind for kind in reversed(ERRORS)}  # of those that share a code, the most general
    rows = [
        (f"`{kind.code}`", str(kind.status), kind.title, ADVICE[kind.code])
        for kind in sorted(kinds.values(), key=lambda kind: (kind.status, kind.code))
    ]
    return _table(("Code", "Status", "Says", "What to do"), rows)


def _frames() -> str:
    rows = [
        (f"`{kind}`", ", ".join(f"`{field}`" for field in fields.split()), MEANINGS[kind])
        for kind, fields in frames.FIELDS.items()
    ]
    return _table(("Frame", "Fields", "Means"), rows)


def _close_codes() -> str:
    return _table(("Code", "Means"), [(f"`{code}`", words) for code, words in sorted(CLOSE_MEANINGS.items())])


def _rates() -> str:
    general = settings.RATE_LIMIT_GENERAL
    scopes: Mapping[str, tuple[str, str]] = {
        "user": ("your requests, with all of your keys", f"{general:,} a minute"),
        "key": ("the requests of a key that has a lower number of its own", "that number a minute"),
        "generation": (
            "starting a post, trying a run again, continuing from an outline",
            "[your plan's](#plans), a minute and an hour",
        ),
        "address": ("requests without a key", f"{general:,} a minute from one address"),
        "authentication": (
            "requests with a wrong key",
            f"{ratelimit.FAILURES.count} a minute from one address",
        ),
        "payments": ("requests that ask Stripe", f"{PAYMENTS.count} a minute"),
        "sockets": (
            "opening sockets, in all and at once",
            f"{ratelimit.PAGES * general:,} a minute from one address; {connections.MAX_SOCKETS} open",
        ),
        "pages": ("pages in a browser", f"{ratelimit.PAGES * general:,} a minute"),
    }
    rows = [(f"`{scope}`", what, many) for scope, (what, many) in scopes.items()]
    return _table(("Scope", "Counts", "How many"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))
