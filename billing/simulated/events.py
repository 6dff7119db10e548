"""Events, for whoever has missed their deliveries."""

from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import World

LISTED = "type types created delivery_success"


def retrieve(world: World, params: Params, event_id: str) -> Thing:
    return world.get("event", event_id)


def list_all(world: World, params: Params) -> Thing:
    if "type" in params and "types" in params:
        raise InvalidRequest("You may only specify one of these parameters: type, types.", param="types")
    patterns = params.get("types") or [params.get("type", "*")]
    delivered = params.get("delivery_success")
    events = [
        event
        for event in world.all("event")
        if any(_fits(event["type"], pattern) for pattern in patterns)
        and (delivered is None or delivered is (event["pending_webhooks"] == 0))
    ]
    return page(events, params, "/v1/events")


def _fits(kind: str, pattern: str) -> bool:
    return kind.startswith(pattern[:-1]) if pattern.endswith("*") else kind == pattern
