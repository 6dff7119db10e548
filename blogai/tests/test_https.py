"""Who is answered over plain HTTP in production, and who is not."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

GATEWAY = "172.17.0.1"
"""Where a container sees the machine that it runs on."""


@pytest.mark.parametrize(
    ("headers", "page", "api"),
    [
        ({"Host": "localhost:3000"}, 200, 401),
        ({"Host": "yourdomain.com"}, 301, 403),
        ({"Host": "localhost:3000", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}, 301, 403),
    ],
    ids=["by a local name", "by its name", "through a proxy"],
)
def test_a_containers_host_asks_without_tls(
    settings: Any, headers: dict[str, str], page: int, api: int
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.TRUSTED_PROXY_HOPS = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = ["yourdomain.com", "localhost"]
    client = Client(headers=headers, REMOTE_ADDR=GATEWAY)
    assert client.get("/docs").status_code == page
    assert client.get("/api/v1/posts").status_code == api
