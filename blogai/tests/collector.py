"""A collector of OpenTelemetry traces on loopback, which keeps the spans that are sent to it."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    name: str
    id: str
    parent: str
    trace: str
    attributes: dict[str, Any]


@dataclass
class Collector:
    endpoint: str
    spans: list[Span] = field(default_factory=list)
    text: str = ""
    """Everything that came, as protobuf prints it."""

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        self.text += str(request)
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.spans += map(_read, scope.spans)


def _read(span: Any) -> Span:
    ids = (span.span_id.hex(), span.parent_span_id.hex(), span.trace_id.hex())
    return Span(span.name, *ids, {each.key: _value(each.value) for each in span.attributes})


def _value(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))


@contextmanager
def collecting() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            compressed = self.headers.get("Content-Encoding") == "gzip"
            collector.take(gzip.decompress(body) if compressed else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()
