"""Traces for an OpenTelemetry collector: one from a request through its job to the calls of models.

The exporter reads OTEL_EXPORTER_OTLP_ENDPOINT and the like by itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from opentelemetry import context, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from blogai.core import tracing

KINDS = {
    "server": trace.SpanKind.SERVER,
    "consumer": trace.SpanKind.CONSUMER,
    "client": trace.SpanKind.CLIENT,
}


def start() -> None:
    """Send the spans of this process to OTEL_EXPORTER_OTLP_ENDPOINT from now on."""
    # Here, so that a process without traces does not load them.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    service = {SERVICE_NAME: settings.OTEL_SERVICE_NAME, SERVICE_VERSION: settings.VERSION}
    provider = TracerProvider(resource=Resource.create(service))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracing.tracers.append(Tracer(provider))


def _add(span: trace.Span, attributes: tracing.Attributes) -> None:
    span.set_attributes(attributes)
    if route := attributes.get("http.route"):
        span.update_name(f"{attributes['http.request.method']} {route}")


class Tracer:
    def __init__(self, provider: trace.TracerProvider) -> None:
        self._tracer = provider.get_tracer("blogai")
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(
        self, name: str, kind: tracing.Kind, attributes: tracing.Attributes
    ) -> Iterator[tracing.AddAttributes]:
        """An exception makes the span a failed one, of its type. Its message stays here."""
        # A request begins a trace of its own, whatever its headers say.
        parent = context.Context() if kind == "server" else None
        with self._tracer.start_as_current_span(
            name,
            parent,
            KINDS[kind],
            attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield partial(_add, span)
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(trace.StatusCode.ERROR)
                raise

    def carried(self) -> Mapping[str, str]:
        headers: dict[str, str] = {}
        self._propagator.inject(headers)
        return headers

    @contextmanager
    def continued(self, carried: Mapping[str, str]) -> Iterator[None]:
        token = context.attach(self._propagator.extract(carried, context.Context()))
        try:
            yield
        finally:
            context.detach(token)

    def trace_id(self) -> str:
        current = trace.get_current_span().get_span_context()
        return trace.format_trace_id(current.trace_id) if current.is_valid else ""
