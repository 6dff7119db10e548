"""Completes the OpenAPI description: error replies, headers, and reply schemas that leave nothing open."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from accounts.callers import PERMISSIONS
from blogai.core import errors

METHODS = ("get", "put", "post", "delete", "patch")
ERRORS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.BlogAIError)
]

type Schema = dict[str, Any]

PROBLEM: Schema = {
    "type": "object",
    "description": "Every error (RFC 9457). `code` is stable; `detail` is for people.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "pattern": "^urn:blog-ai:problem:"},
        "title": {"type": "string"},
        "status": {"enum": sorted({kind.status for kind in ERRORS})},
        "detail": {"type": "string"},
        "code": {"enum": sorted({kind.code for kind in ERRORS})},
        "request_id": {"type": ["string", "null"], "description": "Also in the header X-Request-ID."},
        "errors": {
            "type": "object",
            "description": "Of a validation_error: what is wrong with each field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "retry_after": {"type": "integer", "description": "Seconds; also in the header Retry-After."},
        "scope": {
            "type": "string",
            "description": (
                "Of rate_limited: what there is too much of: requests of a `user`, a `key`, an `address`, "
                "work on models (`generation`), visits to Stripe (`payments`), or wrong keys "
                "(`authentication`)."
            ),
        },
        "run_id": {
            "type": "string",
            "format": "uuid",
            "description": "Of a conflict or a failure: the run that it is about.",
        },
        "permission": {
            "enum": list(PERMISSIONS),
            "description": "Of permission_denied: what the API key lacks.",
        },
        "tier": {"type": "string", "description": "Of quota_exceeded: the caller's plan."},
        "used": {"type": "integer", "description": "Of quota_exceeded: posts taken and reserved."},
        "limit": {"type": "integer", "description": "Of quota_exceeded: posts of the plan."},
        "resets_at": {
            "type": "string",
            "format": "date-time",
            "description": "Of quota_exceeded and a month's cost_limit_reached: when there are posts again.",
        },
        "current_tier": {"type": "string", "description": "Of tier_required: the caller's plan."},
        "required_tier": {"type": "string", "description": "Of tier_required: the smallest that will do."},
        "billing_url": {
            "type": "string",
            "format": "uri",
            "description": "Of a conflict with a subscription that there is already: where it is changed.",
        },
        "upgrade_url": {
            "type": "string",
            "format": "uri",
            "description": (
                "Where there are larger plans: of quota_exceeded, tier_required, and a month's "
                "cost_limit_reached, unless yours is the largest."
            ),
        },
    },
}
POSITIVE: Schema = {"type": "integer", "minimum": 1}
POLICY = '"[a-z-]+";q=[0-9]+;w=[0-9]+'
IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of the version that you have: 304 without a body if it is still the same.",
    "schema": {"type": "string"},
}
HEADERS: Schema = {
    "X-Request-ID": {
        "required": True,
        "description": "The reply's name in our logs: as the request's header says, or one made up.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,100}$"},
    },
    "Retry-After": {
        "required": True,
        "description": "Whole seconds until another try makes sense.",
        "schema": POSITIVE,
    },
    "X-RateLimit-Limit": {
        "description": "Requests in the period of the limit that is nearest.",
        "schema": POSITIVE,
    },
    "X-RateLimit-Remaining": {
        "description": "How many of them may come now.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "X-RateLimit-Reset": {
        "description": "Whole seconds until all of them may.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit-Policy": {
        "description": (
            "Every limit that the request was counted in: its name, requests (`q`) and seconds (`w`), as in "
            "draft-ietf-httpapi-ratelimit-headers-10."
        ),
        "schema": {"type": "string", "pattern": f"^{POLICY}(, {POLICY})*$"},
    },
    "RateLimit": {
        "description": "The nearest of them: what remains (`r`), and seconds until all may come (`t`).",
        "schema": {"type": "string", "pattern": '^"[a-z-]+";r=[0-9]+;t=[0-9]+$'},
    },
    "WWW-Authenticate": {
        "required": True,
        "description": "How to sign a request.",
        "schema": {"type": "string", "pattern": "^Bearer "},
    },
    "ETag": {
        "required": True,
        "description": "The version of the reply: for If-None-Match, and for If-Match before a change.",
        "schema": {"type": "string", "pattern": '^"[A-Za-z0-9_-]+"$'},
    },
    "Allow": {
        "required": True,
        "description": "The methods that the address has.",
        "schema": {"type": "string", "pattern": "^[A-Z]+(, [A-Z]+)*$"},
    },
}


LIMITS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit")
"""The headers of a request that was counted."""


def _problem(description: str, *headers: str, perhaps: tuple[str, ...] = ()) -> Schema:
    return {
        "description": description,
        "headers": {
            **{name: _header(name) for name in headers},
            **{name: {**HEADERS[name], "required": False} for name in perhaps},
        },
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _header(name: str) -> Schema:
    return {"$ref": f"#/components/headers/{name}"}


RESPONSES: Schema = {
    "Problem": _problem("What went wrong.", perhaps=("Retry-After", *LIMITS)),
    "NotAuthenticated": _problem(
        "No key and no session, or one that is no good.", "WWW-Authenticate", perhaps=LIMITS
    ),
    "MethodNotAllowed": _problem("The address is right, the method is not.", "Allow"),
    "RateLimited": _problem("Too many requests.", "Retry-After", perhaps=LIMITS),
    "Unavailable": _problem("Not now: maintenance, a restart, or no database.", "Retry-After"),
}


def add_problems(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Every operation can be refused, in the same ways."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components.setdefault("headers", {}).update(HEADERS)
    components.setdefault("responses", {}).update(RESPONSES)
    for operation in _operations(result):
        refusals = {"429": "RateLimited", "503": "Unavailable", "default": "Problem"}
        if operation["security"]:
            refusals["401"] = "NotAuthenticated"
        for status, name in refusals.items():
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{name}"})
    return result


def add_versions(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """What `conditional_get` does: every GET of the API that answers with JSON has an ETag, and a 304."""
    for path, operations in result["paths"].items():
        replied = operations.get("get", {}).get("responses", {}).get("200", {})
        if not path.startswith(settings.API_PATHS) or "application/json" not in replied.get("content", {}):
            continue
        headers = {"ETag": _header("ETag")}
        replied["headers"] = {**headers, **replied.get("headers", {})}
        operations["get"]["responses"]["304"] = {
            "description": "It is as the version that If-None-Match names.",
            "headers": headers,
        }
        operations["get"].setdefault("parameters", []).append(IF_NONE_MATCH)
    return result


def add_request_id(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """The header that every reply has."""
    responses = [
        *result["components"]["responses"].values(),
        *(response for operation in _operations(result) for response in operation["responses"].values()),
    ]
    for response in responses:
        if "$ref" not in response:
            response["headers"] = {"X-Request-ID": _header("X-Request-ID"), **response.get("headers", {})}
    return result


def add_rate_limits(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """The headers of every operation that needs a caller; without them where limits are switched off."""
    for operation in _operations(result):
        if operation["security"]:
            for response in operation["responses"].values():
                if "$ref" not in response:
                    response["headers"] = {
                        **{name: _header(name) for name in LIMITS},
                        **response.get("headers", {}),
                    }
    return result


def close_replies(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """What we send has the described properties and no others."""
    schemas = result["components"]["schemas"]
    for name in _sent(result):
        schema = schemas[name]
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return result


def _operations(result: Schema) -> Iterator[Schema]:
    for path in result["paths"].values():
        yield from (path[method] for method in METHODS if method in path)


def _sent(result: Schema) -> set[str]:
    """The names of the schemas of replies and callbacks, and of what they are made of."""
    schemas = result["components"]["schemas"]
    found: set[str] = set()
    todo = [
        name
        for operation in _operations(result)
        for part in (operation["responses"], operation.get("callbacks", {}))
        for name in _references(part)
    ]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += _references(schemas[name])
    return found


def _references(node: Any) -> Iterator[str]:
    """The names of the schemas that are referred to somewhere in it."""
    if isinstance(node, list):
        for each in node:
            yield from _references(each)
    elif isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
            yield reference.rpartition("/")[2]
        for each in node.values():
            yield from _references(each)
