"""Products: what prices are for."""

from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import World, metadata

FIELDS = (
    "name active description metadata images marketing_features statement_descriptor tax_code unit_label url"
)
LISTED = "active ids created url"


def create(world: World, params: Params) -> Thing:
    given = dict(params)
    product_id = given.pop("id", None)
    if product_id and world.store.get(product_id):
        raise InvalidRequest("Product already exists.", code="resource_already_exists", param="id")
    fields = {
        **{"active": True, "default_price": None, "description": None, "images": []},
        **{"marketing_features": [], "package_dimensions": None, "shippable": None, "type": "service"},
        **{"statement_descriptor": None, "tax_code": None, "unit_label": None, "url": None},
        **{"updated": world.now, **given, "metadata": metadata({}, given.get("metadata"))},
    }
    if product_id:
        fields["id"] = product_id
    return world.create("product", fields, "product.created")


def retrieve(world: World, params: Params, product_id: str) -> Thing:
    return world.get("product", product_id)


def update(world: World, params: Params, product_id: str) -> Thing:
    product = world.get("product", product_id)
    given = {name: value if value != "" else None for name, value in params.items()}
    if "metadata" in params:
        given["metadata"] = metadata(product["metadata"], params["metadata"])
    return world.change(product, "product.updated", **given, updated=world.now)


def delete(world: World, params: Params, product_id: str) -> Thing:
    product = world.get("product", product_id)
    if any(price["product"] == product_id for price in world.all("price")):
        raise InvalidRequest(
            "This product cannot be deleted because it has one or more user-created prices.", param="id"
        )
    world.forget(product)
    gone = {"id": product_id, "object": "product", "deleted": True}
    world.emit("product.deleted", product)
    return gone


def list_all(world: World, params: Params) -> Thing:
    products = [
        product
        for product in world.all("product")
        if product["active"] is params.get("active", product["active"])
        and product["id"] in params.get("ids", [product["id"]])
        and product["url"] == params.get("url", product["url"])
    ]
    return page(products, params, "/v1/products")
