"""Compares JSON with the annotated classes of Stripe's SDK, field by field."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from importlib import import_module
from types import NoneType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import stripe
from stripe import ListObject, StripeObject
from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import UntypedStripeObject

SCALARS = (str, int, bool, float, Decimal, NoneType)
MODULES = (stripe, stripe.checkout, stripe.billing_portal, stripe.test_helpers)


def problems(thing: dict[str, Any]) -> list[str]:
    """What the SDK would say about it: fields that it does not know, misses, or has of another type."""
    return [*_object(thing, _class(thing["object"]), thing["object"])]


def _class(name: str) -> type[StripeObject]:
    """By the name in `object`."""
    module, class_name = OBJECT_CLASSES[name]
    found: type[StripeObject] = getattr(import_module(module), class_name)
    return found


def _object(value: dict[str, Any], kind: type[StripeObject], path: str) -> Iterator[str]:
    hints = {name: hint for name, hint in kind.__annotations__.items() if not name.isupper()}  # OBJECT_NAME
    for name in value.keys() - hints.keys():
        yield f"{path}.{name} is unknown to the SDK"
    for name, hint in hints.items():
        if name in value:
            yield from _value(value[name], hint, kind, f"{path}.{name}")
        elif NoneType not in _kinds(hint) and not value.get("deleted"):
            yield f"{path}.{name} is missing"


def _value(value: Any, hint: Any, owner: type[StripeObject], path: str) -> Iterator[str]:
    if hint is Any:
        return
    kinds = [_resolved(kind, owner) for kind in _kinds(hint)]
    literals = [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
    if literals and isinstance(value, str | bool):  # a `str` beside them is for words of later versions
        if value not in literals:
            yield f"{path} is {value!r}, none of {literals[:20]}"
        return
    fitting = [kind for kind in kinds if _fits(value, kind)]
    if not fitting:
        yield f"{path} is {value!r}, not {hint}"
    elif isinstance(value, dict):
        yield from _tree(value, fitting[0], owner, path)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _value(each, get_args(fitting[0])[0], owner, f"{path}[{number}]")


def _tree(value: dict[str, Any], kind: Any, owner: type[StripeObject], path: str) -> Iterator[str]:
    origin = get_origin(kind) or kind
    if origin is ListObject:
        if value.keys() != {"object", "data", "has_more", "url"}:
            yield f"{path} is no list of Stripe's"
        for number, each in enumerate(value["data"]):
            yield from _value(each, get_args(kind)[0], owner, f"{path}.data[{number}]")
    elif origin is UntypedStripeObject:
        for name, each in value.items():
            yield from _value(each, get_args(kind)[0], owner, f"{path}.{name}")
    elif kind is not dict:
        yield from _object(value, kind, path)


def _fits(value: Any, kind: Any) -> bool:
    origin = get_origin(kind) or kind
    if origin is Decimal:
        return isinstance(value, str) and _is_decimal(value)
    if origin in SCALARS:
        return type(value) is origin
    if isinstance(origin, type) and issubclass(origin, StripeObject | dict):
        return isinstance(value, dict) and (
            "object" not in value or value["object"] == getattr(origin, "OBJECT_NAME", value["object"])
        )
    return origin is list and isinstance(value, list)


def _is_decimal(value: str) -> bool:
    try:
        Decimal(value)
    except InvalidOperation:
        return False
    return True


def _kinds(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) is Union else (hint,)


def _resolved(kind: Any, owner: type[StripeObject]) -> Any:
    """The class behind a name: of the owner's own module first."""
    name = kind.__forward_arg__ if isinstance(kind, ForwardRef) else kind
    if not isinstance(name, str):
        return kind
    name = name.removesuffix(
        "Resource"
    )  # as modules of the SDK call a class with the name of one of their own
    modules = sorted(MODULES, key=lambda module: not owner.__module__.startswith(f"{module.__name__}._"))
    found = [getattr(module, name) for module in modules if hasattr(module, name)]
    assert found, f"{owner.__name__} speaks of {name}, which the SDK has not"
    return found[0]
