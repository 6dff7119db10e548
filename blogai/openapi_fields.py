"""What our serializers refuse, in the OpenAPI description. Imported by BlogAIConfig.ready."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema

type Schema = dict[str, Any]


class StrictSerializerFields(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """No unknown fields; a field has its own name or one of the aliases, not both."""

    target_class = "blogai.core.body.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Schema:
        schema: Schema = auto_schema._map_serializer(  # type: ignore[no-untyped-call]
            self.target, direction, bypass_extensions=True
        )
        schema["additionalProperties"] = False
        properties = schema["properties"]
        aliases = self.target.aliases.items()
        properties.update(
            {alias: {**properties[name], "description": f"The same as `{name}`."} for alias, name in aliases}
        )
        if aliases:
            schema["not"] = {"anyOf": [{"required": [alias, name]} for alias, name in aliases]}
        return schema


class TextFieldPattern(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """What is not blank has a character that is no space."""

    target_class = "blogai.core.body.TextField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:
        schema: Schema = auto_schema._map_serializer_field(  # type: ignore[no-untyped-call]
            self.target, direction, bypass_extensions=True
        )
        allowed = f"[^{self.target.refused}]*" if self.target.refused else ""
        if not self.target.allow_blank:
            schema["pattern"] = rf"^{allowed}[^\s{self.target.refused}]{allowed}$" if allowed else r"\S"
        elif allowed:
            schema["pattern"] = f"^[^{self.target.refused}]+$"  # "" is described beside it
        return schema
