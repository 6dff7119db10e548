"""The customer portal: the plan, its changes, the card, invoices, and the way back."""

from typing import Any

from billing.simulated import customers, portal, subscriptions
from billing.simulated.api import Reply, Request
from billing.simulated.cards import CARDS
from billing.simulated.due import period_of
from billing.simulated.errors import InvalidRequest, StripeError
from billing.simulated.pages.rendering import day, page, price_text, redirect
from billing.simulated.periods import HOUR, money
from billing.simulated.store import Thing
from billing.simulated.world import World

OPEN_FOR = HOUR
REASONS = {
    "too_expensive": "It is too expensive",
    "missing_features": "Something is missing",
    "switched_service": "I use something else now",
    "unused": "I do not use it enough",
    "customer_service": "The support was not good enough",
    "too_complex": "It is too complicated",
    "low_quality": "The quality is too low",
    "other": "Another reason",
}
FLOWS = {
    "payment_method_update": "card",
    "subscription_cancel": "cancel",
    "subscription_update": "plans",
    "subscription_update_confirm": "plans",
}


def home(world: World, request: Request, session_id: str) -> Reply:
    """All that can be done; or, of a session for one task, that task."""
    session, customer = _open(world, session_id)
    flow = session["flow"]
    if flow and flow["type"] in FLOWS:
        where = FLOWS[flow["type"]]
        if flow["type"] == "subscription_update_confirm":
            where = f"plans/{flow['subscription_update_confirm']['items'][0]['price']}"
        return redirect(f"/p/session/{session_id}/{where}")
    found = [
        each
        for each in world.all("subscription", customer["id"])
        if each["status"] not in subscriptions.ENDED
    ]
    method = customers.default_method(world, customer)
    return page(
        "portal.html",
        **_common(session),
        features=portal.features_of(world, session),
        subscriptions=[_subscription(world, each) for each in found],
        card=method["card"] if method else None,
        invoices=[_invoice(each) for each in world.all("invoice", customer["id"])][:24],
    )


def plans(world: World, request: Request, session_id: str) -> Reply:
    session, customer = _open(world, session_id)
    subscription = subscriptions.current(world, customer["id"])
    current = subscription["items"]["data"][0]["price"]["id"]
    offers = [
        {
            "id": price["id"],
            "name": _name(world, price),
            "price": price_text(price),
            "current": price["id"] == current,
        }
        for price in portal.prices_to_choose(world, session)
    ]
    return page("plans.html", **_common(session), offers=offers)


def confirm_plan(world: World, request: Request, session_id: str, price_id: str, problem: str = "") -> Reply:
    """What the change costs now, or when it will come."""
    session, customer = _open(world, session_id)
    subscription = subscriptions.current(world, customer["id"])
    price = world.get("price", price_id)
    waits = portal.waits_for_period_end(world, session, subscription, price)
    lines = [] if waits else portal.due_now(world, session, subscription, price)
    balance = customer["balance"] or 0
    total = sum(each["amount"] for each in lines) + balance
    currency = price["currency"]
    return page(
        "confirm.html",
        402 if problem else 200,
        **_common(session),
        name=_name(world, price),
        price=price_text(price),
        from_day=day(period_of(subscription)[1]) if waits else "",
        lines=[{"text": each["description"], "amount": money(each["amount"], currency)} for each in lines],
        credit=money(balance, currency) if lines and balance else "",
        due=money(max(0, total), currency),
        action=request.path,
        problem=problem,
    )


def change_plan(world: World, request: Request, session_id: str, price_id: str) -> Reply:
    session, customer = _open(world, session_id)
    subscription = subscriptions.current(world, customer["id"])
    portal.change_plan(world, session, subscription, price_id)
    return _done(session, "Your plan has been changed.")


def confirm_cancel(world: World, request: Request, session_id: str) -> Reply:
    session, customer = _open(world, session_id)
    features = portal.features_of(world, session)["subscription_cancel"]
    asked = features["cancellation_reason"]["options"] if features["cancellation_reason"]["enabled"] else []
    subscription = subscriptions.current(world, customer["id"])
    return page(
        "cancel.html",
        **_common(session),
        reasons=[(name, REASONS[name]) for name in asked],
        until=day(period_of(subscription)[1]) if features["mode"] == "at_period_end" else "",
        action=request.path,
    )


def cancel(world: World, request: Request, session_id: str) -> Reply:
    session, customer = _open(world, session_id)
    reason = request.form.get("reason", "")
    portal.cancel(
        world, session, subscriptions.current(world, customer["id"]), reason if reason in REASONS else ""
    )
    return _done(session, "Your plan has been canceled.")


def resume(world: World, request: Request, session_id: str) -> Reply:
    session, customer = _open(world, session_id)
    portal.resume(world, session, subscriptions.current(world, customer["id"]))
    return redirect(f"/p/session/{session_id}")


def choose_card(world: World, request: Request, session_id: str, problem: str = "") -> Reply:
    session, _ = _open(world, session_id)
    status = 400 if problem else 200
    return page(
        "card.html", status, **_common(session), cards=CARDS.values(), action=request.path, problem=problem
    )


def use_card(world: World, request: Request, session_id: str) -> Reply:
    session, customer = _open(world, session_id)
    try:
        customers.attach_card(world, customer, request.form.get("card", ""))
    except StripeError as error:
        return choose_card(world, request, session_id, error.message)
    return _done(session, "Your card has been changed.")


def _open(world: World, session_id: str) -> tuple[Thing, Thing]:
    """The session and its customer. Raises InvalidRequest for one that is over."""
    session = world.get("billing_portal.session", session_id)
    if world.now > session["created"] + OPEN_FOR:
        raise InvalidRequest("This link has expired. Please go back to the site and open the portal again.")
    return session, customers.existing(world, session["customer"])


def _done(session: Thing, text: str) -> Reply:
    completion = (session["flow"] or {}).get("after_completion", {"type": "portal_homepage"})
    if completion["type"] == "redirect":
        return redirect(completion["redirect"]["return_url"])
    if session["flow"]:
        return page("message.html", title=text, text="", back=session["return_url"])
    return redirect(f"/p/session/{session['id']}")


def _common(session: Thing) -> dict[str, Any]:
    here = f"/p/session/{session['id']}"
    return {
        "here": here,
        "back": session["return_url"] if session["flow"] else here,
        "leave": session["return_url"],
    }


def _subscription(world: World, subscription: Thing) -> dict[str, Any]:
    price = subscription["items"]["data"][0]["price"]
    schedule = world.find(subscription["schedule"]) if subscription["schedule"] else None
    following = world.get("price", schedule["phases"][1]["items"][0]["price"]) if schedule else None
    return {
        "name": _name(world, price),
        "price": price_text(price),
        "status": subscription["status"].replace("_", " "),
        "renews": day(period_of(subscription)[1]),
        "ends": day(subscription["cancel_at"]),
        "following": _name(world, following) if following else "",
    }


def _invoice(invoice: Thing) -> dict[str, Any]:
    return {
        "url": f"/i/{invoice['id']}",
        "day": day(invoice["created"]),
        "amount": money(invoice["total"], invoice["currency"]),
        "status": invoice["status"],
    }


def _name(world: World, price: Thing) -> str:
    return str(world.get("product", price["product"])["name"])
