"""The lines of the log: their fields, how they are written, and what must not be told by them.

structlog renders all of them, those of the standard library's loggers too: as JSON, or for a terminal.
"""

import json
import logging
import logging.config
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter
from structlog.typing import EventDict

from blogai.core import tracing
from blogai.core.client_address import client_address

FIELDS = {
    "time": "when, in UTC",
    "level": "DEBUG, INFO, WARNING, ERROR or CRITICAL",
    "logger": "the module that wrote the line",
    "event": "what happened",
    "request_id": "the request's X-Request-ID",
    "trace_id": "the trace that the line belongs to, if traces are collected",
    "route": "the name of the route; none if the request got to no route",
    "method": "GET, POST and so on",
    "status": "the reply's status code; 499 if the client left before there was one",
    "close_code": "the code that a WebSocket was closed with",
    "duration_ms": "milliseconds: of a request with its reply, of a socket, or of a run since its start",
    "user_id": "whose request, socket or run it is",
    "key_id": "the API key that was used",
    "run_id": "the run that it is about",
    "attempt": "how often a worker or a decision about the run has taken it over",
    "code": "why the run failed or was stopped, as in the API's errors",
    "address": "the client's address, as TRUSTED_PROXY_HOPS counts it",
    "exception": "the traceback",
}
"""Every field that a line may have. Others are dropped, so that nothing is told by accident."""
TOKEN_IN_PATH = re.compile(
    r"(/sign-in/|/confirm-email/|/new-password/[^/\s]+/|/keep-account/|/secure-account/|/usage-emails/off/"
    r"|/shared/)"
    r"(?!sent\b|done\b)[^/\s?&'\"]+"
)
"""Whoever has such an address is let in: it may be refused today, for maintenance say, and good tomorrow."""
CONTROLS = {number: f"\\x{number:02x}" for number in (*range(32), 127)}
CONNECTIONS = "_URL$|_URL_DIRECT$|HEADERS|^DATABASES$|^CACHES$|^CHANNEL_LAYERS$|^MAILERS$|COOKIE"


def configure(logging_settings: dict[str, Any]) -> None:
    """Set up both logging and structlog: Django's LOGGING_CONFIG."""
    logging.config.dictConfig(logging_settings)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class Formatter(structlog.stdlib.ProcessorFormatter):
    """One line for each event, with who asked if a request was the reason, without the tokens of addresses.

    On a terminal, the lines of a traceback follow it.
    """

    def __init__(self, style: str = "console") -> None:
        super().__init__(
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.processors.format_exc_info,
                _line,
                _without_tokens,
                _as_json if style == "json" else _for_a_terminal,
            ]
        )


class NotTwice(logging.Filter):
    """Drops Django's own line about a reply of 4xx or 5xx: the request's line says it, and not the path.

    With the traceback of an error that nobody expected, it stays.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != "django.request" or bool(record.exc_info)


def asked(request: HttpRequest) -> dict[str, object]:
    """The fields that say who sent the request, as far as it is known by now: nothing is looked up."""
    caller = getattr(request, "caller", None)
    signed_in = request.__dict__.get("_cached_user") or request.__dict__.get("_acached_user")
    user = caller.user if caller else signed_in
    known = {
        "address": client_address(request),
        "user_id": getattr(user, "pk", None),
        "key_id": getattr(caller, "key_id", None),
        "request_id": getattr(request, "request_id", None),
    }
    return {name: value for name, value in known.items() if value}


def _line(logger: object, method: str, event: EventDict) -> EventDict:
    """The event with the fields that every line has, and only with those in FIELDS."""
    record: logging.LogRecord = event["_record"]
    request = getattr(record, "request", None)
    return {
        "time": _time(record),
        "level": record.levelname,
        "logger": record.name,
        "event": str(event.pop("event")),
        **(asked(request) if isinstance(request, HttpRequest) else {}),
        **{name: event[name] for name in event if name in FIELDS},
        **({"trace_id": trace_id} if (trace_id := tracing.trace_id()) else {}),
    }


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC).replace(microsecond=int(record.msecs) * 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _without_tokens(logger: object, method: str, line: EventDict) -> EventDict:
    for name in ("event", "exception"):
        if name in line:
            line[name] = TOKEN_IN_PATH.sub(r"\1[token]", line[name])
    return line


def _as_json(logger: object, method: str, line: Mapping[str, Any]) -> str:
    return json.dumps(line, default=str)


def _for_a_terminal(logger: object, method: str, line: EventDict) -> str:
    traceback = line.pop("exception", None)
    first = [line.pop(name) for name in ("time", "level", "logger", "event")]
    text = " ".join([*first, *(f"{name}={value}" for name, value in line.items())]).translate(CONTROLS)
    return f"{text}\n{traceback}" if traceback else text


class ReportFilter(SafeExceptionReporterFilter):
    """For reports by mail and the like: no passwords in the addresses of settings, no form's values."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|{CONNECTIONS}", re.IGNORECASE
    )

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        sent = {} if request is None else request.POST
        return dict.fromkeys(sent, self.cleansed_substitute)
