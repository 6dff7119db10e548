"""Tells a customer that an invoice was paid, or that it could not be.

An event only says that there is an invoice to look at. What counts is what Stripe says about it when asked.
"""

from urllib.parse import urlsplit

import stripe
from django.conf import settings

from accounts.models import User
from billing.models import Notice
from billing.notices import queue
from billing.stripe.money import amount_of, shown

AT_CHECKOUT = "subscription_create"
"""The reason for an invoice whose payment its customer is making on Stripe's page, where they see it fail."""
MAX_LINES = 10
MAX_LINE = 200
"""Characters."""


def tell(user: User, invoice: stripe.Invoice) -> None:
    """Write the notice for the invoice as it is now, if there is one. In the caller's transaction."""
    if invoice.status == "paid" and invoice.amount_paid > 0 and not settings.STRIPE_SENDS_RECEIPTS:
        queue.record(user, Notice.Kind.RECEIPT, invoice.id, _facts(invoice, invoice.amount_paid))
    elif invoice.status == "open" and invoice.attempt_count > 0 and invoice.billing_reason != AT_CHECKOUT:
        queue.record(user, Notice.Kind.PAYMENT_FAILED, invoice.id, _facts(invoice, invoice.amount_remaining))


def _facts(invoice: stripe.Invoice, units: int) -> dict[str, str]:
    lines = (_one_line(line.description) for line in invoice.lines.data[:MAX_LINES])
    return {
        "amount": shown(amount_of(units, invoice.currency), invoice.currency),
        "lines": "\n".join(line for line in lines if line),
        "number": _one_line(invoice.number),
        "paid_at": str(invoice.status_transitions.paid_at or ""),
        "url": _address(invoice.hosted_invoice_url),
    }


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())[:MAX_LINE]


def _address(url: str | None) -> str:
    """Stripe's page of the invoice, where it can also be paid; empty if that is not what it looks like."""
    schemes = ("https", "http") if settings.DEVELOPMENT else ("https",)
    return url if url and urlsplit(url).scheme in schemes else ""
