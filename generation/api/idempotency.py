"""The header by which a client can ask for the same run again without starting another."""

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from blogai.core.errors import ValidationFailed

MAX_KEY = 255
"""Characters of an idempotency key."""

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
    location="header",
    description=(
        "1 to 255 printable ASCII characters. The same key is the same run for 24 hours, if the "
        "body asks for the same: the order of fields, an alias, or a default spelled out is no "
        "difference."
    ),
)


def idempotency_key(request: HttpRequest | Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (key.strip() and len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        sentence = f"Use 1 to {MAX_KEY} printable ASCII characters, not just spaces."
        raise ValidationFailed(f"Idempotency-Key: {sentence}", errors={"Idempotency-Key": [sentence]})
    return key
