"""`/api/v1/api-keys`, of which the list is also at `/api-keys`."""

from typing import cast
from uuid import UUID

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import own_keys, reauthentication
from accounts.callers import Caller
from accounts.models import ApiKey
from accounts.origins import origin_of
from accounts.serializers import (
    ApiKeyReply,
    ChangedApiKeyBody,
    NewApiKeyBody,
    NewApiKeyReply,
    RotateBody,
    key_reply,
    new_key_reply,
    overlap_of,
    wanted,
)

LOCATION = OpenApiParameter(
    "Location", OpenApiTypes.URI, location="header", required=True, description="Of the key.", response=[201]
)


class _Managed:
    """Every method needs the permission `manage`, reading too."""

    needs = needs_to_read = "manage"


class ApiKeys(_Managed, GenericAPIView[ApiKey]):
    """The account's keys that are not revoked, newest first."""

    serializer_class = ApiKeyReply  # type: ignore[assignment]  # it describes dictionaries
    queryset = ApiKey.objects.none()

    @extend_schema(operation_id="api_keys_list", summary="List API keys", responses=ApiKeyReply(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(own_keys.keys_of(_caller(request)))
        return self.get_paginated_response([key_reply(key) for key in page or []])

    @extend_schema(
        operation_id="api_keys_create",
        summary="Make an API key",
        description="The reply is the only one that has the key itself, as `key`. The owner gets a mail.",
        request=NewApiKeyBody,
        responses={201: NewApiKeyReply},
        parameters=[LOCATION],
    )
    def post(self, request: Request) -> Response:
        body = NewApiKeyBody(data=request.data)
        body.is_valid(raise_exception=True)
        reauthentication.require_of(_caller(request), request._request)
        origin = origin_of(request._request)
        return _created(request, *own_keys.create(_caller(request), wanted(body.validated_data), origin))


@extend_schema_view(
    get=extend_schema(operation_id="api_keys_list_root"),
    post=extend_schema(operation_id="api_keys_create_root"),
)
class ApiKeysAtRoot(ApiKeys):
    """The account's keys that are not revoked, newest first."""


class OneApiKey(_Managed, APIView):
    """A key: look at it, change its name or its limits, revoke it."""

    @extend_schema(operation_id="api_keys_read", summary="Look at an API key", responses=ApiKeyReply)
    def get(self, request: Request, key_id: UUID) -> Response:
        return Response(key_reply(own_keys.key_for(_caller(request), key_id)))

    @extend_schema(
        operation_id="api_keys_change",
        summary="Change an API key",
        request=ChangedApiKeyBody,
        responses=ApiKeyReply,
    )
    def patch(self, request: Request, key_id: UUID) -> Response:
        own_keys.key_for(_caller(request), key_id)
        body = ChangedApiKeyBody(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(key_reply(own_keys.change(_caller(request), key_id, body.validated_data)))

    @extend_schema(operation_id="api_keys_revoke", summary="Revoke an API key", responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:
        own_keys.revoke(_caller(request), key_id, origin_of(request._request))
        return Response(status=204)


class RotateApiKey(_Managed, APIView):
    """Replace a key with a new one like it. The old one keeps working for a while."""

    @extend_schema(
        operation_id="api_keys_rotate",
        summary="Rotate an API key",
        description="Makes a key like this one; the old one works for `overlap_seconds` more. The reply is "
        "the only one that has the new key itself, as `key`.",
        request=RotateBody,
        responses={201: NewApiKeyReply},
        parameters=[LOCATION],
    )
    def post(self, request: Request, key_id: UUID) -> Response:
        own_keys.key_for(_caller(request), key_id)
        body = RotateBody(data=request.data)
        body.is_valid(raise_exception=True)
        reauthentication.require_of(_caller(request), request._request)
        overlap, origin = overlap_of(body.validated_data), origin_of(request._request)
        return _created(request, *own_keys.rotate(_caller(request), key_id, overlap, origin))


def _caller(request: Request) -> Caller:
    return cast(Caller, request.auth)


def _created(request: Request, key: ApiKey, raw: str) -> Response:
    where = request.build_absolute_uri(reverse("api-key", args=[key.pk]))
    headers = {"Location": where, "Cache-Control": "no-store"}
    return Response(new_key_reply(key, raw), status=201, headers=headers)
