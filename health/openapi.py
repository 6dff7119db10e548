"""The OpenAPI description of the health routes, which are plain Django views."""

from typing import Any

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "string", "format": "date-time"}
FLAG: Schema = {"type": "boolean"}
FLAG_OR_NULL: Schema = {"type": ["boolean", "null"]}
MILLISECONDS: Schema = {"type": ["number", "null"]}
COUNT: Schema = {"type": ["integer", "null"]}
MODE: Schema = {"enum": ["live", "test", None]}
NEVER_CACHED: Schema = {"Cache-Control": {"required": True, "schema": {"const": "no-store"}}}
RETRY_AFTER: Schema = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}


def record(**properties: Schema) -> Schema:
    """An object that always has these fields and no others."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def mapping(schema: Schema) -> Schema:
    """An object with arbitrary keys whose values all have this schema."""
    return {"type": "object", "additionalProperties": schema}


SERVICE: Schema = {
    "type": "object",
    "required": ["status"],
    "properties": {
        "status": {"enum": ["up", "down", "not_configured"]},
        "latency_ms": {**MILLISECONDS, "description": "Of the database and Redis."},
        "mode": {**MODE, "description": "Of Stripe."},
        "workers": {"type": "integer", "description": "Of the worker: how many take jobs."},
        "providers": {
            **mapping(record(breaker={"enum": ["closed", "half-open", "open", None]})),
            "description": "Of the models: null while this process has not asked that provider.",
        },
    },
    "additionalProperties": False,
}
OVERVIEW = record(
    status={"enum": ["healthy", "degraded", "unhealthy"]},
    timestamp=TIME,
    version=TEXT,
    services=mapping(SERVICE),
)
LIVE = record(status={"enum": ["alive"]})
READY = record(status={"enum": ["ready"]})
NOT_READY = record(status={"enum": ["not_ready"]}, reason={"enum": ["draining", "database", "migrations"]})
DATABASE = record(
    timestamp=TIME,
    database=record(configured=FLAG, connected=FLAG, latency_ms=MILLISECONDS, tables_accessible=FLAG),
)
STRIPE = record(
    stripe=record(
        configured=FLAG_OR_NULL,
        connected=FLAG,
        mode=MODE,
        webhook_configured=FLAG_OR_NULL,
        latency_ms=MILLISECONDS,
        price_ids_configured={"type": ["object", "null"], "additionalProperties": FLAG},
    )
)
SENTRY = record(
    sentry=record(
        configured=FLAG_OR_NULL,
        active=FLAG,
        environment={"type": ["string", "null"]},
        dsn_set=FLAG_OR_NULL,
        traces_sample_rate={"type": ["number", "null"]},
        release={"type": ["string", "null"]},
    )
)
CACHES = record(
    caches=mapping(
        record(
            backend=TEXT,
            connected=FLAG,
            latency_ms=MILLISECONDS,
            hits=COUNT,
            misses=COUNT,
            hit_rate={"type": ["number", "null"]},
        )
    )
)


def route(operation_id: str, summary: str, up: Schema, down: Schema | None = None) -> Schema:
    responses = {"200": _response("The current state.", up)}
    if down:
        responses["503"] = _response(
            "Down. `Retry-After` says when to try again.", down, {**NEVER_CACHED, **RETRY_AFTER}
        )
    operation = {
        "operationId": operation_id,
        "summary": summary,
        "description": "Needs no key, is never cached, and answers within a second whatever is down.",
        "tags": ["health"],
        "security": [],
        "responses": responses,
    }
    return {"get": operation}


def _response(description: str, schema: Schema, headers: Schema = NEVER_CACHED) -> Schema:
    content = {"application/json": {"schema": schema}}
    return {"description": description, "headers": dict(headers), "content": content}


PATHS = {
    "/health": route("health", "The state of all services. Always 200: read `status`", OVERVIEW),
    "/health/live": route("health_live", "Liveness of the process", LIVE),
    "/health/ready": route("health_ready", "Readiness for requests", READY, NOT_READY),
    "/health/db": route("health_db", "The database", DATABASE, DATABASE),
    "/health/stripe": route("health_stripe", "Payments", STRIPE),
    "/health/sentry": route("health_sentry", "Error reports", SENTRY),
    "/health/cache": route("health_cache", "Caches", CACHES),
}


def add_paths(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    result["paths"].update(PATHS)
    return result
