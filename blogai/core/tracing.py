"""Spans around requests, jobs and model calls, for whatever collects them: none, Sentry, OpenTelemetry.

Without a collector a span costs next to nothing, and no package of one is imported. Attributes say how long
and how much, never what: no text, no path, nothing that a person typed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Literal, Protocol

type Kind = Literal["server", "consumer", "client"]
"""A request that we answer, a job that we do, a call that we make."""
type Attribute = str | int | float | bool
type Attributes = Mapping[str, Attribute]
type AddAttributes = Callable[[Attributes], None]


class Tracer(Protocol):
    def span(self, name: str, kind: Kind, attributes: Attributes) -> AbstractContextManager[AddAttributes]:
        """The span is a child of the one that is open in this context."""

    def carried(self) -> Mapping[str, str]:
        """What a job has to know to continue the trace that is open in this context."""

    def continued(self, carried: Mapping[str, str]) -> AbstractContextManager[None]:
        """Spans that are opened inside belong to the trace that `carried` names."""

    def trace_id(self) -> str:
        """That of the trace that is open in this context, or empty: for the log."""


tracers: list[Tracer] = []
"""Filled once, when the process starts."""


@contextmanager
def span(name: str, kind: Kind, attributes: Attributes) -> Iterator[AddAttributes]:
    """Gives a function that adds attributes, for what is known only at the end."""
    with ExitStack() as stack:
        spans = [stack.enter_context(tracer.span(name, kind, attributes)) for tracer in tracers]

        def add(more: Attributes) -> None:
            for add_to in spans:
                add_to(more)

        yield add


def carried() -> dict[str, str]:
    """An argument for a job, so that it continues the trace of whoever queues it; empty if there is none."""
    return {name: value for tracer in tracers for name, value in tracer.carried().items()}


def trace_id() -> str:
    """The id of the open trace; empty if there is none."""
    return next(filter(None, (tracer.trace_id() for tracer in tracers)), "")


@contextmanager
def continued(carried: Mapping[str, str] | None) -> Iterator[None]:
    with ExitStack() as stack:
        for tracer in tracers:
            stack.enter_context(tracer.continued(carried or {}))
        yield
