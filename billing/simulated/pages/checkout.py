"""Checkout: what is bought, a card to choose, and a way back. And the bank that some cards ask first."""

from typing import Any

from billing.simulated import checkout
from billing.simulated.api import Reply, Request
from billing.simulated.cards import CARDS
from billing.simulated.errors import StripeError
from billing.simulated.pages.rendering import page, price_text, redirect
from billing.simulated.payments import Outcome
from billing.simulated.periods import money
from billing.simulated.store import Thing
from billing.simulated.world import World

NO_CODES = "This code is invalid: the simulated Stripe has no promotion codes."


def show(world: World, request: Request, session_id: str) -> Reply:
    return _session_page(world, world.get("checkout.session", session_id))


def pay(world: World, request: Request, session_id: str) -> Reply:
    session = world.get("checkout.session", session_id)
    if session["status"] != "open":
        return _session_page(world, session)
    if request.form.get("code"):
        return _session_page(world, session, status=400, problem=NO_CODES)
    try:
        outcome = checkout.pay(world, session, request.form.get("card", ""))
    except StripeError as error:
        return _session_page(world, session, status=error.status, problem=error.message)
    return _after(world, session, outcome, request.form["card"])


def ask_bank(world: World, request: Request, intent_id: str) -> Reply:
    intent = world.get("payment_intent", intent_id)
    if intent["status"] != "requires_action":
        return page("message.html", 410, title="Nothing to confirm", text="This payment has been decided.")
    return page("bank.html", amount=money(intent["amount"], intent["currency"]), action=request.path)


def answer_of_bank(world: World, request: Request, intent_id: str) -> Reply:
    intent = world.get("payment_intent", intent_id)
    invoice, outcome = checkout.answer_of_bank(world, intent, yes=request.form.get("answer") == "yes")
    session = checkout.session_of(world, invoice)
    if session and invoice["billing_reason"] == "subscription_create":
        return _after(world, session, outcome)
    return redirect(f"/i/{invoice['id']}")


def _after(world: World, session: Thing, outcome: Outcome | None, chosen: str = "") -> Reply:
    """Where the customer goes when the payment is made, was declined, or waits for the bank."""
    if outcome and outcome.state == "asks":
        return redirect(f"/3ds/{outcome.intent['id']}")
    if outcome and outcome.state == "declined":
        return _session_page(world, session, status=402, problem=outcome.error().message, chosen=chosen)
    return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _session_page(
    world: World, session: Thing, status: int = 200, problem: str = "", chosen: str = ""
) -> Reply:
    if session["status"] != "open":
        return page(
            "message.html",
            410,
            title="This order has been paid for"
            if session["status"] == "complete"
            else "This order has expired",
            text="Go back and start again to buy another plan.",
            back=session["cancel_url"],
        )
    customer = world.find(session["customer"]) if session["customer"] else None
    trial = session["_subscription_data"].get("trial_period_days")
    context: dict[str, Any] = {
        "items": [{"name": i["description"], "price": price_text(i["price"])} for i in session["_items"]],
        "total": money(session["amount_total"], session["currency"]),
        "trial": trial,
        "email": customer["email"] if customer else session["customer_email"],
        "cards": CARDS.values(),
        "codes": session["allow_promotion_codes"],
        "tax": session["automatic_tax"]["enabled"],
        "action": f"/c/pay/{session['id']}",
        "back": session["cancel_url"],
        "problem": problem,
        "chosen": chosen,
    }
    return page("checkout.html", status, **context)
