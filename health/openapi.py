"""How the OpenAPI description shows the health routes, which are plain views."""

from typing import Any

HEALTH = {
    "get": {
        "operationId": "health",
        "summary": "Is the service well?",
        "description": "200 whatever is down; read `status`. Needs no key.",
        "tags": ["health"],
        "security": [],
        "responses": {
            "200": {
                "description": "The state of every service.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["status", "timestamp", "version", "services"],
                            "properties": {
                                "status": {"enum": ["healthy", "degraded", "unhealthy"]},
                                "timestamp": {"type": "string", "format": "date-time"},
                                "version": {"type": "string"},
                                "services": {
                                    "type": "object",
                                    "additionalProperties": {
                                        "type": "object",
                                        "required": ["status"],
                                        "properties": {"status": {"enum": ["up", "down", "not_configured"]}},
                                    },
                                },
                            },
                        }
                    }
                },
            }
        },
    }
}


def add_paths(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    result["paths"]["/health"] = HEALTH
    return result
