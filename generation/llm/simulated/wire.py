"""The two APIs on the wire: what a request says, and the bytes of a reply."""

import json
from typing import Any, Protocol

from generation.llm.simulated.asked import Asked


class Wire(Protocol):
    """One API, for one call."""

    @staticmethod
    def asked(body: dict[str, Any]) -> Asked: ...

    def begin(self) -> bytes: ...
    def text(self, text: str) -> bytes: ...
    def end(self, finish: str | None, tokens: tuple[int, int] | None) -> bytes: ...
    def error(self) -> bytes: ...
    def whole(self, text: str, finish: str | None, tokens: tuple[int, int] | None) -> object: ...
    def failure(self, status: int) -> object: ...


def _text(content: object) -> str:
    """The text of a message's content, which is a string or a list of blocks."""
    if isinstance(content, list):
        return "".join(block.get("text", "") for block in content)
    return str(content or "")


def _schema_in(prompt: str) -> dict[str, Any] | None:
    """The schema that a prompt shows, where the API is not asked to enforce one."""
    _, told, schema = prompt.partition("JSON Schema")
    return json.loads(schema[schema.index("{") :]) if told and "{" in schema else None


def _event(data: object, name: str = "") -> bytes:
    return f"{f'event: {name}\n' if name else ''}data: {json.dumps(data)}\n\n".encode()


class ChatCompletions:
    """OpenAI's."""

    def __init__(self, asked: Asked) -> None:
        self._base = {"id": f"chatcmpl-{asked.digest}", "created": 1_790_000_000, "model": asked.model}
        self._wants_usage = asked.wants_usage

    @staticmethod
    def asked(body: dict[str, Any]) -> Asked:
        said = {"system": "", "user": ""}
        for message in body["messages"]:
            said["user" if message["role"] == "user" else "system"] += _text(message["content"])
        form = body.get("response_format") or {}
        return Asked(
            model=body["model"],
            system=said["system"],
            user=said["user"],
            max_tokens=body.get("max_completion_tokens") or body.get("max_tokens") or 100_000,
            schema=form["json_schema"]["schema"]
            if form.get("type") == "json_schema"
            else _schema_in(said["user"]),
            stream=bool(body.get("stream")),
            wants_usage=bool((body.get("stream_options") or {}).get("include_usage")),
            parameters=frozenset(body) | {form.get("type", "")} | {each["role"] for each in body["messages"]},
        )

    def begin(self) -> bytes:
        return self._chunk({"role": "assistant", "content": ""})

    def text(self, text: str) -> bytes:
        return self._chunk({"content": text})

    def end(self, finish: str | None, tokens: tuple[int, int] | None) -> bytes:
        if finish is None:
            return b""
        last = self._chunk({}, {"refusal": "content_filter"}.get(finish, finish))
        if tokens and self._wants_usage:
            last += _event({**self._streamed(), "choices": [], "usage": self._usage(tokens)})
        return last + b"data: [DONE]\n\n"

    def error(self) -> bytes:
        return _event(self.failure(500))

    def whole(self, text: str, finish: str | None, tokens: tuple[int, int] | None) -> object:
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        usage = {"usage": self._usage(tokens)} if tokens else {}
        return {**self._base, "object": "chat.completion", "choices": [choice], **usage}

    def failure(self, status: int) -> object:
        kind = {401: "invalid_request_error", 429: "rate_limit_error"}.get(status, "server_error")
        message = f"Simulated error {status}. Incorrect API key provided: sk-simulated."
        return {"error": {"message": message, "type": kind, "param": None, "code": None}}

    def _chunk(self, delta: dict[str, str], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**self._streamed(), "choices": [choice]})

    def _streamed(self) -> dict[str, object]:
        return {**self._base, "object": "chat.completion.chunk"}

    @staticmethod
    def _usage(tokens: tuple[int, int]) -> dict[str, int]:
        return {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}


class Messages:
    """Anthropic's."""

    def __init__(self, asked: Asked) -> None:
        self._message: dict[str, object] = {
            "id": f"msg_{asked.digest}",
            "type": "message",
            "role": "assistant",
            "model": asked.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
        }

    @staticmethod
    def asked(body: dict[str, Any]) -> Asked:
        form = (body.get("output_config") or {}).get("format") or {}
        return Asked(
            model=body["model"],
            system=_text(body.get("system")),
            user="\n\n".join(_text(message["content"]) for message in body["messages"]),
            max_tokens=body["max_tokens"],
            schema=form.get("schema") or _schema_in(_text(body["messages"][-1]["content"])),
            stream=bool(body.get("stream")),
            parameters=frozenset(body) | frozenset(body.get("output_config") or ()),
        )

    def begin(self) -> bytes:
        block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        start = {"type": "message_start", "message": {**self._message, "usage": self._usage((0, 0))}}
        return _event(start, "message_start") + _event(block, "content_block_start") + self._ping()

    def text(self, text: str) -> bytes:
        delta = {"type": "text_delta", "text": text}
        return _event({"type": "content_block_delta", "index": 0, "delta": delta}, "content_block_delta")

    def end(self, finish: str | None, tokens: tuple[int, int] | None) -> bytes:
        stop = _event({"type": "content_block_stop", "index": 0}, "content_block_stop")
        if finish is None:
            return stop
        delta = {"stop_reason": self._reason(finish), "stop_sequence": None}
        # The API always counts; "no usage" is a proxy that leaves it out.
        usage = {"usage": self._usage(tokens)} if tokens else {"usage": None}
        last = {"type": "message_delta", "delta": delta, **usage}
        return stop + _event(last, "message_delta") + _event({"type": "message_stop"}, "message_stop")

    def error(self) -> bytes:
        return _event(self.failure(529), "error")

    def whole(self, text: str, finish: str | None, tokens: tuple[int, int] | None) -> object:
        block = {"type": "text", "text": text}
        reason = self._reason(finish) if finish else None
        return {
            **self._message,
            "content": [block],
            "stop_reason": reason,
            "usage": self._usage(tokens or (0, 0)),
        }

    def failure(self, status: int) -> object:
        kinds = {401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}
        error = {"type": kinds.get(status, "api_error"), "message": f"Simulated error {status}."}
        return {"type": "error", "error": error, "request_id": "req_simulated"}

    @staticmethod
    def _ping() -> bytes:
        return _event({"type": "ping"}, "ping")

    @staticmethod
    def _reason(finish: str) -> str:
        return {"stop": "end_turn", "length": "max_tokens"}.get(finish, finish)

    @staticmethod
    def _usage(tokens: tuple[int, int]) -> dict[str, int]:
        return {"input_tokens": tokens[0], "output_tokens": tokens[1]}
