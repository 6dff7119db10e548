"""Reports to Sentry: which error, where and how long, and nothing that a person or a model wrote.

An event is written anew from the few fields below before it is sent, because Sentry's own switch for personal
data leaves in the URL, the query, the message of an exception and the descriptions of spans.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, cast

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from sentry_sdk.transport import HttpTransport
from sentry_sdk.types import Event, Hint
from structlog.contextvars import get_contextvars

from blogai.core import tracing
from blogai.request_log import NO_ROUTE, UNTRACED

OURS = ("blogai", "accounts", "billing", "generation", "health", "staff")
"""Loggers whose messages are our own sentences. Values are never part of them, only of their arguments."""
TAGS = ("request_id", "run_id")
EVENT = (
    *("event_id", "timestamp", "start_timestamp", "type", "level", "logger", "platform", "release"),
    *("environment", "sdk", "profile"),
)
TRACE = ("trace_id", "span_id", "parent_span_id", "op", "status", "origin")
SPAN = (*TRACE, "start_timestamp", "timestamp", "same_process_as_parent")
FRAME = ("filename", "abs_path", "function", "module", "lineno", "colno", "in_app")
SAMPLING = ("trace_id", "public_key", "release", "environment", "sampled", "sample_rate", "sample_rand")
FAILED_FOR = 300.0
"""Seconds for which /health/sentry says "down" after an event was lost."""


class Transport(HttpTransport):
    """Remembers that events were lost."""

    _lost_at: float | None = None

    def on_dropped_event(self, reason: str) -> None:
        self._lost_at = time.monotonic()
        super().on_dropped_event(reason)

    def is_healthy(self) -> bool:
        lost = self._lost_at is not None and time.monotonic() - self._lost_at < FAILED_FOR
        return not lost and super().is_healthy()


def start() -> None:
    """Report to SENTRY_DSN from now on: the errors of this process, and a share of its requests and jobs."""
    sentry_sdk.init(**options())
    ignore_logger("django.request")  # it tells of replies of 5xx; their exceptions come from the integration
    tracing.tracers.append(Tracer())


def options() -> dict[str, Any]:
    """What the SDK is told."""
    return {
        "dsn": settings.SENTRY_DSN,
        "environment": settings.SENTRY_ENVIRONMENT,
        "release": settings.SENTRY_RELEASE,
        "server_name": "",
        "transport": Transport,
        "include_local_variables": False,
        "include_source_context": False,
        "max_request_body_size": "never",
        "max_breadcrumbs": 0,
        "auto_session_tracking": False,
        "trace_propagation_targets": [],
        "traces_sampler": sample_rate,
        "profiles_sample_rate": settings.SENTRY_PROFILES_SAMPLE_RATE,
        "before_send": error,
        "before_send_transaction": transaction,
        "default_integrations": False,
        "auto_enabling_integrations": False,
        "integrations": [
            DjangoIntegration(signals_spans=False),
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            ExcepthookIntegration(),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
    }


def sample_rate(context: Mapping[str, Any]) -> float:
    """The share of such transactions that is sent. What a stranger's header asks for does not count."""
    path = (context.get("asgi_scope") or {}).get("path", "")
    return 0.0 if path.startswith(UNTRACED) else settings.SENTRY_TRACES_SAMPLE_RATE


def error(event: Event, hint: Hint) -> Event:
    """The event with the types and stacks of its exceptions, without their messages."""
    sent = _common(event)
    values = (event.get("exception") or {}).get("values") or []
    if values:
        sent["exception"] = {"values": [_exception(value) for value in values]}
    browser = _only(("browser",), event.get("tags") or {})
    sent["tags"] = {**_tags(), **browser, "severity": "error" if _handled(values) else "critical"}
    if message := _message(hint.get("log_record")):
        sent["logentry"] = {"message": message}
    return sent


def transaction(event: Event, hint: Hint) -> Event:
    sent = _common(event)
    spans: Any = event.get("spans") or []
    sent["spans"] = [{**_only(SPAN, span), **_statement(span)} for span in spans]
    return sent


def _common(event: Event) -> Event:
    whole: dict[str, Any] = {**event}
    trace = (whole.get("contexts") or {}).get("trace") or {}
    sampling = _only(SAMPLING, trace.get("dynamic_sampling_context") or {})
    routed = (whole.get("transaction_info") or {}).get("source") != "url"  # else it is the path itself
    sent = {
        **_only(EVENT, whole),
        "transaction": (whole.get("transaction") if routed else None) or NO_ROUTE,
        "contexts": {"trace": _only(TRACE, trace) | {"dynamic_sampling_context": sampling}},
        "tags": _tags(),
    }
    return cast(Event, sent)


def _tags() -> dict[str, str]:
    known = get_contextvars()
    return {name: str(known[name]) for name in TAGS if name in known}


def _handled(values: Sequence[Mapping[str, Any]]) -> bool:
    """Whether somebody caught the exception. Where nobody did, a person got a page that says so."""
    return all((value.get("mechanism") or {}).get("handled", True) for value in values)


def _exception(value: Mapping[str, Any]) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames") or []
    mechanism = _only(("type", "handled", "exception_id", "parent_id"), value.get("mechanism") or {})
    return {
        **_only(("type", "module"), value),
        "mechanism": mechanism,
        "stacktrace": {"frames": [_only(FRAME, frame) for frame in frames]},
    }


def _message(record: logging.LogRecord | None) -> str | None:
    """What the line of the log says, without the values in it."""
    if record is None or record.name.partition(".")[0] not in OURS:
        return None
    return str(record.msg["event"]) if isinstance(record.msg, dict) else str(record.msg)


def _statement(span: Mapping[str, Any]) -> dict[str, Any]:
    """The SQL of a query, whose values stand apart from it. Other descriptions hold paths and addresses."""
    return {"description": span["description"]} if span.get("op") == "db" and span.get("description") else {}


def _only(names: tuple[str, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


class Tracer:
    """Jobs as transactions, and model calls as spans; the SDK itself sees to requests."""

    @contextmanager
    def span(
        self, name: str, kind: tracing.Kind, attributes: tracing.Attributes
    ) -> Iterator[tracing.AddAttributes]:
        if kind == "consumer":
            with sentry_sdk.isolation_scope(), sentry_sdk.start_transaction(op="queue.process", name=name):
                yield _ignore
        elif kind == "client":
            with sentry_sdk.start_span(op="http.client", name=name):
                yield _ignore
        else:
            yield _ignore

    def carried(self) -> Mapping[str, str]:
        return {}

    def continued(self, carried: Mapping[str, str]) -> nullcontext[None]:
        return nullcontext()

    def trace_id(self) -> str:
        return ""


def _ignore(more: tracing.Attributes) -> None:
    """Spans are sent without attributes."""
