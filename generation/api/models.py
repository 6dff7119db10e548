"""`/api/v1/models`: the configured models, which a request may name as `provider` and `model`."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.llm.catalogue import Choice, choices


class ModelReply(serializers.Serializer[object]):
    provider = serializers.CharField(help_text="`openai`, `anthropic`, `gemini`, or `local`, the demo model.")
    model = serializers.CharField(help_text="The name that its provider uses.")
    label = serializers.CharField(help_text="The display name, as in posts.")  # type: ignore[assignment]
    default = serializers.BooleanField(help_text="Whether it writes posts that request no model.")
    context_window = serializers.IntegerField(allow_null=True, help_text="In tokens; null if not known.")
    priced = serializers.BooleanField(
        help_text="Whether the price is known. Without it, `max_cost_usd` is refused."
    )
    input_price_usd = serializers.CharField(
        allow_null=True, help_text="Per million tokens, a decimal string; null if not known."
    )
    output_price_usd = serializers.CharField(allow_null=True)


class ModelsReply(serializers.Serializer[object]):
    results = ModelReply(many=True)


class Models(APIView):
    """The configured models, the default first."""

    @extend_schema(operation_id="models_list", summary="List models", responses=ModelsReply)
    def get(self, request: Request) -> Response:
        return Response({"results": [model_reply(choice) for choice in choices()]})


def model_reply(choice: Choice) -> dict[str, object]:
    listed = choice.listing
    return {
        "provider": choice.provider,
        "model": choice.model,
        "label": choice.label,
        "default": choice.default,
        "context_window": choice.context_window,
        "priced": listed is not None,
        "input_price_usd": f"{listed.input:f}" if listed else None,
        "output_price_usd": f"{listed.output:f}" if listed else None,
    }
