"""Requests are counted by the names of their routes. These have no database, so a query would fail."""

import asyncio
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory
from django.urls import reverse

from health.registry import REGISTRY
from health.requests import count_requests

POST = "01a21fd8-19e2-715a-b677-de043400ddcf"


def counted(route: str, method: str, status: int) -> float:
    labels = {"route": route, "method": method, "status": str(status)}
    return REGISTRY.get_sample_value("blogai_http_requests_total", labels) or 0


def timed(route: str, method: str, bucket: str) -> float:
    labels = {"route": route, "method": method, "le": bucket}
    return REGISTRY.get_sample_value("blogai_http_request_seconds_bucket", labels) or 0


def series() -> set[str]:
    return {str(sample) for family in REGISTRY.collect() for sample in family.samples}


def test_by_the_name_of_the_route_the_method_and_the_status(client: Client) -> None:
    before, quick = counted("health_live", "GET", 200), timed("health_live", "GET", "30.0")
    client.get("/health/live")
    assert counted("health_live", "GET", 200) == before + 1
    assert timed("health_live", "GET", "30.0") == quick + 1
    refused = counted("health_live", "POST", 405)
    client.post("/health/live")
    assert counted("health_live", "POST", 405) == refused + 1


async def test_the_same_in_the_event_loop(async_client: AsyncClient) -> None:
    before = counted("health_live", "GET", 200)
    await async_client.get("/health/live")
    assert counted("health_live", "GET", 200) == before + 1


@pytest.mark.django_db
def test_no_path_becomes_a_label(client: Client) -> None:
    unknown = counted("none", "GET", 404)
    client.get("/no/such/page-of-mallory")
    assert counted("none", "GET", 404) == unknown + 1
    client.get(reverse("api-post", args=[POST]))
    assert counted("api-post", "GET", 401) > 0
    assert not any("mallory" in each or POST in each for each in series())


def test_made_up_methods_are_one_label(client: Client) -> None:
    client.generic("MALLORY", "/health/live")
    assert counted("health_live", "other", 405) > 0
    assert not any("MALLORY" in each for each in series())


async def test_a_client_that_left_is_counted_as_499(rf: RequestFactory) -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(60)
        return HttpResponse()

    before = counted("none", "GET", 499)
    waiting: Any = asyncio.ensure_future(count_requests(view)(rf.get("/")))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert counted("none", "GET", 499) == before + 1
