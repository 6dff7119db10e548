"""API clients for tests."""

from typing import Any

from django.test import Client

from accounts import api_keys
from accounts.models import User


class ApiClient(Client):
    """Django's test client, which sends JSON by default."""

    def post(
        self, path: Any, data: Any = None, content_type: str = "application/json", *args: Any, **kwargs: Any
    ) -> Any:
        return super().post(path, {} if data is None else data, content_type, *args, **kwargs)

    def put(
        self, path: Any, data: Any = "", content_type: str = "application/json", *args: Any, **kwargs: Any
    ) -> Any:
        return super().put(path, data, content_type, *args, **kwargs)

    def patch(
        self, path: Any, data: Any = "", content_type: str = "application/json", *args: Any, **kwargs: Any
    ) -> Any:
        return super().patch(path, data, content_type, *args, **kwargs)


def client_with(key: str | None) -> ApiClient:
    return ApiClient(headers={"X-API-Key": key} if key else None)


def revoked_key(owner: User) -> str:
    key, raw = api_keys.issue(owner, "revoked", ["read", "generate", "manage"])
    api_keys.revoke(key)
    return raw
