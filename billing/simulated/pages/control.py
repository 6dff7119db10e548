"""The control page: the clock, faults, customers, and what was delivered."""

from typing import Any

from billing.simulated import disputes, refunds, renewals
from billing.simulated.api import Reply, Request
from billing.simulated.due import period_of
from billing.simulated.pages.rendering import day, moment, page, price_text, redirect
from billing.simulated.periods import DAY
from billing.simulated.store import Store, Thing
from billing.simulated.world import World, ahead

FAULTS = (
    ("", "None", "Everything works."),
    ("down", "Down", "Every request to the API gets a 503."),
    ("refused", "Refused", "Every request gets a 401: the key is wrong."),
    ("busy", "Busy", "Every request gets a 429: too many of them."),
    ("slow", "Slow", "Every request takes three seconds."),
    ("lost", "Lost events", "Events happen, and nobody is told."),
)
AFTER_RETRIES = (
    ("cancel", "is canceled"),
    ("unpaid", "becomes unpaid"),
    ("past_due", "stays past due"),
)
STEPS = {
    "hour": {"hours": 1},
    "day": {"days": 1},
    "week": {"days": 7},
    "month": {"months": 1},
    "year": {"years": 1},
}


def show(world: World, request: Request) -> Reply:
    store = world.store
    return page(
        "control.html",
        now=moment(world.now),
        ahead=_ahead(store),
        steps=STEPS,
        faults=FAULTS,
        fault=store.setting("fault", ""),
        after_retries=AFTER_RETRIES,
        after=store.setting("after_retries", "cancel"),
        disorder=store.setting("disorder", True),
        customers=[_customer(world, each) for each in world.all("customer")[:50] if not each.get("deleted")],
        endpoints=[each["url"] for each in world.all("webhook_endpoint")],
        deliveries=_deliveries(world),
        waiting=store.select("SELECT count(*) FROM deliveries WHERE due IS NOT NULL")[0][0],
    )


def advance(world: World, request: Request) -> Reply:
    renewals.advance(world.store, world.origin, **STEPS.get(request.form.get("by", ""), {}))
    return redirect("/")


def set_behaviour(world: World, request: Request) -> Reply:
    """Faults, and what is done about renewals that are never paid."""
    form = request.form
    if form.get("fault") in {name for name, *_ in FAULTS}:
        world.store.set("fault", form["fault"])
    if form.get("after_retries") in {name for name, _ in AFTER_RETRIES}:
        world.store.set("after_retries", form["after_retries"])
    world.store.set("disorder", "disorder" in form)
    return redirect("/")


def act(world: World, request: Request, customer_id: str) -> Reply:
    """Upon a customer: their next payment fails, or their last one is refunded or disputed."""
    customer = world.get("customer", customer_id)
    match request.form.get("do"):
        case "fail":
            world.change(customer, _fail_next=True)
        case "refund" if charge := _last_charge(world, customer_id):
            refunds.create(world, {"charge": charge["id"]})
        case "dispute" if charge := _last_charge(world, customer_id):
            disputes.begin(world, charge)
    return redirect("/")


def _last_charge(world: World, customer_id: str) -> Thing | None:
    charges = world.all("charge", customer_id)
    return next((c for c in charges if c["paid"] and not c["refunded"] and not c["disputed"]), None)


def _customer(world: World, customer: Thing) -> dict[str, Any]:
    owed = [each for each in world.all("invoice", customer["id"]) if each["status"] == "open"]
    return {
        "id": customer["id"],
        "email": customer["email"],
        "fails": customer["_fail_next"],
        "subscriptions": [_subscription(each) for each in world.all("subscription", customer["id"])[:5]],
        "can_refund": _last_charge(world, customer["id"]) is not None,
        "owed": [f"/i/{each['id']}" for each in owed],
    }


def _subscription(subscription: Thing) -> dict[str, Any]:
    return {
        "id": subscription["id"],
        "status": subscription["status"].replace("_", " "),
        "price": price_text(subscription["items"]["data"][0]["price"]),
        "until": day(period_of(subscription)[1]),
    }


def _deliveries(world: World) -> list[dict[str, Any]]:
    sql = "SELECT event, attempts, status, due FROM deliveries ORDER BY id DESC LIMIT 30"
    found = []
    for event_id, attempts, status, due in world.store.select(sql):
        event = world.find(event_id)
        state = (
            "delivered" if status and 200 <= status < 300 else "waiting" if due is not None else "given up"
        )
        kind = event["type"] if event else "forgotten"
        found.append(
            {
                "type": kind,
                "state": state,
                "attempts": attempts,
                "status": status or ("no answer" if attempts else ""),
            }
        )
    return found


def _ahead(store: Store) -> str:
    seconds = ahead(store)
    return (
        f"{seconds // DAY} days and {seconds % DAY // 3600} hours ahead of now" if seconds else "the present"
    )
