"""Pages of a list, newest first, as every list of Stripe's has them."""

from typing import Any

from billing.simulated.errors import InvalidRequest, Missing
from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import public

PAGING = "limit starting_after ending_before"


def page(things: list[Thing], params: Params, url: str) -> Thing:
    """The part of the list that the parameters ask for."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise InvalidRequest("This value must be between 1 and 100.", param="limit")
    found = [thing for thing in things if _in_time(thing["created"], params.get("created"))]
    if "starting_after" in params:
        found = found[_index(found, params, "starting_after") + 1 :]
    if "ending_before" in params:
        before = found[: _index(found, params, "ending_before")]
        part, more = before[-limit:], len(before) > limit
    else:
        part, more = found[:limit], len(found) > limit
    return {"object": "list", "data": [public(thing) for thing in part], "has_more": more, "url": url}


def _index(things: list[Thing], params: Params, param: str) -> int:
    for index, thing in enumerate(things):
        if thing["id"] == params[param]:
            return index
    raise Missing(things[0]["object"] if things else "object", params[param], param)


def _in_time(created: int, wanted: Any) -> bool:
    if isinstance(wanted, int):
        return created == wanted
    limits = wanted or {}
    return bool(
        created >= limits.get("gte", created)
        and created <= limits.get("lte", created)
        and created > limits.get("gt", created - 1)
        and created < limits.get("lt", created + 1)
    )
