import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from health import checks, metrics

TOKEN = "a token of the test"
ELSEWHERE = "10.0.0.9"
FORWARDED = ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via", "CF-Connecting-IP"]


@pytest.fixture(autouse=True)
def _fresh(db: None) -> Iterator[None]:
    for runner in (checks.probe_runner, metrics.probe_runner):
        runner.cache_clear()
    yield
    for runner in (checks.probe_runner, metrics.probe_runner):
        runner.cache_clear()


DONE = threading.Event()


def hanging() -> list[Metric]:
    """Figures that come far too late, once the test is done."""
    DONE.wait(30)
    return []


def failing() -> list[Metric]:
    raise ConnectionError("db.internal:5432 as root")


def figures(client: Client) -> dict[tuple[str, ...], float]:
    """Every sample: its name with its label values, and its value."""
    text = client.get("/metrics").content.decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_program_of_this_machine_reads_figures(client: Client) -> None:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.headers["Cache-Control"] == "no-store"
    found = figures(client)
    assert found["blogai_service_up", "database"] == 1
    assert found["blogai_service_up", "worker"] == 0
    assert ("blogai_service_up", "stripe") not in found
    assert found["blogai_queue_age_seconds",] == 0
    assert found["blogai_runs", "queued"] == 0
    assert all(
        found["blogai_figures_up", name] == 1 for name in ("queue", "runs", "steps", "calls", "breakers")
    )
    assert found["process_resident_memory_bytes",] > 0


@pytest.mark.parametrize("header", FORWARDED)
def test_behind_a_proxy_there_is_nothing(client: Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("peer", ["10.0.0.9", "::ffff:10.0.0.9", "", "unix"])
def test_from_elsewhere_there_is_nothing(client: Client, peer: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=peer).status_code == 404


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_has_many_names(client: Client, peer: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=peer).status_code == 200


def test_a_page_of_another_name_that_leads_here_reads_nothing(client: Client) -> None:
    assert client.get("/metrics", headers={"Host": "rebound.example.org"}).status_code == 400


def test_the_token_opens_it_from_anywhere(client: Client, settings: Any) -> None:
    settings.METRICS_TOKENS = ["the one before", TOKEN]
    assert (
        client.get(
            "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, REMOTE_ADDR=ELSEWHERE
        ).status_code
        == 200
    )
    refused = client.get("/metrics", REMOTE_ADDR=ELSEWHERE)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/metrics").status_code == 200


def test_with_the_token_an_instance_is_asked_by_its_own_name(client: Client, settings: Any) -> None:
    settings.METRICS_TOKENS = ["the one before", TOKEN]
    for token, status in ((TOKEN, 200), ("wrong", 400)):
        headers = {"Authorization": f"Bearer {token}", "Host": "blog-ai:8000"}
        assert client.get("/metrics", headers=headers, REMOTE_ADDR=ELSEWHERE).status_code == status


def test_a_wrong_token_opens_nothing(client: Client, settings: Any) -> None:
    for token in (TOKEN, ""):
        settings.METRICS_TOKENS = [token] if token else []
        response = client.get("/metrics", REMOTE_ADDR=ELSEWHERE, headers={"Authorization": "Bearer wrong"})
        assert response.status_code == (401 if token else 404)
    settings.METRICS_TOKENS = ["the one before", TOKEN]
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_figures_that_cannot_be_had_are_left_out_in_time(client: Client, settings: Any) -> None:
    settings.METRICS = {
        **settings.METRICS,
        "runs": "health.tests.test_metrics.hanging",
        "steps": "health.tests.test_metrics.failing",
    }
    DONE.clear()
    try:
        response = client.get("/metrics")
    finally:
        DONE.set()
    assert 'blogai_figures_up{figures="runs"} 0.0' in response.text
    assert 'blogai_figures_up{figures="steps"} 0.0' in response.text
    assert 'blogai_figures_up{figures="queue"} 1.0' in response.text
    assert "internal" not in response.text
