"""JSON schemas in the subset that vendors enforce."""

from typing import Any

from generation.llm.base import JsonSchema

# OpenAI's strict mode refuses a schema with any of these (Structured Outputs guide, "Supported schemas").
REFUSED = ("minLength", "maxLength", "uniqueItems", "default", "title", "examples")
TOLD = ("minLength", "maxLength")


def strict(schema: JsonSchema) -> JsonSchema:
    """`schema` as strict mode takes it: every property required, no others; lengths become descriptions."""
    told = ", ".join(f"{word}: {schema[word]}" for word in TOLD if word in schema)
    kept = {word: _strict(word, value) for word, value in schema.items() if word not in REFUSED}
    if told:
        kept["description"] = f"{schema.get('description', '')} ({told})".strip()
    if isinstance(schema.get("properties"), dict):
        kept["required"] = list(schema["properties"])
        kept["additionalProperties"] = False
    return kept


def _strict(word: str, value: Any) -> Any:
    if word in {"properties", "$defs"}:  # names of our own here, not words of JSON Schema
        return {name: strict(part) for name, part in value.items()}
    if isinstance(value, dict):
        return strict(value)
    if isinstance(value, list):
        return [strict(part) if isinstance(part, dict) else part for part in value]
    return value
