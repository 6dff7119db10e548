"""Replies of every odd shape, over HTTP: read where they can be, else the provider's fault."""

import copy
import json
import random
import resource
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from blogai.core.errors import ProviderError, ProviderRejected, ProviderTimeout
from generation.llm.base import Call, Finish, Provider
from generation.llm.providers import anthropic, openai
from generation.llm.providers.timeouts import Timeouts
from generation.llm.retry import RetryPolicy
from generation.llm.router import Router
from generation.llm.simulated import Failure, Raw, Server
from generation.llm.tests.acting import Page
from generation.llm.tests.prompts import prompt, read
from generation.llm.tests.streams import DONE, USAGE, chunk, event

pytestmark = pytest.mark.sweep

TEXT = "Bees hum all day. They rest at night."
QUICK = Timeouts(connect=5, first_token=0.5, idle=0.3)
STOP = chunk({}, "stop")
COUNTS = event({"choices": [], "usage": USAGE})
SAID = chunk({"content": TEXT})


def chat(server: Server, timeouts: Timeouts = QUICK) -> Provider:
    return openai.ChatCompletions(
        name="openai", model="m", base_url=server.openai_url, dialect=openai.COMPATIBLE, timeouts=timeouts
    )


def claude(server: Server) -> Provider:
    return anthropic.Messages(model="claude-sonnet-5", base_url=server.anthropic_url, timeouts=QUICK)


def sends(server: Server, *pieces: bytes | float, **more: Any) -> None:
    server.script.add(Raw(lambda asked: pieces, **more), times=None)


READ: dict[str, list[bytes]] = {
    "content of parts": [
        chunk({"content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": TEXT}]}),
        *(STOP, COUNTS, DONE),
    ],
    "content as an object": [chunk({"content": {"type": "text", "text": TEXT}}), STOP, COUNTS, DONE],
    "content as strings": [chunk({"content": [TEXT[:9], TEXT[9:]]}), STOP, COUNTS, DONE],
    "a whole message in a stream": [
        event({"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}], "usage": USAGE}),
        DONE,
    ],
    "text beside the delta": [event({"choices": [{"text": TEXT}]}), STOP, COUNTS, DONE],
    "one choice without a list": [event({"choices": {"delta": {"content": TEXT}}}), STOP, COUNTS, DONE],
    "several chunks in one event": [b"data: [" + SAID[6:].strip() + b"]\n\n", STOP, COUNTS, DONE],
    "a last chunk without a delta": [SAID, chunk(None, "stop"), COUNTS, DONE],
    "choices null": [SAID, STOP, event({"choices": None, "usage": USAGE}), DONE],
    "blank data": [b"data:\n\n", SAID, b"data: \n\n", STOP, COUNTS, DONE],
    "retry first": [b"retry: 3000\n\n", SAID, STOP, COUNTS, DONE],
    "data null": [b"event: ping\ndata: null\n\n", SAID, b"data: null\n\n", STOP, COUNTS, DONE],
    "lines with CR LF": [(SAID + STOP + COUNTS + DONE).replace(b"\n", b"\r\n")],
    "a byte order mark": [b"\xef\xbb\xbf", SAID, STOP, COUNTS, DONE],
    "no blank line at the end": [SAID, STOP, COUNTS.rstrip()],
    "no [DONE]": [SAID, STOP, COUNTS],
    "no reason but [DONE]": [SAID, COUNTS, DONE],
    "an empty reason": [SAID, chunk({}, ""), COUNTS, DONE],
    "[done]": [SAID, STOP, COUNTS, b"data: [done]\n\n"],
    "[DONE] in quotes": [SAID, STOP, COUNTS, b'data: "[DONE]"\n\n'],
    "an event that ends": [SAID, STOP, COUNTS, b"event: end\ndata: end\n\n"],
    "signs of life in words": [b"event: keepalive\ndata: waiting\n\n", SAID, STOP, COUNTS, DONE],
    "the whole message behind its deltas": [
        SAID,
        event({"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}], "usage": USAGE}),
        DONE,
    ],
    "two replies at once": [
        event(
            {"choices": [{"index": 0, "delta": {"content": TEXT}}, {"index": 1, "delta": {"content": "x"}}]}
        ),
        *(event({"choices": [{"index": 1, "delta": {"content": "x"}}]}), STOP, COUNTS, DONE),
    ],
    "words around [DONE]": [SAID, STOP, COUNTS, b"data:  [DONE] \n\n"],
}


@pytest.mark.parametrize("name", READ)
async def test_what_can_be_read_is_read(server: Server, name: str) -> None:
    sends(server, *READ[name])

    assert await read(chat(server)) == (TEXT, Finish("stop", 321, 123))


@pytest.mark.parametrize("lines", [False, True])
async def test_a_server_that_does_not_stream(server: Server, lines: bool) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}
    body = json.dumps({"choices": [choice], "usage": USAGE}, indent=None if lines else 2).encode()
    sends(server, b"\n", body[:20], body[20:], kind="application/json")

    assert await read(chat(server)) == (TEXT, Finish("stop", 321, 123))


async def test_a_claude_that_does_not_stream(server: Server) -> None:
    content = [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": TEXT}]
    message = {"type": "message", "content": content, "stop_reason": "end_turn", "stop_sequence": None}
    usage = {"input_tokens": 321, "output_tokens": 123}
    sends(server, json.dumps({**message, "usage": usage}).encode(), kind="application/json")

    assert await read(claude(server)) == (TEXT, Finish("stop", 321, 123))


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": -1, "completion_tokens": -1}, (None, None)),
        ({"prompt_tokens": 0, "completion_tokens": 0}, (None, None)),
        ({"prompt_tokens": "321", "completion_tokens": "123"}, (None, None)),
        ({"prompt_tokens": 321.0, "completion_tokens": 1e40}, (321, None)),
        ({"prompt_tokens": True, "completion_tokens": [123]}, (None, None)),
        ({"prompt_tokens": 10**400, "completion_tokens": 123.5}, (None, None)),
        ({"input_tokens": 321, "output_tokens": 123}, (321, 123)),
        ([321, 123], (None, None)),
        ("444", (None, None)),
        (None, (None, None)),
    ],
)
async def test_a_count_that_cannot_be_true_is_none(
    server: Server, usage: object, tokens: tuple[int | None, int | None]
) -> None:
    sends(server, SAID, chunk({}, "stop", usage=usage), DONE)

    assert await read(chat(server)) == (TEXT, Finish("stop", *tokens))


FAILURES: dict[str, list[bytes]] = {
    "a choice null": [event({"choices": [None]}), STOP, DONE],
    "a choice as text": [event({"choices": ["Bees"]}), STOP, DONE],
    "choices as text": [event({"choices": "Bees"}), STOP, DONE],
    "a delta null": [chunk(None), STOP, DONE],
    "a delta in a list": [chunk([{"content": TEXT}]), STOP, DONE],
    "content as a number": [chunk({"content": 7}), STOP, DONE],
    "a part without text": [chunk({"content": [{"type": "image"}]}), STOP, DONE],
    "a number": [b"data: 7\n\n", DONE],
    "half JSON": [b'data: {"choices": [\n\n', DONE],
    "JSON too deep": [b"data: " + b"[" * 200_000 + b"\n\n", DONE],
    "a line without end": [b"data: " + b"x" * 1_100_000, DONE],
    "an error": [SAID, event({"error": {"message": "It broke.", "code": 502}}), DONE],
    "an error as text": [event({"error": "It broke."})],
    "an error event": [b'event: error\ndata: {"message": "It broke."}\n\n'],
    "an error of vLLM": [event({"object": "error", "message": "It broke.", "code": 500})],
    "a detail": [event({"detail": "It broke."})],
    "a reason to fail": [SAID, chunk({}, "error"), COUNTS, DONE],
    "an unknown reason in mid-sentence": [chunk({"content": "Bees hum while"}), chunk({}, "zzz"), DONE],
    "a page": [b"<!DOCTYPE html><html><body>Sign in</body></html>"],
}


@pytest.mark.parametrize("name", FAILURES)
async def test_what_cannot_be_read_is_the_providers_fault(server: Server, name: str) -> None:
    sends(server, *FAILURES[name])

    with pytest.raises(ProviderError) as caught:
        await read(chat(server))

    assert caught.value.detail.startswith("OpenAI ")
    assert not {"<", "{", "It broke"} & set(caught.value.detail.split())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"message": "Try later.", "code": 429}}, ProviderError),
        ({"error": {"message": "No such model.", "type": "invalid_request_error"}}, ProviderRejected),
        ({"detail": [{"loc": ["body"], "msg": "It broke."}]}, ProviderError),
        ({"message": "It broke."}, ProviderError),
    ],
)
@pytest.mark.parametrize("make", [chat, claude])
async def test_an_error_object_with_status_200(
    server: Server, body: object, kind: type[ProviderError], make: Callable[[Server], Provider]
) -> None:
    sends(server, json.dumps(body).encode(), kind="application/json")

    with pytest.raises(kind):
        await read(make(server))


@pytest.mark.parametrize(
    "pieces",
    [
        [chunk({"content": "Bees hum while"}), DONE],
        [SAID],
        [DONE],
        [b""],
        [chunk({"content": "Bees hum"}), b'data: {"choices": [{"del'],
    ],
    ids=range(5),
)
async def test_an_end_that_is_none_is_a_cut(server: Server, pieces: list[bytes]) -> None:
    sends(server, *pieces)

    _, finish = await read(chat(server))

    assert finish is None


async def test_a_whole_reply_ends_though_the_connection_stays_open(server: Server) -> None:
    sends(server, SAID, STOP, 0.3, COUNTS, hold=True)

    assert await read(chat(server)) == (TEXT, Finish("stop", 321, 123))


@pytest.mark.parametrize("sign", [b": waiting\n\n", b"event: ping\ndata: null\n\n", chunk({}), b"\n"])
async def test_signs_of_life_are_no_reply(server: Server, sign: bytes) -> None:
    def endless(asked: object) -> Iterator[bytes | float]:
        while True:
            yield sign
            yield 0.05

    def later(asked: object) -> Iterator[bytes | float]:
        yield SAID
        yield from endless(asked)

    server.script.add(Raw(endless))
    server.script.add(Raw(later))

    with pytest.raises(ProviderTimeout, match="didn’t start answering"):
        await read(chat(server))
    with pytest.raises(ProviderTimeout, match="went silent"):
        await read(chat(server))


@pytest.mark.parametrize("status", [200, 500])
async def test_a_bomb_is_not_unpacked(server: Server, status: int) -> None:
    pack = zlib.compressobj(wbits=31)
    packed = [pack.compress(b"0" * 1_000_000) for _ in range(300)] + [pack.flush()]
    sends(server, *packed, status=status, headers=(("Content-Encoding", "gzip"),))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(ProviderError):
        await read(chat(server, Timeouts()))

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


async def test_a_redirect_takes_no_key_along(server: Server) -> None:
    elsewhere = (("Location", f"{server.url}/elsewhere/chat/completions"),)
    server.script.add(Failure(307, elsewhere, body={}), times=None)

    with pytest.raises(ProviderRejected, match="isn’t working on this site"):
        await read(chat(server))

    assert len(server.calls) == 1


@pytest.mark.parametrize("thoughts", ["reasoning", "reasoning_content", "thinking", "reasoning_details"])
async def test_thoughts_are_a_beginning_and_never_shown(server: Server, thoughts: str) -> None:
    said: object = [{"type": "reasoning.text", "text": "Hm."}] if thoughts.endswith("s") else "Hm."
    thinking = [piece for _ in range(5) for piece in (chunk({"content": "", thoughts: said}), 0.2)]
    sends(server, *thinking, SAID, STOP, COUNTS, DONE)

    assert (await read(chat(server)))[0] == TEXT


@pytest.mark.parametrize("reason", ["null", "stop_reason"])
async def test_a_claude_without_a_reason(server: Server, reason: str) -> None:
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": TEXT}}
    delta: dict[str, Any] = {"stop_reason": None} if reason == "null" else {}
    usage = {"usage": {"output_tokens": 123}}
    sends(server, event(block), event({"type": "message_delta", "delta": delta, **usage}))
    assert (await read(claude(server)))[1] is None

    server.script.clear()
    last = event({"type": "message_delta", "delta": delta, **usage}) + event({"type": "message_stop"})
    sends(server, event(block), last)
    assert await read(claude(server)) == (TEXT, Finish("stop", None, 123))


# Mutations ---------------------------------------------------------------------------------------

WORDS = [f"Bee {number} hums. " for number in range(6)]
VALID: list[Any] = [
    {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]},
    *({"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]} for word in WORDS),
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    {"choices": [], "usage": USAGE},
]
ODD: list[Any] = [None, 7, -1, True, "odd", "", [], {}, [None], [[]], {"a": 1}, 1e300, "null", [7], ["x"]]


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


def mutated(draw: random.Random) -> tuple[list[Any], set[str]]:
    """A valid stream with one odd value in it, and the texts that may be read from it."""
    chunks = copy.deepcopy(VALID)
    path = draw.choice(list(paths(chunks)))
    odd = draw.choice(ODD)
    target = chunks
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = odd
    whole = "".join(WORDS)
    number = path[0] - 1
    if not 0 <= number < len(WORDS):
        return chunks, {whole} | ({f"{odd}{whole}", f"{whole}{odd}"} if isinstance(odd, str) else set())
    before, after = "".join(WORDS[:number]), "".join(WORDS[number + 1 :])
    # A string where a string belongs is text, and an empty place is one.
    others = {f"{before}{odd if isinstance(odd, str) else ''}{after}", f"{before}x{after}"}
    return chunks, {whole} | others


@pytest.mark.parametrize("seed", range(200))
async def test_a_mutated_stream_is_right_or_the_providers_fault(server: Server, seed: int) -> None:
    chunks, texts = mutated(random.Random(seed))
    sends(server, *(event(each) for each in chunks), DONE)
    calls: list[Call] = []
    router = Router([chat(server, Timeouts())], on_call=calls.append, retry_policy=RetryPolicy(tries=1))
    page = Page()

    try:
        reply = await router.ask(prompt(), step="faq", sink=page)
    except ProviderError:
        assert [call.error for call in calls] == ["provider_error" if calls[0].finish_reason != "cut" else ""]
    else:
        assert reply.text in texts
        assert reply.text == page.text
        assert calls[0].output_tokens > 0
    assert len(calls) == len(server.calls) == 1
