"""What a run may still spend: no call begins whose max_cost outcome would not fit any more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from blogai.core.errors import CostLimitReached
from generation.llm.base import Call, Prompt, Provider
from generation.llm.metering import size_of
from generation.llm.pricing import price


class CostBudget:
    """The purse of one run, in US dollars. `limit` None: there is no end of it. Belongs to one event loop.

    A call holds what it may cost at most until it has ended; what it did cost is then spent. So the sum of
    all calls never passes the limit, however many go on at once, as far as providers keep to `max_tokens`.
    """

    def __init__(self, limit: Decimal | None = None, spent: Decimal = Decimal()) -> None:
        self.limit = limit
        self.spent = spent
        self._held = Decimal()
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def room_for(self, prompt: Prompt, provider: Provider) -> AsyncIterator[None]:
        """Holds room for one call. One that does not fit waits for those under way, which mostly cost less.

        Raises CostLimitReached when none is under way and it still does not fit.
        """
        most = max_cost(prompt, provider)
        async with self._changed:
            await self._changed.wait_for(lambda: self._fits(most) or not self._held)
            if not self._fits(most):
                raise CostLimitReached(
                    f"Its cost limit is ${self.limit:.4f}: ${self.spent:.4f} are spent, "
                    f"and the next call may cost ${most:.4f}."
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
    """What a call costs at most: its prompt at two bytes a token, and a reply of every token it may have."""
    read = size_of(prompt, in_bytes=True) // 2
    written = provider.most_tokens(prompt)
    cost, _ = price(provider.name, provider.model, input_tokens=read, output_tokens=written)
    return cost
