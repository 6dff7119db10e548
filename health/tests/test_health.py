import time
from collections.abc import Iterator
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from health import checks, draining

ROUTES = ("", "/live", "/ready", "/db", "/stripe", "/sentry", "/cache")


@pytest.fixture(autouse=True)
def _fresh_probes(db: None) -> Iterator[None]:
    checks.probe_runner.cache_clear()
    yield
    checks.probe_runner.cache_clear()


hang = Event()
calls = 0


def hanging() -> dict[str, object]:
    global calls
    calls += 1
    hang.wait(30)
    return {"status": "up"}


def well() -> dict[str, object]:
    return {"status": "up"}


def failing() -> dict[str, object]:
    raise ConnectionError("db.internal:5432 as root")


@pytest.fixture
def a_worker(settings: Any) -> None:
    settings.HEALTH_PROBES = {**settings.HEALTH_PROBES, "worker": "health.tests.test_health.well"}


@pytest.fixture
def all_hang(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    hang.clear()
    settings.HEALTH_PROBES = dict.fromkeys(settings.HEALTH_PROBES, "health.tests.test_health.hanging")
    monkeypatch.setattr(
        checks, "DETAIL_PROBES", dict.fromkeys(checks.DETAIL_PROBES, "health.tests.test_health.hanging")
    )
    yield
    hang.set()


@pytest.fixture
def all_fail(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HEALTH_PROBES = dict.fromkeys(settings.HEALTH_PROBES, "health.tests.test_health.failing")
    monkeypatch.setattr(
        checks, "DETAIL_PROBES", dict.fromkeys(checks.DETAIL_PROBES, "health.tests.test_health.failing")
    )


def test_all_is_well(client: Client, a_worker: None) -> None:
    response = client.get("/health")
    body = response.json()
    assert response.status_code == 200
    assert body["status"] == "healthy"
    assert body["timestamp"].endswith("Z")
    assert body["version"]
    assert body["services"]["database"]["status"] == "up"
    assert body["services"]["database"]["latency_ms"] >= 0
    assert body["services"]["stripe"] == {"status": "not_configured", "mode": None}
    assert body["services"]["sentry"] == {"status": "not_configured"}
    assert body["services"]["redis"] == {"status": "not_configured"}
    assert body["services"]["llm"] == {"status": "not_configured"}


@pytest.mark.parametrize("route", ROUTES)
def test_they_need_no_key_and_look_at_none_and_nobody_keeps_them(client: Client, route: str) -> None:
    response = client.get(f"/health{route}", headers={"X-API-Key": "nonsense"})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert client.head(f"/health{route}").status_code == 200


@pytest.mark.parametrize("route", ROUTES)
def test_another_method_is_refused(route: str) -> None:
    client = Client(enforce_csrf_checks=True)
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        response = client.generic(method, f"/health{route}", headers={"Origin": "https://evil.example"})
        assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("route", ROUTES)
def test_a_probe_may_name_the_instance_as_it_likes(client: Client, route: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["blog.example.org"]
    assert client.get(f"/health{route}", headers={"Host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/docs", headers={"Host": "10.1.2.3:8000"}).status_code == 400


def test_a_failing_service_degrades_and_names_no_host(client: Client, a_worker: None, settings: Any) -> None:
    settings.HEALTH_PROBES = {**settings.HEALTH_PROBES, "redis": "health.tests.test_health.failing"}
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["services"]["redis"] == {"status": "down"}
    assert "internal" not in response.text


def test_without_a_worker_it_is_degraded_and_still_ready(client: Client) -> None:
    body = client.get("/health").json()
    assert (body["status"], body["services"]["worker"]) == ("degraded", {"status": "down", "workers": 0})
    assert client.get("/health/ready").status_code == 200


def test_without_the_database_it_is_unhealthy(client: Client, all_fail: None) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json()["status"]) == (200, "unhealthy")


def test_a_redis_that_nobody_runs_is_down(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert client.get("/health").json()["services"]["redis"] == {"status": "down"}


@pytest.mark.parametrize("route", ROUTES)
def test_whatever_hangs_the_answer_comes_within_a_second(client: Client, all_hang: None, route: str) -> None:
    start = time.monotonic()
    response = client.get(f"/health{route}")
    assert time.monotonic() - start < 1
    assert response.status_code == (503 if route in {"/ready", "/db"} else 200)


@pytest.mark.parametrize("route", ROUTES)
def test_whatever_fails_no_answer_says_where(client: Client, all_fail: None, route: str) -> None:
    response = client.get(f"/health{route}")
    assert response.headers["Cache-Control"] == "no-store"
    assert not any(secret in response.text for secret in ("internal", "5432", "root", "Traceback"))


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


def test_it_lives_as_long_as_it_answers(client: Client, all_fail: None) -> None:
    assert client.get("/health/live").json() == {"status": "alive"}


def test_it_is_ready(client: Client) -> None:
    assert client.get("/health/ready").json() == {"status": "ready"}


def not_ready(client: Client) -> str:
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (503, "not_ready")
    assert int(response.headers["Retry-After"]) >= 1
    return str(response.json()["reason"])


def test_it_is_not_ready_while_it_drains(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = Event()
    begun.set()
    monkeypatch.setattr(draining, "begun", begun)
    assert not_ready(client) == "draining"
    assert client.get("/health/live").status_code == 200


def test_it_is_not_ready_without_the_database(client: Client, all_fail: None) -> None:
    assert not_ready(client) == "database"


def test_it_is_not_ready_before_its_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_newest_migrations", lambda: {("generation", "9999_of_tomorrow")})
    assert not_ready(client) == "migrations"


def test_the_database_answers(client: Client) -> None:
    body = client.get("/health/db").json()
    assert body["timestamp"].endswith("Z")
    assert body["database"].pop("latency_ms") >= 0
    assert body["database"] == {"configured": True, "connected": True, "tables_accessible": True}


def test_a_table_that_is_missing_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = SimpleNamespace(_meta=SimpleNamespace(db_table="no such table", proxy=False))
    monkeypatch.setattr("health.checks.apps.get_models", lambda: [missing])
    response = client.get("/health/db")
    assert response.status_code == 200
    assert response.json()["database"]["tables_accessible"] is False


def test_a_database_that_is_down_is_a_503(client: Client, all_fail: None) -> None:
    response = client.get("/health/db")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) >= 1
    assert response.json()["database"] == {
        "configured": True,
        "connected": False,
        "latency_ms": None,
        "tables_accessible": False,
    }


def test_stripe_is_not_set_up(client: Client) -> None:
    assert client.get("/health/stripe").json() == {
        "stripe": {
            "configured": False,
            "connected": False,
            "mode": None,
            "webhook_configured": False,
            "latency_ms": None,
            "price_ids_configured": {
                **{"starter": False, "pro": False, "business": False},
                **{"starter_yearly": False, "pro_yearly": False, "business_yearly": False},
            },
        }
    }


def test_sentry_is_not_set_up(client: Client) -> None:
    sentry = client.get("/health/sentry").json()["sentry"]
    assert (sentry["configured"], sentry["active"], sentry["dsn_set"]) == (False, False, False)
    assert set(sentry) == {"configured", "active", "environment", "dsn_set", "traces_sample_rate", "release"}


def test_sentry_is_down_while_nothing_gets_there(client: Client, settings: Any) -> None:
    settings.SENTRY_DSN = "https://key@sentry.example.org/1"  # but no process of ours reports to it
    sentry = client.get("/health/sentry").json()["sentry"]
    assert (sentry["configured"], sentry["active"], sentry["dsn_set"]) == (True, False, True)
    assert sentry["traces_sample_rate"] == settings.SENTRY_TRACES_SAMPLE_RATE
    assert client.get("/health").json()["services"]["sentry"] == {"status": "down"}


def test_of_what_does_not_answer_nothing_is_claimed(client: Client, all_fail: None) -> None:
    stripe = client.get("/health/stripe").json()["stripe"]
    assert (stripe["configured"], stripe["connected"]) == (None, False)
    sentry = client.get("/health/sentry").json()["sentry"]
    assert (sentry["configured"], sentry["active"]) == (None, False)
    assert client.get("/health/cache").json()["caches"]["default"]["connected"] is False


def test_a_cache_in_the_process_counts_no_hits(client: Client) -> None:
    default = client.get("/health/cache").json()["caches"]["default"]
    assert default.pop("latency_ms") >= 0
    expected = {"backend": "LocMemCache", "connected": True, "hits": None, "misses": None, "hit_rate": None}
    assert default == expected


def redis_cache(address: str) -> dict[str, dict[str, str]]:
    return {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address}}


def test_a_cache_in_redis_has_figures(client: Client, settings: Any, redis_url: str) -> None:
    settings.CACHES = redis_cache(redis_url)
    default = client.get("/health/cache").json()["caches"]["default"]
    assert default["connected"] is True
    assert default["hits"] >= 0
    assert default["misses"] >= 0


def test_a_cache_in_a_redis_that_nobody_runs(client: Client, settings: Any) -> None:
    settings.CACHES = redis_cache("redis://user:secret@127.0.0.1:1/0")
    response = client.get("/health/cache")
    assert response.status_code == 200
    assert response.json()["caches"]["default"]["connected"] is False
    assert response.json()["caches"]["default"]["latency_ms"] is None
    assert "secret" not in response.text
