"""What this process has learned about a model behind an address, until it restarts.

Servers that speak the same protocol differ in the parameters that they take and in how much room a model
needs to think. No list of names can tell that, but one refusal or one empty reply does.
"""

import json
import math
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from generation.llm.base import JsonSchema, Prompt

MOST_KEPT = 256
"""A caller may name any model, so there is no end of them."""

ROOM_TO_THINK = (0, 8_000, 24_000)
"""Tokens on top of what the reply may take; the next step where thoughts alone used up the last."""

type Request = dict[str, Any]


@dataclass(slots=True)
class Learned:
    """One model behind one address."""

    left_out: set[str] = field(default_factory=set)
    """Names of parameters that it refuses, and changes that it needs."""
    limit: int | None = None
    """The most tokens that it lets a reply have, where it said so."""
    room: int = 0
    """An index of ROOM_TO_THINK."""
    heard_at: float = -math.inf
    """When it last wrote something, by the clock of the event loop."""

    def needs_room(self) -> None:
        """A reply ended at its length with nothing but thoughts."""
        self.room = min(self.room + 1, len(ROOM_TO_THINK) - 1)

    def most_tokens(self, prompt: Prompt, *, thinks: bool) -> int:
        """What a reply may take, with room to think where a model `thinks` or was seen to."""
        tokens = prompt.max_tokens + ROOM_TO_THINK[max(self.room, int(thinks))]
        return min(tokens, self.limit) if self.limit else tokens

    def refused(self, request: Request, message: str) -> bool:
        """Learn from an error that refuses `request`. False where it names nothing that can be left out."""
        return any(names.search(message) and change(self, request, message) for names, change in CHANGES)


_learned: OrderedDict[tuple[str, str], Learned] = OrderedDict()


def about(base_url: str, model: str) -> Learned:
    """What is known about the model behind the address."""
    known = _learned.setdefault((base_url, model), Learned())
    _learned.move_to_end((base_url, model))
    if len(_learned) > MOST_KEPT:
        _learned.popitem(last=False)
    return known


def forget() -> None:
    """Begin as a new process does."""
    _learned.clear()


def with_schema_as_text(user: str, schema: JsonSchema) -> str:
    """The request with the schema in it, for a server that does not enforce one."""
    return (
        f"{user}\n\nReply with one JSON object that matches this JSON Schema, and with nothing else:\n"
        f"{json.dumps(schema, ensure_ascii=False)}"
    )


# Each change looks for its cause in the request that was refused, so that none is made in vain, and so that
# parallel calls which were refused for the same reason are all asked again.


def _smaller_limit(learned: Learned, request: Request, message: str) -> bool:
    """ "max_tokens is too large: 8500. This model supports at most 4096 completion tokens"."""
    asked = next((request[name] for name in LIMITS if name in request), None)
    if asked is None or not _TOO_LARGE.search(message):
        return False
    if learned.limit is not None and learned.limit < asked:
        return True
    smaller = [int(number) for number in re.findall(r"\d{3,7}", message) if int(number) < asked]
    if not smaller:
        return False
    # The context holds the prompt too; half of it is sure to fit a part and enough for one.
    learned.limit = max(smaller) // (2 if "context" in message.lower() else 1)
    return True


def _other_limit(learned: Learned, request: Request, message: str) -> bool:
    """`max_tokens` and `max_completion_tokens` stand for each other, and then neither is sent."""
    sent = next((name for name in LIMITS if name in request), None)
    if sent is None or not re.search(rf"\b{sent}\b", message):
        return False
    learned.left_out.add(sent)
    return True


def _weaker_format(learned: Learned, request: Request, message: str) -> bool:
    """`json_schema`, then `json_object`, then words alone."""
    if "response_format" in request:
        learned.left_out.add(str(request["response_format"]["type"]))
        return True
    if "format" in request.get("output_config", ()):
        learned.left_out.add("format")
        return True
    return False


def _no_effort(learned: Learned, request: Request, message: str) -> bool:
    if "effort" in request.get("output_config", ()):
        learned.left_out.add("effort")
        return True
    return False


def _without(name: str) -> Callable[[Learned, Request, str], bool]:
    def change(learned: Learned, request: Request, message: str) -> bool:
        if name not in request:
            return False
        learned.left_out.add(name)
        return True

    return change


def _no_system(learned: Learned, request: Request, message: str) -> bool:
    if not any(each["role"] == "system" for each in request["messages"]):
        return False
    learned.left_out.add("system")
    return True


LIMITS = ("max_completion_tokens", "max_tokens")
_TOO_LARGE = re.compile(
    r"too large|too many|exceed|at most|maximum|less than|greater than|range", re.IGNORECASE
)

CHANGES: tuple[tuple[re.Pattern[str], Callable[[Learned, Request, str], bool]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), change)
    for pattern, change in (
        (r"reasoning_effort|reasoning\.effort", _without("reasoning_effort")),
        (r"stream_options|include_usage", _without("stream_options")),
        (r"frequency_penalty|presence_penalty|\bpenalt", _without("frequency_penalty")),
        (r"temperature", _without("temperature")),
        (r"max_(completion_)?tokens|context length|context window|context size", _smaller_limit),
        (r"max_(completion_)?tokens", _other_limit),
        (r"\beffort\b", _no_effort),
        (
            r"response_format|json_schema|json_object|json mode"
            r"|structured.output|guided.(decoding|json|grammar)|\bschema\b|\bgrammar\b|output_format",
            _weaker_format,
        ),
        (r"output_config", _weaker_format),
        (r"output_config", _no_effort),
        (
            r"(system|developer).{0,12}(role|message|prompt|instruction)|role.{0,12}system"
            r"|only user.{0,30}roles",
            _no_system,
        ),
        (r"[\"'`]stream[\"'`]|stream(ing)? (is )?(not|un)", _without("stream")),
    )
)
