"""`POST /webhooks/stripe`: where Stripe tells us that something has changed.

Nothing is read or written before the signature is checked. Then the event is stored, a job is queued in the
same transaction, and the reply goes out: two statements, and no call to anybody.
"""

import json
import re
import time
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from billing.stripe import events
from blogai.core.errors import Malformed, NotFound, PayloadTooLarge

MAX_BYTES = 256 * 1024
TOLERANCE = 300
"""Seconds between Stripe's clock and ours, either way: a recorded request cannot be sent again later."""
SIGNED_AT = re.compile(r"t=([0-9]{1,12}),[!-~]+")


@method_decorator(csrf_exempt, name="dispatch")  # the signature says who is asking
class Webhook(View):
    http_method_names = ("post",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRETS):
            raise NotFound("There’s nothing at this address: Stripe isn’t set up.")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        if len(request.body) > MAX_BYTES:
            raise PayloadTooLarge("The request body is larger than 256 KB.")
        require_signature(request.body, request.headers.get("Stripe-Signature", ""))
        data = _json_object(request.body)
        if data.get("livemode") is not settings.STRIPE_LIVE_MODE:
            kind = "live" if settings.STRIPE_LIVE_MODE else "test"
            raise Malformed(f"This installation uses a {kind} key, and the event is from the other mode.")
        event = events.from_json(data)
        if event is not None:
            with transaction.atomic():
                if events.store(event):
                    events.defer_sync(event.customer_id, event.id)
        return JsonResponse({"received": True})


def require_signature(body: bytes, header: str) -> None:
    """Raises Malformed unless one of our secrets signed the body just now."""
    signed_at = SIGNED_AT.fullmatch(header)
    if signed_at and int(signed_at[1]) <= time.time() + TOLERANCE:
        for secret in settings.STRIPE_WEBHOOK_SECRETS:
            if _fits(body, header, secret):
                return
    raise Malformed(
        "The Stripe-Signature header doesn’t match: STRIPE_WEBHOOK_SECRET is a different secret, "
        f"the body was changed in transit, or it was signed more than {TOLERANCE} seconds ago."
    )


def _fits(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE)
    except stripe.SignatureVerificationError:
        return False
    except UnicodeDecodeError as error:
        raise Malformed(f"The body isn’t UTF-8: byte {error.start + 1} is invalid.") from error
    return True


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("The body isn’t valid JSON.") from error
    if not isinstance(data, dict):
        raise Malformed("The body must be a JSON object.")
    return data
