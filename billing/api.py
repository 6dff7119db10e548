"""`/api/v1/me`, `/api/v1/usage` with its records, `/api/v1/tiers`, and `/api/v1/billing`."""

from typing import cast

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import own_keys
from accounts.callers import PERMISSIONS, Caller
from billing import quotas
from billing.models import TierLimit, UsageRecord
from billing.serializers import (
    CheckoutBody,
    MeReply,
    StripeAddressReply,
    SubscriptionReply,
    TierReply,
    TiersReply,
    UsageRecordReply,
    UsageReply,
    subscription_reply,
)
from billing.stripe import checkout, portal
from billing.subscription import subscription_of
from billing.tiers import tier_for
from blogai.core.errors import PermissionDenied


class Me(APIView):
    """Who the caller is, on which plan, and what this key or session may do."""

    @extend_schema(operation_id="me_read", summary="Who am I", responses=MeReply)
    def get(self, request: Request) -> Response:
        caller = cast(Caller, request.auth)
        key = own_keys.key_for(caller, caller.key_id) if caller.key_id else None
        return Response(
            {
                "id": str(caller.user.pk),
                "email": caller.user.email,
                "name": caller.user.name,
                "time_zone": caller.user.time_zone,
                "tier": tier_for(caller.user).tier,
                "permissions": [name for name in PERMISSIONS if name in caller.permissions],
                "key_prefix": key.prefix if key else None,
                "test": caller.test,
            }
        )


class Usage(APIView):
    """What the caller has used of their plan this month and today."""

    @extend_schema(operation_id="usage_read", summary="Look at usage", responses=UsageReply)
    def get(self, request: Request) -> Response:
        return Response(UsageReply(quotas.usage(request.auth.user)).data)


class UsageRecords(ListAPIView[UsageRecord]):
    """The caller's ledger, newest first: what was reserved, counted or given back, and for which run."""

    serializer_class = UsageRecordReply

    @extend_schema(operation_id="usage_records", summary="List usage records")
    def get(self, request: Request) -> Response:
        return super().get(request)

    def get_queryset(self) -> QuerySet[UsageRecord]:
        if self.request.user.is_anonymous:  # only while the schema is drawn
            return UsageRecord.objects.none()
        return quotas.records_of(self.request.user)


class Tiers(APIView):
    """The plans, smallest first. A limit of null means unlimited."""

    @extend_schema(operation_id="tiers_list", summary="List plans", responses=TiersReply)
    def get(self, request: Request) -> Response:
        tiers = TierReply(TierLimit.objects.all(), many=True).data
        return Response({"results": tiers, "next": None, "previous": None})


class Checkout(APIView):
    """Where a person pays for a plan."""

    needs = "manage"

    @extend_schema(
        operation_id="billing_checkout",
        summary="Buy a plan",
        description="The address of a page at Stripe where a person pays; it is good for a day. Asking again "
        "for the same plan gives the same page, asking for another closes it. 409 with a `billing_url` if "
        "there is a subscription already, which is changed there. 422 for what is not for sale. Keys for "
        "tests and keys with limits of their own may not.",
        request=CheckoutBody,
        responses=StripeAddressReply,
    )
    def post(self, request: Request) -> Response:
        body = CheckoutBody(data=request.data)
        body.is_valid(raise_exception=True)
        caller = _buyer(request)
        return Response({"url": async_to_sync(checkout.check_out)(caller.user, **body.validated_data)})


class Portal(APIView):
    """Where a person manages the account's card, plan and invoices."""

    needs = "manage"

    @extend_schema(
        operation_id="billing_portal",
        summary="Manage payment",
        description="The address of Stripe's customer portal for this account, good for a few minutes. "
        "Whoever has it can change the card and the plan. 409 if nothing was ever bought. Keys for tests "
        "and keys with limits of their own may not.",
        request=None,
        responses=StripeAddressReply,
    )
    def post(self, request: Request) -> Response:
        return Response({"url": async_to_sync(portal.open_portal)(_buyer(request).user)})


class CurrentSubscription(APIView):
    """The plan, and the subscription that pays for it, as Stripe last described it."""

    @extend_schema(
        operation_id="billing_subscription", summary="Look at the subscription", responses=SubscriptionReply
    )
    def get(self, request: Request) -> Response:
        user = cast(Caller, request.auth).user
        return Response(
            {
                "tier": tier_for(user).tier,
                **subscription_reply(subscription_of(user)),
                "billing_url": settings.PUBLIC_URL + reverse("billing"),
            }
        )


def _buyer(request: Request) -> Caller:
    """The caller, who may spend the owner's money. Raises PermissionDenied.

    A key with limits of its own would lift them with a larger plan, and one for tests costs nothing.
    """
    caller = cast(Caller, request.auth)
    if caller.test or caller.limited:
        kind = "is a test key" if caller.test else "has its own limits"
        raise PermissionDenied(
            f"This API key {kind}, so it can’t buy or manage a plan. Use another key, or go to Billing."
        )
    return caller
