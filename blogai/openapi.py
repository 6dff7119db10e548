"""Adds error replies to the OpenAPI description."""

from typing import Any

METHODS = ("get", "put", "post", "delete", "patch")

PROBLEM = {
    "type": "object",
    "description": "Every error (RFC 9457). `code` is stable; `detail` is for people.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": ["validation_error", "not_authenticated", "not_found"]},
        "request_id": {"type": ["string", "null"]},
        "errors": {
            "type": "object",
            "description": "For a validation_error: the errors of each field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "retry_after": {"type": "integer", "description": "Seconds; also in the header Retry-After."},
    },
}


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the Problem schema, and make it the default response of every operation."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    reply = {
        "description": "What went wrong.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in result["paths"].values():
        for method in METHODS:
            if method in path:
                path[method].setdefault("responses", {}).setdefault("default", reply)
    return result
