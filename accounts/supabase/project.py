"""Requests to the Supabase project in SUPABASE_URL."""

import json
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings

from blogai.core import egress
from blogai.core.db import release_connections

LIMITS = egress.Limits(seconds=4, connect_seconds=2, size=100_000, unpacked_size=100_000, redirects=0)


def issuer() -> str:
    """What the project's tokens name as their issuer; also the address of its Auth service."""
    return f"{settings.SUPABASE_URL}/auth/v1"


def get(path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """The status and the JSON at the path of the Auth service; None if it is no JSON. Raises EgressError.

    No database connection is held meanwhile.
    """
    release_connections()
    page = async_to_sync(egress.fetch)(issuer() + path, rules=_rules(), limits=LIMITS, headers=headers or {})
    content = None
    with suppress(ValueError):
        content = json.loads(page.body)
    return page.status, content


def _rules() -> egress.Rules:
    """Its own address too where that is a number: the operator has named it."""
    where, allow = urlsplit(settings.SUPABASE_URL), set(settings.EGRESS_ALLOW)
    with suppress(ValueError):
        port = where.port or egress.PORTS[where.scheme]
        allow.add((ip_address(where.hostname or ""), port))
    return egress.Rules(plain_http=settings.DEVELOPMENT, allow=frozenset(allow))
