"""Tests a provider's key, address and model with one small call."""

import asyncio
from contextlib import aclosing

from blogai.core.errors import ProviderTimeout, UnusableReply
from generation.llm.base import Finish, Prompt, Provider, Text

SECONDS = 90
"""Upper bound for the whole call. A local server may have to load the model first."""

PROMPT = Prompt(
    system="You are testing a connection.", user="Answer with the word: ready.", max_tokens=16, temperature=0
)


async def try_out(provider: Provider) -> None:
    """Return once the model starts to answer; the text does not matter.

    Raises ProviderError and its kinds, and ProviderTimeout.
    """
    try:
        async with asyncio.timeout(SECONDS), aclosing(provider.stream(PROMPT)) as reply:
            async for piece in reply:
                if isinstance(piece, Finish) or (isinstance(piece, Text) and piece.text):
                    return
    except TimeoutError:
        raise ProviderTimeout(f"No answer within {SECONDS} seconds.") from None
    raise UnusableReply("The reply contained no answer.")
