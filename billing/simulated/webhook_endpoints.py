"""Webhook endpoints. The secret that signs their events is told once, in the reply that makes one."""

import secrets

from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import World, metadata, public

FIELDS = "url enabled_events description metadata"
CREATED = f"{FIELDS} api_version"
UPDATED = f"{FIELDS} disabled"
MOST = 16


def create(world: World, params: Params) -> Thing:
    if len(world.all("webhook_endpoint")) >= MOST:
        raise InvalidRequest(f"You have reached the maximum of {MOST} test webhook endpoints.")
    endpoint = add(world, params, f"whsec_{secrets.token_hex(16)}")
    return {**public(endpoint), "secret": endpoint["_secret"]}


def add(world: World, params: Params, secret: str) -> Thing:
    fields = {
        **{"api_version": params.get("api_version"), "application": None},
        **{"description": params.get("description"), "enabled_events": params["enabled_events"]},
        **{"metadata": metadata({}, params.get("metadata")), "status": "enabled", "url": _url(params["url"])},
        "_secret": secret,
    }
    return world.create("webhook_endpoint", fields)


def retrieve(world: World, params: Params, endpoint_id: str) -> Thing:
    return world.get("webhook_endpoint", endpoint_id)


def update(world: World, params: Params, endpoint_id: str) -> Thing:
    endpoint = world.get("webhook_endpoint", endpoint_id)
    given = dict(params)
    if "url" in given:
        _url(given["url"])
    if "metadata" in given:
        given["metadata"] = metadata(endpoint["metadata"], given["metadata"])
    if "disabled" in given:
        given["status"] = "disabled" if given.pop("disabled") else "enabled"
    return world.change(endpoint, **given)


def delete(world: World, params: Params, endpoint_id: str) -> Thing:
    world.forget(world.get("webhook_endpoint", endpoint_id))
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


def list_all(world: World, params: Params) -> Thing:
    return page(world.all("webhook_endpoint"), params, "/v1/webhook_endpoints")


def _url(url: str) -> str:
    if url.startswith(("http://", "https://")):
        return url
    raise InvalidRequest("Invalid URL: An explicit scheme (such as https) must be provided.", param="url")
