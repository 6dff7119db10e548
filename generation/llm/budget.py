"""What a run may still spend: no call begins that could cost more than is left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from blogai.core.errors import CostLimitReached
from generation.llm.base import Call, Prompt, Provider
from generation.llm.metering import size_of
from generation.llm.pricing import price


class CostBudget:
    """The cost limit of one run, in US dollars; None: there is none. Belongs to one event loop.

    A call reserves the most that it may cost; when it has ended, what it did cost counts as spent. So the sum
    of all calls stays within the limit however many run at once, as far as providers keep to `max_tokens`.
    """

    def __init__(self, limit: Decimal | None = None, spent: Decimal = Decimal()) -> None:
        self.limit = limit
        self.spent = spent
        self._held = Decimal()
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def room_for(self, prompt: Prompt, provider: Provider) -> AsyncIterator[None]:
        """Reserves the cost of one call. One that does not fit waits for others, which mostly cost less.

        Raises CostLimitReached when none is under way and it still does not fit.
        """
        most = max_cost(prompt, provider)
        async with self._changed:
            await self._changed.wait_for(lambda: self._fits(most) or not self._held)
            if not self._fits(most):
                raise CostLimitReached(
                    f"This post’s cost limit is ${self.limit:.4f}. ${self.spent:.4f} is spent, and the next "
                    f"call may cost ${most:.4f}."
                )
            self._held += most
        try:
            yield
        finally:
            self._held -= most
            async with self._changed:
                self._changed.notify_all()

    def pay(self, call: Call) -> None:
        self.spent += call.cost_usd

    def _fits(self, most: Decimal) -> bool:
        return self.limit is None or self.spent + self._held + most <= self.limit


def max_cost(prompt: Prompt, provider: Provider) -> Decimal:
    """The most a call can cost: its prompt at two bytes a token, and a reply of as many tokens as allowed."""
    read = size_of(prompt, in_bytes=True) // 2
    written = provider.most_tokens(prompt)
    cost, _ = price(provider.name, provider.model, input_tokens=read, output_tokens=written)
    return cost
