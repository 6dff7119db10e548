"""`/api/v1/usage` and `/api/v1/tiers`."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import quotas
from billing.models import TierLimit
from billing.serializers import TierReply, TiersReply, UsageReply


class Usage(APIView):
    """What the caller has used of their plan this month and today."""

    @extend_schema(operation_id="usage_read", responses=UsageReply)
    def get(self, request: Request) -> Response:
        return Response(quotas.usage(request.auth.user))


class Tiers(APIView):
    """The plans, smallest first. A limit of null means unlimited."""

    @extend_schema(operation_id="tiers_list", responses=TiersReply)
    def get(self, request: Request) -> Response:
        tiers = TierReply(TierLimit.objects.all(), many=True).data
        return Response({"results": tiers, "next": None, "previous": None})
