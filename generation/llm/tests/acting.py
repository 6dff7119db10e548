"""Providers that play what a test wrote, in fake time, and a sink that remembers."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from generation.llm.base import FULL, Call, Finish, Profile, Prompt, Text, WaitReason
from generation.llm.router import Router
from generation.llm.tests.clocks import Jumping

type Act = Sequence[str | float | Finish | Exception]
"""Text, seconds of waiting, the end, or a failure."""

GOOD: Act = ["Bees ", "hum.", Finish("stop", 10, 2)]
HALF: Act = ["Half a "]


@dataclass(eq=False)
class Actor:
    """Plays its acts in turn, one a call, and the last again and again."""

    time: Jumping
    acts: Sequence[Act]
    name: str = "openai"
    model: str = "m"
    profile: Profile = FULL
    began: list[float] = field(default_factory=list)
    """When each call came."""
    on_stage: int = 0
    """Streams that are open."""

    def most_tokens(self, prompt: Prompt) -> int:
        return prompt.max_tokens

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
        act = self.acts[min(len(self.began), len(self.acts) - 1)]
        self.began.append(self.time.now)
        self.on_stage += 1
        try:
            for piece in act:
                if isinstance(piece, str):
                    yield Text(piece)
                elif isinstance(piece, Finish):
                    yield piece
                elif isinstance(piece, Exception):
                    raise piece
                else:
                    await self.time.sleep(piece)
        finally:
            self.on_stage -= 1


@dataclass
class Page:
    """A sink."""

    text: str = ""
    restarts: list[str] = field(default_factory=list)

    def write(self, text: str) -> bool:
        self.text += text
        return True

    def restart(self, reason: str) -> None:
        assert self.text, "a reader is not told that nothing begins again"
        self.text = ""
        self.restarts.append(reason)


@dataclass
class Stage:
    """A router, all its actors, and what was heard of it."""

    time: Jumping = field(default_factory=Jumping)
    calls: list[Call] = field(default_factory=list)
    waits: list[tuple[str, float, WaitReason]] = field(default_factory=list)

    def actor(self, *acts: Act, name: str = "openai") -> Actor:
        return Actor(self.time, acts, name)

    def router(self, *actors: Actor, **more: object) -> Router:
        return Router(
            actors,
            on_call=self.calls.append,
            on_wait=lambda *wait: self.waits.append(wait),
            clock=self.time.clock,
            sleep=self.time.sleep,
            **more,  # type: ignore[arg-type]
        )

    def ends(self) -> list[tuple[str, str]]:
        """Who was called, and how it ended."""
        return [(call.provider, call.finish_reason) for call in self.calls]
