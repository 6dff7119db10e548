"""`POST /generate-blog`: start a post, and wait for it, stream it, or come back later."""

import hashlib

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts.authentication import aauthorize
from accounts.models import User
from blogai.core.body import parse
from blogai.core.db import in_database
from blogai.core.errors import IdempotencyInFlight, ValidationFailed
from generation.api import run_replies
from generation.api.run_serializers import GenerateBlogBody, options_of
from generation.live.event_stream import stream
from generation.live.follower import wait_until_ended
from generation.models import Run
from generation.runs.start import IdempotencyKey, RunOptions, start_once, start_run

MAX_KEY = 255
"""Characters of an idempotency key."""
WAIT_AT_MOST = 280.0
"""Seconds: less than the 300 after which the proxies in front give up."""


@method_decorator(csrf_exempt, name="dispatch")  # checked with the session in `aauthorize`
class GenerateBlog(View):
    """Start a post, and wait for it (201), stream it, or only start it (202): as the client asks."""

    async def post(self, request: HttpRequest) -> HttpResponseBase:
        caller = await aauthorize(request, needs="generate")
        body = parse(GenerateBlogBody, request)
        run, new = await _started(caller.user, options_of(body), _idempotency_key(request))
        if wants_events(request):
            return stream(caller, run, after=0)
        if "respond-async" in request.headers.get("Prefer", "").lower():
            return run_replies.accepted(run, request)
        if not new and run.status in Run.WANTS_WORKER:
            raise IdempotencyInFlight(run_id=str(run.pk))
        if await wait_until_ended(run, WAIT_AT_MOST):
            return await in_database(run_replies.ended)(run, request)
        await in_database(run.refresh_from_db)(fields=["status"])
        return run_replies.accepted(run, request)


async def _started(owner: User, options: RunOptions, key: IdempotencyKey | None) -> tuple[Run, bool]:
    """The run of a request, and whether it is new."""
    if key is None:
        return await in_database(start_run)(owner, options), True
    return await in_database(start_once)(owner, options, key)


def _idempotency_key(request: HttpRequest) -> IdempotencyKey | None:
    name = request.headers.get("Idempotency-Key")
    if name is None:
        return None
    if not 1 <= len(name) <= MAX_KEY:
        raise ValidationFailed(errors={"Idempotency-Key": [f"Has 1 to {MAX_KEY} characters."]})
    return IdempotencyKey(name, hashlib.sha256(request.body).hexdigest())


def wants_events(request: HttpRequest) -> bool:
    return "text/event-stream" in request.headers.get("Accept", "")
