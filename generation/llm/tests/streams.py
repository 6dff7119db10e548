"""Replies as the documentation of each server shows them, written for any text.

Every function gives the bytes of a whole streamed reply to `asked`, thinking included where the server sends
it, with counts of `TOKENS`.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from generation.llm.simulated import writing
from generation.llm.simulated.asked import Asked

TOKENS = (321, 123)
USAGE = {"prompt_tokens": 321, "completion_tokens": 123, "total_tokens": 444}
DONE = b"data: [DONE]\n\n"

type Stream = Callable[[Asked], Iterator[bytes]]


def pieces(asked: Asked) -> list[str]:
    """The text of the reply in pieces of a few words."""
    return re.findall(r"(?:\s*\S+){1,12}|\s+$", writing.reply(asked))


def event(data: object, name: str = "") -> bytes:
    return f"{f'event: {name}\n' if name else ''}data: {json.dumps(data)}\n\n".encode()


def chunk(delta: object, finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"id": "c-1", "object": "chat.completion.chunk", "choices": [choice], **more})


def openai(asked: Asked) -> Iterator[bytes]:
    yield chunk({"role": "assistant", "content": "", "refusal": None}, usage=None)
    for piece in pieces(asked):
        yield chunk({"content": piece}, usage=None)
    yield chunk({}, "stop", usage=None)
    yield event({"id": "c-1", "choices": [], "usage": USAGE})
    yield DONE


def ollama(asked: Asked) -> Iterator[bytes]:
    """Its thinking models: thoughts in `reasoning`, beside empty content."""
    yield chunk(
        {"role": "assistant", "content": "", "reasoning": "The reader asks"}, system_fingerprint="fp_ollama"
    )
    yield chunk({"role": "assistant", "content": "", "reasoning": " about bees."})
    for piece in pieces(asked):
        yield chunk({"role": "assistant", "content": piece})
    yield chunk({"role": "assistant", "content": ""}, "stop")
    yield event({"id": "c-1", "object": "chat.completion.chunk", "choices": [], "usage": USAGE})
    yield DONE


def vllm(asked: Asked) -> Iterator[bytes]:
    """With usage in every chunk (`continuous_usage_stats`), and a stop reason that is a token."""
    yield chunk({"role": "assistant", "content": ""}, usage={**USAGE, "completion_tokens": 0})
    for number, piece in enumerate(pieces(asked)):
        yield chunk(
            {"content": piece, "reasoning_content": None}, usage={**USAGE, "completion_tokens": number}
        )
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "stop", "stop_reason": 151645}
    yield event({"choices": [choice]})
    yield event({"choices": [], "usage": USAGE})
    yield DONE


def llama_cpp(asked: Asked) -> Iterator[bytes]:
    """Content null at first; usage and timings in the chunk with the reason, and none behind it."""
    yield chunk({"role": "assistant", "content": None})
    for piece in pieces(asked):
        yield chunk({"content": piece})
    yield chunk({}, "stop", usage=USAGE, timings={"prompt_n": 321, "predicted_n": 123, "predicted_ms": 9.5})
    yield DONE


def lm_studio(asked: Asked) -> Iterator[bytes]:
    for piece in pieces(asked):
        yield chunk({"role": "assistant", "content": piece}, system_fingerprint="qwen3-8b")
    yield chunk({}, "stop", usage=USAGE, stats={})
    yield DONE


def openrouter(asked: Asked) -> Iterator[bytes]:
    """Comments while it waits, reasoning twice, the upstream's own finish reason beside the usual one."""
    yield b": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n"
    details = [{"type": "reasoning.text", "text": "Bees, then.", "index": 0}]
    yield chunk(
        {"role": "assistant", "content": "", "reasoning": "Bees, then.", "reasoning_details": details}
    )
    for piece in pieces(asked):
        yield chunk({"role": "assistant", "content": piece}, provider="Chutes")
        yield b": OPENROUTER PROCESSING\n\n"
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "stop", "native_finish_reason": "eos"}
    yield event({"choices": [choice]})
    yield event({"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": None}], "usage": USAGE})
    yield DONE


def azure(asked: Asked) -> Iterator[bytes]:
    """First the filter's verdict about the prompt, without choices; then one in every chunk."""
    safe = {"hate": {"filtered": False, "severity": "safe"}}
    first = [{"prompt_index": 0, "content_filter_results": safe}]
    yield event({"id": "", "model": "", "object": "", "choices": [], "prompt_filter_results": first})
    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for piece in pieces(asked):
        choice = {
            "index": 0,
            "delta": {"content": piece},
            "content_filter_results": safe,
            "finish_reason": None,
        }
        yield event({"choices": [choice]})
    yield chunk({}, "stop")
    yield event({"choices": [], "usage": USAGE})
    yield DONE


def deepseek(asked: Asked) -> Iterator[bytes]:
    """Keep-alive comments; thoughts in `reasoning_content` with content null; usage beside the reason."""
    yield b": keep-alive\n\n"
    yield chunk({"role": "assistant", "content": None, "reasoning_content": ""})
    yield chunk({"content": None, "reasoning_content": "First, what bees do."})
    for piece in pieces(asked):
        yield chunk({"content": piece, "reasoning_content": None})
    yield chunk({"content": "", "reasoning_content": None}, "stop", usage=USAGE)
    yield DONE


def mistral(asked: Asked) -> Iterator[bytes]:
    """Magistral: content is a list of thinking and text; then plain text; usage beside the reason."""
    thoughts = {"type": "thinking", "thinking": [{"type": "text", "text": "What do bees do?"}]}
    yield chunk({"role": "assistant", "content": ""})
    yield chunk({"content": [thoughts]})
    first, *others = pieces(asked)
    yield chunk({"content": [{"type": "text", "text": first}]})
    for piece in others:
        yield chunk({"content": piece})
    yield chunk({"content": ""}, "stop", usage=USAGE)
    yield DONE


def gemini(asked: Asked) -> Iterator[bytes]:
    """No first chunk for the role; usage grows from chunk to chunk; the reason comes with the last text."""
    *others, last = pieces(asked)
    for number, piece in enumerate(others):
        yield chunk({"content": piece, "role": "assistant"}, usage={**USAGE, "completion_tokens": number})
    yield chunk({"content": last, "role": "assistant"}, "stop", usage=USAGE)
    yield DONE


def anthropic(asked: Asked) -> Iterator[bytes]:
    """A block of thoughts whose text is withheld, a ping, and text already where its block begins."""
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
    }
    yield event(
        {"type": "message_start", "message": {**message, "usage": {"input_tokens": 321, "output_tokens": 1}}},
        "message_start",
    )
    thinking = {"type": "thinking", "thinking": "", "signature": ""}
    yield event({"type": "content_block_start", "index": 0, "content_block": thinking}, "content_block_start")
    yield event({"type": "ping"}, "ping")
    signature = {"type": "signature_delta", "signature": "EqQBCgIYAhIM"}
    yield event({"type": "content_block_delta", "index": 0, "delta": signature}, "content_block_delta")
    yield event({"type": "content_block_stop", "index": 0}, "content_block_stop")
    first, *others = pieces(asked)
    block = {"type": "text", "text": first}
    yield event({"type": "content_block_start", "index": 1, "content_block": block}, "content_block_start")
    for piece in others:
        delta = {"type": "text_delta", "text": piece}
        yield event({"type": "content_block_delta", "index": 1, "delta": delta}, "content_block_delta")
    yield event({"type": "content_block_stop", "index": 1}, "content_block_stop")
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    yield event({"type": "message_delta", "delta": end, "usage": {"output_tokens": 123}}, "message_delta")
    yield event({"type": "message_stop"}, "message_stop")


CHAT: dict[str, Stream] = {
    stream.__name__: stream
    for stream in (
        *(openai, ollama, vllm, llama_cpp, lm_studio, openrouter, azure, deepseek, mistral, gemini),
    )
}
