"""`/api/v1/me`, `/api/v1/usage` with its records, and `/api/v1/tiers`."""

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import own_keys
from accounts.callers import PERMISSIONS, Caller
from billing import quotas
from billing.models import TierLimit, UsageRecord
from billing.serializers import MeReply, TierReply, TiersReply, UsageRecordReply, UsageReply
from billing.tiers import tier_for


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

    @extend_schema(operation_id="usage_read", responses=UsageReply)
    def get(self, request: Request) -> Response:
        return Response(UsageReply(quotas.usage(request.auth.user)).data)


class UsageRecords(ListAPIView[UsageRecord]):
    """The caller's ledger, newest first: each unit reserved, settled or refunded, and for which run."""

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

    @extend_schema(operation_id="tiers_list", responses=TiersReply)
    def get(self, request: Request) -> Response:
        tiers = TierReply(TierLimit.objects.all(), many=True).data
        return Response({"results": tiers, "next": None, "previous": None})
