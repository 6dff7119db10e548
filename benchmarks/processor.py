"""The processor time of requests and posts in the process that answers, as multiples of floors.

Floors: a bare ASGI application under the same server; a minimal Django view with one query and the same
check of the key; OpenAI's SDK alone, making the calls of a post to the same provider. Needs Linux's /proc.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import openai

from benchmarks.at_once import write_at_once
from benchmarks.bench import Bench, body_of, require
from benchmarks.database import Database, Person
from benchmarks.results import Figure, Measured, interleaved
from benchmarks.servers import Server, client_of, environment_for, free_port, process, provider, serve
from benchmarks.wall import write
from generation.llm import simulated

SECTIONS = 5
CALLS = SECTIONS + 4
"""Of a post: its outline, introduction and sections, conclusion, questions and answers."""
RUNS = 20
"""In the list."""
POST_BAR = 1.7

type Request = dict[str, Any]


def measure(bench: Bench) -> Measured:
    times, posts, crowd = (100, 2, 10) if bench.quick else (200, 3, 50)
    bench.say("processor: recording the calls of a post …")
    requests = _requests(bench)
    with ExitStack() as running:
        # Twenty tokens a chunk show our own part best; vendors send one.
        bursts = running.enter_context(provider("generation.llm.simulated"))
        tokens = running.enter_context(provider("benchmarks.token_by_token"))
        server = running.enter_context(serve(bench.database, bursts))
        slow = running.enter_context(serve(bench.database, tokens))
        bench.say(f"processor: writing the {RUNS} posts of the list …")
        reader = bench.database.people[-1]  # nobody writes in their name later, so the list stays the same
        with client_of(server.url, reader) as client:
            for _ in range(RUNS):
                write(replace(server, client=client), SECTIONS)
        sides = [
            *(
                # the first two are fast, and the kernel counts in steps of 10 ms
                partial(route.seconds, times * (1 if number > 1 else 5))
                for number, route in enumerate(_routes(running, bench.database, server, reader))
            ),
            partial(running.enter_context(Sdk(bursts, requests)).seconds, posts),
            partial(_post_seconds, server, posts),
            partial(_crowd_seconds, server, crowd),
            partial(running.enter_context(Sdk(tokens, requests)).seconds, posts),
            partial(_post_seconds, slow, posts),
        ]
        for side in sides:
            side()  # warm-up: imports and connections
        bench.say("processor: measuring …")
        bare, live, minimal, poll, listed, sdk, post, crowded, sdk_tokens, post_tokens = interleaved(
            bench.rounds, *sides
        )
    return Measured(
        "processor: processor time of the process that answers, against a floor",
        [
            _ratio("/health/live, to a bare ASGI reply", live, bare, 2),
            _ratio("a poll of a run, to a minimal view", poll, minimal, 3),
            _ratio(f"a list of {RUNS} runs, to a minimal view", listed, minimal, 5),
            _ratio(f"a post of {CALLS} calls, to the SDK alone", post, sdk, POST_BAR),
            _ratio("the same, one token a chunk", post_tokens, sdk_tokens, POST_BAR),
            _ratio(f"each of {crowd} posts at once, to the SDK alone", crowded, sdk),
        ],
    )


def _ratio(what: str, ours: list[float], floor: list[float], bar: float | None = None) -> Figure:
    """The median of the rounds' ratios: a slow moment of the machine slows both sides of its round."""
    ratio = statistics.median(one / other for one, other in zip(ours, floor, strict=True))
    return Figure(what=what, value=ratio, bar=bar, of=f"{_milliseconds(ours)} against {_milliseconds(floor)}")


def _milliseconds(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.3g} ms"


def processor_time(pid: int) -> float:
    """Seconds of processor time, user and system, that the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _post_seconds(server: Server, posts: int) -> float:
    """For one post; the worker's other duties during that time are included."""
    before = processor_time(server.process.popen.pid)
    for _ in range(posts):
        write(server, SECTIONS)
    return (processor_time(server.process.popen.pid) - before) / posts


def _crowd_seconds(server: Server, posts: int) -> float:
    """For one of many posts at once."""
    before = processor_time(server.process.popen.pid)
    asyncio.run(write_at_once(server, posts, SECTIONS))
    return (processor_time(server.process.popen.pid) - before) / posts


@dataclass(frozen=True, slots=True)
class Route:
    """An address in a server process, and whether a reply is right."""

    client: httpx.Client
    pid: int
    path: str
    is_right: Callable[[httpx.Response], bool]

    def seconds(self, times: int) -> float:
        """For one request on a connection that is kept open."""
        before = processor_time(self.pid)
        for _ in range(times):
            reply = self.client.get(self.path)
            require(reply.status_code == 200 and self.is_right(reply), f"{self.path}: {reply.text[:300]}")
        return (processor_time(self.pid) - before) / times


def _routes(running: ExitStack, database: Database, server: Server, reader: Person) -> list[Route]:
    """A bare reply, /health/live, a minimal view, a poll and a list: from servers without a worker."""
    variables = environment_for(database, server.database, "http://127.0.0.1:9")
    minimal = {**variables, "DJANGO_SETTINGS_MODULE": "benchmarks.minimal_settings"}

    def web(application: str, environment: dict[str, str]) -> tuple[httpx.Client, int]:
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.web", port, application]
        started = running.enter_context(process(command, "serves", environment))
        client = running.enter_context(client_of(f"http://127.0.0.1:{port}", reader))
        return client, started.popen.pid

    bare = web("benchmarks.floors:bare", {})
    floor = web("benchmarks.minimal:application", minimal)
    ours = web("blogai.asgi:application", variables)
    runs = body_of(ours[0].get("/api/v1/runs"))["results"]
    require(len(runs) == RUNS, f"{len(runs)} runs are listed")
    run = runs[0]["id"]
    return [
        Route(*bare, "/", lambda reply: reply.text == "bare"),
        Route(*ours, "/health/live", lambda reply: bool(reply.json() == {"status": "alive"})),
        Route(*floor, f"/runs/{run}", lambda reply: bool(reply.json() == {"id": run, "status": "completed"})),
        Route(*ours, f"/api/v1/runs/{run}", lambda reply: bool(reply.json() == runs[0])),
        Route(*ours, "/api/v1/runs", lambda reply: bool(reply.json()["results"] == runs)),
    ]


def _requests(bench: Bench) -> list[Request]:
    """The bodies of the calls that the product makes for a post, in order."""
    with simulated.serve() as model, serve(bench.database, model.openai_url) as server:
        write(server, SECTIONS)
        require(len(model.calls) == CALLS, f"{len(model.calls)} calls for a post")
        return [call.body for call in model.calls]


class Sdk:
    """OpenAI's SDK in this process, with nothing of ours around it."""

    def __init__(self, model: str, requests: Sequence[Request]) -> None:
        self._client = openai.AsyncOpenAI(api_key="simulated", base_url=model, max_retries=0)
        self._rounds = (requests[:1], requests[1:-2], requests[-2:])
        self._runner = asyncio.Runner()

    def __enter__(self) -> "Sdk":
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._client.close())
        self._runner.close()

    def seconds(self, posts: int) -> float:
        """For the calls of one post, as many at once as the product makes."""
        before = time.process_time()
        for _ in range(posts):
            self._runner.run(self._post())
        return (time.process_time() - before) / posts

    async def _post(self) -> None:
        for requests in self._rounds:
            texts = await asyncio.gather(*map(self._text, requests))
            require(all(texts), "the SDK read an empty reply")

    async def _text(self, request: Request) -> str:
        pieces = []
        stream: Any = await self._client.chat.completions.create(**request)
        async for chunk in stream:
            pieces += [choice.delta.content or "" for choice in chunk.choices]
        return "".join(pieces)
