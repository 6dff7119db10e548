"""Health: no key, never cached, each answer within a second whatever is down."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View
from prometheus_client import CONTENT_TYPE_LATEST

from health import metrics, report
from health.access import admit

NEVER_CACHED = {"Cache-Control": "no-store"}
RETRY_AFTER = {"Retry-After": "2"}
"""Seconds, with every 503."""


class Health(View):
    """200 whatever is down: who asks reads `status`."""

    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply(await report.overview())


class Live(View):
    """The process answers. Looks at nothing else, so that no outage makes anybody restart it."""

    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply({"status": "alive"})


class Ready(View):
    """Whether a balancer should send requests here."""

    async def get(self, request: HttpRequest) -> JsonResponse:
        reason = await report.not_ready()
        if reason:
            return _reply({"status": "not_ready", "reason": reason}, well=False)
        return _reply({"status": "ready"})


class Database(View):
    async def get(self, request: HttpRequest) -> JsonResponse:
        database = await report.database()
        return _reply({"timestamp": report.now(), "database": database}, well=bool(database["connected"]))


class Stripe(View):
    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply({"stripe": await report.stripe()})


class Sentry(View):
    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply({"sentry": await report.sentry()})


class Caches(View):
    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply({"caches": await report.caches()})


class Metrics(View):
    async def get(self, request: HttpRequest) -> HttpResponse:
        admit(request)
        return HttpResponse(
            await metrics.exposition(), content_type=CONTENT_TYPE_LATEST, headers=NEVER_CACHED
        )


def _reply(body: Mapping[str, object], *, well: bool = True) -> JsonResponse:
    headers = NEVER_CACHED if well else {**NEVER_CACHED, **RETRY_AFTER}
    return JsonResponse(body, status=200 if well else 503, headers=headers)
