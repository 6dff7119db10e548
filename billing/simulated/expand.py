"""`expand[]=latest_invoice`: objects in the place of their ids."""

from billing.simulated.errors import InvalidRequest
from billing.simulated.store import Thing
from billing.simulated.world import World, public

MOST_LEVELS = 4


def expanded(world: World, reply: Thing, paths: list[str]) -> Thing:
    """A copy in which every path leads to an object. Raises InvalidRequest for one that leads to none."""
    for path in paths:
        if path.count(".") >= MOST_LEVELS:
            raise InvalidRequest(f"You cannot expand more than {MOST_LEVELS} levels of a property.")
        reply = _expanded(world, reply, path.split("."), path)
    return reply


def _expanded(world: World, thing: Thing, names: list[str], path: str) -> Thing:
    name, *rest = names
    if name not in thing:
        raise InvalidRequest(f"This property cannot be expanded ({path}).", param="expand")
    value = thing[name]
    if isinstance(value, list):
        return thing | {name: [_expanded(world, each, rest, path) for each in value] if rest else value}
    if isinstance(value, str):
        found = world.find(value)
        if found is None:
            raise InvalidRequest(f"This property cannot be expanded ({path}).", param="expand")
        value = public(found)
    if rest and isinstance(value, dict):
        value = _expanded(world, value, rest, path)
    return thing | {name: value}
