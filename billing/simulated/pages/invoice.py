"""The hosted invoice: what it is for, and a way to pay it while it is open."""

from billing.simulated import checkout, collection, customers
from billing.simulated.api import Reply, Request
from billing.simulated.cards import CARDS
from billing.simulated.errors import StripeError
from billing.simulated.pages.rendering import day, page, redirect
from billing.simulated.periods import money
from billing.simulated.world import World


def show(world: World, request: Request, invoice_id: str, status: int = 200, problem: str = "") -> Reply:
    invoice = world.get("invoice", invoice_id)
    currency = invoice["currency"]
    balance = (invoice["ending_balance"] or 0) - invoice["starting_balance"]
    return page(
        "invoice.html",
        status,
        number=invoice["number"] or "Draft",
        status=invoice["status"],
        day=day(invoice["created"]),
        email=invoice["customer_email"],
        lines=[
            {
                "text": line["description"],
                "period": f"{day(line['period']['start'])} – {day(line['period']['end'])}",
                "amount": money(line["amount"], currency),
            }
            for line in invoice["lines"]["data"]
        ],
        total=money(invoice["total"], currency),
        credit=money(balance, currency) if balance else "",
        due=money(invoice["amount_due"], currency),
        cards=CARDS.values() if invoice["status"] == "open" else [],
        action=f"/i/{invoice_id}",
        problem=problem,
    )


def pay(world: World, request: Request, invoice_id: str) -> Reply:
    invoice = world.get("invoice", invoice_id)
    if invoice["status"] != "open":
        return redirect(f"/i/{invoice_id}")
    customer = customers.existing(world, invoice["customer"])
    try:
        method = customers.attach_card(world, customer, request.form.get("card", ""))
    except StripeError as error:
        return show(world, request, invoice_id, error.status, error.message)
    outcome = collection.collect(world, invoice, method=method, present=True)
    checkout.complete_if_paid(world, invoice)
    if outcome and outcome.state == "asks":
        return redirect(f"/3ds/{outcome.intent['id']}")
    if outcome and outcome.state == "declined":
        return show(world, request, invoice_id, 402, outcome.error().message)
    return redirect(f"/i/{invoice_id}")
