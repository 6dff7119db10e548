"""The parameters of a request: from `items[0][price]=price_1` to what the SDK's types say they are.

The SDK describes every parameter of every endpoint. What it does not know, or knows with another type, is
refused in Stripe's words. So is, in ours, what Stripe takes and this simulation does not: nothing is ignored.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import stripe
from stripe import params as sdk

from billing.simulated.errors import InvalidRequest

type Params = dict[str, Any]

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
UNKNOWN_TO_THE_SDK_AT_RUNTIME = {"Mapping": Mapping, "StripeContext": object}
"""Names that its annotations use and import only for type checkers."""
OPTIONS = frozenset(stripe.RequestOptions.__annotations__)
"""They are parameters of the SDK's functions, not of a request."""
UNSET = ""
"""What an empty value becomes where it may stand: the caller takes something away."""


def read(pairs: Iterable[tuple[str, str]], kind: str, accepted: str) -> Params:
    """The parameters, of a type of the SDK's such as "checkout.SessionCreateParams". Raises InvalidRequest.

    `accepted` names those that the simulation knows what to do about.
    """
    spec: Any = sdk
    for name in kind.split("."):
        spec = getattr(spec, name)
    values: Params = _convert(_nested(pairs), spec, "")
    for name in values:
        if name not in (*accepted.split(), "expand"):
            raise InvalidRequest(f"The simulated Stripe does not know what to do about {name}.", param=name)
    return values


def _nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][]=c` as {"a": {"b": {"0": "c"}}}."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        found = NAME.fullmatch(name)
        if not found:
            raise InvalidRequest(f"Invalid request: the parameter {name!r} has no name of a parameter.")
        keys = [found[1], *re.findall(r"\[([^\[\]]*)\]", found[2])]
        place = tree
        for key in keys[:-1]:
            place = place.setdefault(key or str(len(place)), {})
            if not isinstance(place, dict):
                raise InvalidRequest(
                    "Invalid request: a parameter is a value and a list at once.", param=name
                )
        place[keys[-1] or str(len(place))] = value
    return tree


def _convert(value: Any, hint: Any, param: str) -> Any:
    """The value as one of the hint's types."""
    kinds = _kinds(hint)
    if isinstance(value, dict):
        return _convert_tree(value, kinds, param)
    choices = [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind) if word]
    if value == "":
        return _convert_empty(kinds, param)
    if value in choices:
        return value
    for kind in kinds:
        if kind in SCALARS and not (kind is str and choices):
            return SCALARS[kind](value, param)
    if choices:
        raise InvalidRequest(f"Invalid {param}: must be one of {', '.join(choices)}", param=param)
    raise InvalidRequest("Invalid object" if param else "Invalid request", param=param)


def _convert_empty(kinds: tuple[Any, ...], param: str) -> str:
    if any(get_origin(kind) is Literal and "" in get_args(kind) for kind in kinds):
        return UNSET
    if any(get_origin(kind) is list for kind in kinds):
        raise InvalidRequest("Invalid array", param=param)
    raise InvalidRequest(
        f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset a "
        f"parameter; however '{param}' cannot be unset. You should remove '{param}' from your request or "
        "supply a non-empty value.",
        code="parameter_invalid_empty",
        param=param,
    )


def _convert_tree(tree: dict[str, Any], kinds: tuple[Any, ...], param: str) -> Any:
    for kind in kinds:
        if _is_typed_dict(kind):
            return _convert_fields(tree, kind, param)
        if get_origin(kind) is list:
            of = get_args(kind)[0]
            return [_convert(tree[key], of, f"{param}[{key}]") for key in sorted(tree, key=_place)]
        if get_origin(kind) is dict:
            return {key: str(each) for key, each in tree.items()}
    raise InvalidRequest(f"Invalid {param}: it takes a single value.", param=param)


def _convert_fields(tree: dict[str, Any], spec: Any, param: str) -> Params:
    hints, required = _fields(spec)
    for name in tree:
        if name not in hints:
            unknown = _inside(param, name)
            raise InvalidRequest(
                f"Received unknown parameter: {unknown}", code="parameter_unknown", param=unknown
            )
    for name in sorted(required - {*tree}):
        missing = _inside(param, name)
        raise InvalidRequest(f"Missing required param: {missing}.", code="parameter_missing", param=missing)
    return {name: _convert(value, hints[name], _inside(param, name)) for name, value in tree.items()}


@cache
def _fields(spec: Any) -> tuple[dict[str, Any], frozenset[str]]:
    hints = get_type_hints(spec, localns=UNKNOWN_TO_THE_SDK_AT_RUNTIME)
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}, spec.__required_keys__


def _kinds(hint: Any) -> tuple[Any, ...]:
    """The members of a union."""
    if hint in SCALARS or _is_typed_dict(hint) or get_origin(hint) in (list, dict, Literal):
        return (hint,)
    return tuple(kind for kind in get_args(hint) if kind is not NoneType)


def _is_typed_dict(kind: Any) -> bool:
    return hasattr(
        kind, "__required_keys__"
    )  # of typing_extensions, which `typing.is_typeddict` does not know


def _inside(param: str, name: str) -> str:
    return f"{param}[{name}]" if param else name


def _place(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isascii() and key.isdigit() else (0, key)


def _boolean(value: str, param: str) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise InvalidRequest(f"Invalid boolean: {value}", param=param)


def _integer(value: str, param: str) -> int:
    if re.fullmatch(r"-?[0-9]{1,15}", value):
        return int(value)
    raise InvalidRequest(f"Invalid integer: {value}", code="parameter_invalid_integer", param=param)


def _decimal(value: str, param: str) -> str:
    try:
        return str(Decimal(value))
    except InvalidOperation:
        raise InvalidRequest(f"Invalid decimal: {value}", param=param) from None


SCALARS: dict[Any, Any] = {
    bool: _boolean,
    int: _integer,
    float: lambda value, param: float(_decimal(value, param)),
    Decimal: _decimal,
    str: lambda value, param: value,
}
