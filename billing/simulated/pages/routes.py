"""Which page is where, and who may press its buttons."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from billing.simulated import renewals
from billing.simulated.api import Reply, Request
from billing.simulated.errors import StripeError
from billing.simulated.pages import checkout, control, invoice, portal
from billing.simulated.pages.rendering import page, stylesheet
from billing.simulated.store import Store
from billing.simulated.world import World

type View = Callable[..., Reply]

ID = "([A-Za-z0-9_]+)"
ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/", control.show),
    ("POST", "/clock", control.advance),
    ("POST", "/behaviour", control.set_behaviour),
    ("POST", f"/customers/{ID}", control.act),
    ("GET", f"/c/pay/{ID}", checkout.show),
    ("POST", f"/c/pay/{ID}", checkout.pay),
    ("GET", f"/3ds/{ID}", checkout.ask_bank),
    ("POST", f"/3ds/{ID}", checkout.answer_of_bank),
    ("GET", f"/i/{ID}", invoice.show),
    ("POST", f"/i/{ID}", invoice.pay),
    ("GET", f"/p/session/{ID}", portal.home),
    ("GET", f"/p/session/{ID}/plans", portal.plans),
    ("GET", f"/p/session/{ID}/plans/{ID}", portal.confirm_plan),
    ("POST", f"/p/session/{ID}/plans/{ID}", portal.change_plan),
    ("GET", f"/p/session/{ID}/cancel", portal.confirm_cancel),
    ("POST", f"/p/session/{ID}/cancel", portal.cancel),
    ("POST", f"/p/session/{ID}/resume", portal.resume),
    ("GET", f"/p/session/{ID}/card", portal.choose_card),
    ("POST", f"/p/session/{ID}/card", portal.use_card),
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def respond(store: Store, origin: str, request: Request) -> Reply:
    """The page. Other sites can neither read these pages under a name of their own nor press buttons here."""
    host = request.headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in LOOPBACK:
        return page("message.html", 403, title="Only from this machine", text="Open it as 127.0.0.1.")
    if request.method == "POST" and request.headers.get("origin", f"http://{host}") != f"http://{host}":
        return page("message.html", 403, title="From another site", text="Buttons work on these pages only.")
    if request.path == "/style.css":
        return stylesheet()
    method = "GET" if request.method == "HEAD" else request.method
    for wanted, pattern, view in ROUTES:
        if method == wanted and (found := re.fullmatch(pattern, request.path)):
            return _show(store, origin, request, view, found.groups())
    return page("message.html", 404, title="There is no such page", text="Is its address complete?")


def _show(store: Store, origin: str, request: Request, view: View, ids: tuple[str, ...]) -> Reply:
    renewals.catch_up(store, origin)
    try:
        with store.transaction():
            return view(World.at_present(store, origin), request, *ids)
    except StripeError as error:
        if view is portal.change_plan:
            session_id, price_id = ids
            with store.transaction():
                world = World.at_present(store, origin)
                return portal.confirm_plan(world, request, session_id, price_id, error.message)
        return page("message.html", error.status, title="That did not work", text=error.message)
