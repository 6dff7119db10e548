import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from django.test import Client

from health import checks


@pytest.fixture(autouse=True)
def _fresh_probes(db: None) -> Iterator[None]:
    checks.configured.cache_clear()
    yield
    checks.configured.cache_clear()


hang = Event()
calls = 0


def hanging() -> dict[str, object]:
    global calls
    calls += 1
    hang.wait(30)
    return {"status": "up"}


def failing() -> dict[str, object]:
    raise ConnectionError("db.internal:5432 as root")


def test_all_is_well(client: Client) -> None:
    response = client.get("/health")
    body = response.json()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert body["status"] == "healthy"
    assert body["timestamp"].endswith("Z")
    assert body["version"]
    assert body["services"]["database"]["status"] == "up"
    assert body["services"]["database"]["latency_ms"] >= 0
    assert body["services"]["stripe"] == {"status": "not_configured", "mode": None}
    assert body["services"]["sentry"] == {"status": "not_configured"}
    assert body["services"]["redis"] == {"status": "not_configured"}


def test_it_needs_no_key_and_looks_at_none(client: Client) -> None:
    assert client.get("/health", headers={"X-API-Key": "nonsense"}).status_code == 200
    assert client.head("/health").status_code == 200


def test_another_method_is_refused(client: Client) -> None:
    response = client.post("/health")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]


def test_a_failing_service_degrades_and_names_no_host(client: Client, settings: Any) -> None:
    settings.HEALTH_PROBES = {**settings.HEALTH_PROBES, "redis": "health.tests.test_health.failing"}
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["services"]["redis"] == {"status": "down"}
    assert "internal" not in response.text


def test_without_the_database_it_is_unhealthy(client: Client, settings: Any) -> None:
    settings.HEALTH_PROBES = {"database": "health.tests.test_health.failing"}
    response = client.get("/health")
    assert (response.status_code, response.json()["status"]) == (200, "unhealthy")


def test_a_redis_that_nobody_runs_is_down(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert client.get("/health").json()["services"]["redis"] == {"status": "down"}


def test_a_hanging_service_delays_nothing_and_holds_one_thread(client: Client, settings: Any) -> None:
    global calls
    hang.clear()
    calls = 0
    settings.HEALTH_PROBES = {
        "database": "health.checks.database",
        "worker": "health.tests.test_health.hanging",
    }
    try:
        for _ in range(2):
            start = time.monotonic()
            body = client.get("/health").json()
            assert time.monotonic() - start < 1
            assert body["services"]["worker"] == {"status": "down"}
            assert body["services"]["database"]["status"] == "up"
        assert calls == 1
    finally:
        hang.set()
