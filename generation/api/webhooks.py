"""`/api/v1/webhooks`: where the webhooks of runs went, trying one again, and sending a test event."""

from typing import cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import aauthorize
from blogai.core.body import parse
from blogai.core.db import in_database
from blogai.core.errors import ValidationFailed
from generation.api.run_serializers import json_reply
from generation.api.webhook_serializers import (
    DeliveryReply,
    WebhookTestBody,
    delivery_reply,
    trial_reply,
)
from generation.models import Notification, Run
from generation.notifications import deliveries, trial


class Deliveries(ListAPIView[Run]):
    """The newest webhook of each run that has one, the newest run's first."""

    serializer_class = DeliveryReply  # type: ignore[assignment]  # it describes dictionaries

    @extend_schema(
        operation_id="webhooks_deliveries",
        summary="List webhooks",
        parameters=[OpenApiParameter("state", enum=Notification.State.values)],
        responses=DeliveryReply(many=True),
    )
    def get(self, request: Request) -> Response:
        runs = self.paginate_queryset(self.get_queryset()) or []
        found = deliveries.deliveries([cast("dict[str, UUID]", run)["delivery"] for run in runs])
        return self.get_paginated_response([delivery_reply(each) for each in found])

    def get_queryset(self) -> "QuerySet[Run]":
        if self.request.user.is_anonymous:  # only while the schema is drawn
            return Run.objects.none()
        state = self.request.query_params.get("state")
        if state is not None and state not in Notification.State.values:
            options = ", ".join(Notification.State.values)
            raise ValidationFailed(errors={"state": [f"Use one of {options}."]})
        return cast("QuerySet[Run]", deliveries.runs_with_delivery(self.request.user, state or ""))


class RetryDelivery(APIView):
    """Try to deliver a webhook again, right away."""

    @extend_schema(
        operation_id="webhooks_retry",
        summary="Deliver a webhook again",
        description=(
            "At once, with the same `webhook-id`. One that was given up is tried eight times over a day "
            "again. 409 if it was delivered, or if an attempt is under way."
        ),
        request=None,
        responses={202: DeliveryReply},
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        delivery = deliveries.retry(request.auth.user, delivery_id)
        return Response(delivery_reply(delivery), status=202)


@method_decorator(csrf_exempt, name="dispatch")  # checked with the session in `aauthorize`
class SendTestEvent(View):
    """Send a signed test event, and report the result."""

    async def post(self, request: HttpRequest) -> HttpResponse:
        caller = await aauthorize(request, needs="manage")
        url = parse(WebhookTestBody, request)["url"]
        await in_database(trial.count)(caller.user)
        return json_reply(trial_reply(await trial.send(caller.user, url)))
