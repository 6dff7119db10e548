"""Routes for the contract tests: plain async views, DRF views, and views that fail in various ways."""

import asyncio
from typing import Any, cast

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from procrastinate.exceptions import ConnectorException
from rest_framework import exceptions as drf
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import Caller, aauthorize
from accounts.models import ApiKey, User
from blogai.core import errors
from blogai.core.body import StrictSerializer, parse
from blogai.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class ThingSerializer(StrictSerializer):
    topic = serializers.CharField(max_length=500)
    keywords = serializers.ListField(child=serializers.CharField(max_length=10), required=False)
    sections = serializers.IntegerField(required=False)
    id = serializers.CharField(read_only=True)

    aliases = {"num_sections": "sections"}


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    class Meta:
        model = ApiKey
        fields = ("id", "name")


@method_decorator(csrf_exempt, name="dispatch")
class Plain(View):
    async def get(self, request: HttpRequest) -> HttpResponse:
        caller = await aauthorize(request, needs="read")
        return JsonResponse({"email": caller.user.email, "via": caller.via})

    async def post(self, request: HttpRequest) -> HttpResponse:
        await aauthorize(request)
        return JsonResponse(parse(ThingSerializer, request), status=201)


class Rest(APIView):
    def get(self, request: Request) -> Response:
        caller = cast(Caller, request.auth)
        return Response({"email": caller.user.email, "via": caller.via})

    def post(self, request: Request) -> Response:
        serializer = ThingSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.validated_data, status=201)


class Managed(APIView):
    needs = "manage"

    def delete(self, request: Request) -> Response:
        return Response(status=204)


class Keys(ListAPIView[ApiKey]):
    serializer_class = KeySerializer

    def get_queryset(self) -> Any:
        return ApiKey.objects.filter(owner=cast(User, self.request.user))


FAILURES: dict[str, Exception] = {
    "ours": errors.Conflict("There is one already.", run_id="0192d3b4-7e5f-7c5a-9d6e-2f1a3b4c5d6e"),
    "tier": errors.TierRequired("Pro has it.", required_tier="pro"),
    "limited": errors.RateLimited("Slower.", retry_after=1.2, scope="general"),
    "maintenance": errors.Maintenance(),
    "busy": errors.ProviderBusy("It said later.", retry_after=7.5),
    "outage": OperationalError("connection to server at db.internal failed"),
    "interface": InterfaceError("the connection is closed"),
    "missing": Http404("secret"),
    "forbidden": DjangoPermissionDenied("Staff only."),
    "suspicious": SuspiciousOperation("secret"),
    "throttled": drf.Throttled(wait=2.5),
    "validation": drf.ValidationError({"topic": ["Too dull."]}),
    "unexpected": RuntimeError("secret"),
}


def _raise(name: str) -> None:
    if name == "queue":
        raise ConnectorException from OperationalError("gone")
    raise FAILURES[name]


async def fail(request: HttpRequest, name: str) -> HttpResponse:
    _raise(name)
    return HttpResponse()


def fail_synchronously(request: HttpRequest, name: str) -> HttpResponse:
    _raise(name)
    return HttpResponse()


class RestFailure(APIView):
    permission_classes = ()

    def get(self, request: Request, name: str) -> Response:
        _raise(name)
        return Response()


async def stream(request: HttpRequest) -> HttpResponseBase:
    async def parts() -> Any:
        for number in range(3):
            await asyncio.sleep(0)
            yield f"{number}\n"

    return StreamingHttpResponse(parts(), content_type="text/event-stream")


urlpatterns = [
    path("api/v1/plain", Plain.as_view()),
    path("api/v1/rest", Rest.as_view()),
    path("api/v1/managed", Managed.as_view()),
    path("api/v1/keys", Keys.as_view()),
    path("api/v1/stream", stream),
    path("api/v1/async/<str:name>", fail),
    path("api/v1/sync/<str:name>", fail_synchronously),
    path("api/v1/rest/<str:name>", RestFailure.as_view()),
    path("page", Plain.as_view()),
    path("page/<str:name>", fail_synchronously),
]
