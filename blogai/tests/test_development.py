"""The doors that only development has."""

import logging
from typing import Any

import pytest
from django.test import Client

from blogai.serving import shared_state
from blogai.tests.test_env_example import listed


def test_the_deliberate_error_arrives_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        reply = client.get("/debug-sentry", headers={"Accept": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (500, "error")
    assert "DeliberateError" in caplog.text
    assert "asked for at /debug-sentry" not in reply.text


def test_the_configuration_is_names_and_whether_they_are_set(client: Client) -> None:
    reply = client.get("/config-status")
    assert reply.json()["environment"] == "development"
    variables = reply.json()["variables"]
    assert set(variables) == set(listed())
    assert set(variables.values()) == {True, False}
    assert variables["DATA_DIR"] is True  # conftest.py sets it
    assert variables["SECRET_KEY"] is False


@pytest.mark.parametrize("environment", ["staging", "production"])
@pytest.mark.parametrize("path", ["/debug-sentry", "/config-status"])
def test_elsewhere_there_is_nothing(settings: Any, path: str, environment: str) -> None:
    settings.ENVIRONMENT, settings.DEVELOPMENT = environment, False
    client = Client(enforce_csrf_checks=True)
    for method in ("get", "head", "post", "delete"):
        reply = getattr(client, method)(path, headers={"X-Request-ID": "1"})
        unknown = getattr(client, method)(f"{path[:-1]}x", headers={"X-Request-ID": "1"})
        assert reply.status_code == 404
        assert reply.text == unknown.text.replace(f"{path[:-1]}x", path)
        assert reply.headers == unknown.headers


def test_several_processes_without_redis_are_a_warning_in_development(settings: Any) -> None:
    assert "REDIS_URL" in shared_state.check(processes=2)
    assert not shared_state.check(processes=1)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert not shared_state.check(processes=2)
