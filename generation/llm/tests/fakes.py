"""The fake providers that the conformance tests run against, behind one set of verbs."""

from typing import Any, Protocol

import httpx

from generation.llm.simulated import Answer, Failure, Server, faults


class Fake(Protocol):
    openai_url: str
    anthropic_url: str
    takes_schemas: tuple[str, ...]

    def fails(self, status: int, *, retry_after: float | None = None) -> None: ...
    def hangs_at_once(self) -> None: ...
    def hangs_later(self) -> None: ...
    def hangs_up(self) -> None: ...
    def ends_early(self) -> None: ...
    def garbles(self) -> None: ...
    def reaches_its_limit(self) -> None: ...
    def refuses(self) -> None: ...


class Simulated:
    """Ours."""

    takes_schemas: tuple[str, ...] = ("openai", "gemini", "anthropic")

    def __init__(self, server: Server) -> None:
        self.server = server
        self.openai_url = server.openai_url
        self.anthropic_url = server.anthropic_url

    def fails(self, status: int, *, retry_after: float | None = None) -> None:
        self.server.script.add(Failure(status) if retry_after is None else faults.busy(retry_after))

    def hangs_at_once(self) -> None:
        self.server.script.add(faults.hang_before_first_token())

    def hangs_later(self) -> None:
        self.server.script.add(faults.hang_after(5))

    def hangs_up(self) -> None:
        self.server.script.add(faults.cut_at(1500))

    def ends_early(self) -> None:
        self.server.script.add(faults.no_finish_reason())

    def garbles(self) -> None:
        self.server.script.add(faults.garbled_after(5))

    def reaches_its_limit(self) -> None:
        self.server.script.add(Answer(text="A text that goes", finish="length"))

    def refuses(self) -> None:
        self.server.script.add(faults.refusal())


class Llmock:
    """Someone else's idea of the same APIs (PyPI: llmock), so that ours is not only true to itself."""

    takes_schemas: tuple[str, ...] = ("openai", "gemini")

    def __init__(self, url: str) -> None:
        self._admin = f"{url}/_llmock"
        self.openai_url = f"{url}/v1"
        self.anthropic_url = f"{url}/anthropic"

    def reset(self) -> None:
        httpx.post(f"{self._admin}/reset", trust_env=False).raise_for_status()

    def fails(self, status: int, *, retry_after: float | None = None) -> None:
        self.script(type="fail", status=status, retry_after=retry_after)

    def hangs_at_once(self) -> None:
        self.script(type="slow_first_token", seconds=5)

    def hangs_later(self) -> None:
        self.script(type="stream_fault", kind="stall", after_chunks=5, stall_seconds=5)

    def hangs_up(self) -> None:
        self.script(type="stream_fault", kind="disconnect", after_chunks=5)

    def ends_early(self) -> None:
        self.script(type="stream_fault", kind="truncate", after_chunks=5)

    def garbles(self) -> None:
        self.script(type="stream_fault", kind="malformed", after_chunks=5)

    def reaches_its_limit(self) -> None:
        self.script(type="reply", text="A text that goes", finish_reason="length")

    def refuses(self) -> None:
        self.script(type="reply", text="I can't help with that.", finish_reason="content_filter")

    def script(self, **behaviour: Any) -> None:
        """Queue a behaviour for the next request; of each `type` a request takes the first one."""
        reply = httpx.post(f"{self._admin}/scenario", json={"behaviors": [behaviour]}, trust_env=False)
        reply.raise_for_status()
