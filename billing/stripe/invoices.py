"""A customer's invoices, asked for when somebody looks at them: they are not stored here."""

from dataclasses import dataclass
from datetime import UTC, datetime

import stripe

from accounts.models import User
from billing.stripe import mirror
from billing.stripe.client import StripeMissing, serving
from billing.stripe.money import amount_of, shown
from blogai.core.db import in_database

PATIENCE = 10.0
"""Seconds for all calls of a request together."""
MOST = 24
"""Of a customer; all of them are in the portal."""
STATES = {"open": "Due", "paid": "Paid", "void": "Cancelled", "uncollectible": "Unpaid"}
"""What a status is called; one without a name (a draft) is not shown."""


@dataclass(frozen=True, slots=True)
class Invoice:
    number: str
    made_at: datetime
    amount: str
    state: str
    url: str
    """At Stripe, where it is paid and, if the bank wants that, confirmed."""
    pdf: str

    @property
    def due(self) -> bool:
        return self.state == "Due"


async def invoices_of(user: User) -> list[Invoice]:
    """Newest first. Raises Unavailable."""
    found: list[stripe.Invoice] = []
    async with serving(user, PATIENCE) as client:
        for customer_id in await in_database(mirror.customers_of)(user.pk):
            try:
                found += await client.invoices(customer_id, MOST)
            except StripeMissing:
                continue
    shown_ones = [each for each in found if each.status in STATES]
    return [_invoice(each) for each in sorted(shown_ones, key=lambda each: each.created, reverse=True)]


async def due_invoice(user: User) -> Invoice | None:
    """The newest that is not paid. Raises Unavailable."""
    return next((each for each in await invoices_of(user) if each.due and each.url), None)


def _invoice(invoice: stripe.Invoice) -> Invoice:
    return Invoice(
        number=invoice.number or "",
        made_at=datetime.fromtimestamp(invoice.created, UTC),
        amount=shown(amount_of(invoice.total, invoice.currency), invoice.currency),
        state=STATES[invoice.status or ""],
        url=invoice.hosted_invoice_url or "",
        pdf=invoice.invoice_pdf or "",
    )
