"""The model of test keys: a provider inside this process, without a server, a network or costs.

Its replies are what `writing` writes, true to the schema and as long as was asked for, at the pace of a fast
vendor, so that what a program sees of such a run differs in nothing but the text.
"""

import asyncio
from collections.abc import AsyncGenerator
from itertools import batched

from generation.llm.base import FULL, Finish, FinishReason, Profile, Prompt, Text
from generation.llm.pricing import SIMULATED
from generation.llm.simulated.asked import Asked
from generation.llm.simulated.calls import Pace
from generation.llm.simulated.speech import tokens_of

WORDS_PER_PIECE = 5
PACE = Pace(first_token=0.2, tokens_per_second=250)


class Sandbox:
    """A `base.Provider`."""

    name = SIMULATED
    profile: Profile = FULL

    def __init__(self, model: str) -> None:
        self.model = model

    def most_tokens(self, prompt: Prompt) -> int:
        return prompt.max_tokens

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
        asked = Asked(self.model, prompt.system, prompt.user, prompt.max_tokens, prompt.schema, stream=True)
        tokens = tokens_of(asked)
        written = tokens[: prompt.max_tokens]
        await asyncio.sleep(PACE.first_token)
        for piece in batched(written, WORDS_PER_PIECE):
            yield Text("".join(piece))
            await asyncio.sleep(len(piece) / PACE.tokens_per_second if PACE.tokens_per_second else 0)
        reason: FinishReason = "stop" if len(written) == len(tokens) else "length"
        yield Finish(reason, input_tokens=len(asked.prompt.split()), output_tokens=len(written))
