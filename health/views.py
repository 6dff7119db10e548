"""The health routes and /status: no key, no caching, and an answer within a second whatever is down."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import CONTENT_TYPE_LATEST

from health import metrics, report
from health.access import check_access
from health.status import BAR, status_page

NEVER_CACHED = {"Cache-Control": "no-store"}
RETRY_AFTER = {"Retry-After": "2"}
"""Seconds, with every 503."""


@method_decorator(csrf_exempt, name="dispatch")  # no method changes anything: 405 must come before 403
class Probe(View):
    http_method_names = ("get", "head")


class Health(Probe):
    """Always 200; the state is in `status`."""

    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply(await report.overview())


class Live(Probe):
    """Checks nothing but the process itself, so that no outage of a service gets it restarted."""

    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply({"status": "alive"})


class Ready(Probe):
    """Whether a load balancer should send requests here."""

    async def get(self, request: HttpRequest) -> JsonResponse:
        reason = await report.not_ready()
        if reason:
            return _reply({"status": "not_ready", "reason": reason}, up=False)
        return _reply({"status": "ready"})


class Database(Probe):
    async def get(self, request: HttpRequest) -> JsonResponse:
        database = await report.database()
        return _reply({"timestamp": report.now(), "database": database}, up=bool(database["connected"]))


class Stripe(Probe):
    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply({"stripe": await report.stripe()})


class Sentry(Probe):
    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply({"sentry": await report.sentry()})


class Caches(Probe):
    async def get(self, request: HttpRequest) -> JsonResponse:
        return _reply({"caches": await report.caches()})


class Metrics(Probe):
    async def get(self, request: HttpRequest) -> HttpResponse:
        check_access(request)
        return HttpResponse(
            await metrics.exposition(), content_type=CONTENT_TYPE_LATEST, headers=NEVER_CACHED
        )


class Status(Probe):
    """The page for customers. Rendered without a request context, which would query the database."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        context = {"page": await status_page(), "bar": BAR}
        return HttpResponse(render_to_string("health/status.html", context), headers=NEVER_CACHED)


def _reply(body: Mapping[str, object], *, up: bool = True) -> JsonResponse:
    headers = NEVER_CACHED if up else {**NEVER_CACHED, **RETRY_AFTER}
    return JsonResponse(body, status=200 if up else 503, headers=headers)
