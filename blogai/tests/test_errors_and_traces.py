"""What web, worker and sockets send to Sentry and to a collector of traces: nothing that anybody wrote."""

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import sentry_sdk
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from blogai.sentry import Transport
from blogai.tests.canaries import canary, told
from blogai.tests.collector import Collector, collecting
from blogai.tests.fake_sentry import FakeSentry, receiving
from blogai.tests.folders import open_folder
from blogai.tests.processes import PROJECT, SECONDS, manage, serving, until
from generation.llm import simulated

pytestmark = [pytest.mark.worker, pytest.mark.timeout(240)]

RULES = PROJECT / "docker/monitoring/sentry"
WHERE = ("local", "body", "query", "path", "header", "cookie", "topic", "frame")
CANARIES = [canary(where).replace("/", "-") for where in WHERE]
LOCAL, BODY, QUERY, PATH, HEADER, COOKIE, TOPIC, FRAME = CANARIES
EMAIL = "canary@example.org"
KEYS = {"event_id", "timestamp", "level", "platform", "release", "environment", "sdk", "transaction", "tags"}


@dataclass
class Received:
    sentry: FakeSentry
    collector: Collector
    secrets: list[str]
    printed: list[str]


@pytest.fixture(scope="module")
def received() -> Iterator[Received]:
    """What arrives while everything fails, and what must not be in it."""
    with (
        open_folder() as folder,
        receiving() as sentry,
        collecting() as collector,
        simulated.serve() as model,
    ):
        variables = {
            "DJANGO_SETTINGS_MODULE": "blogai.tests.failing_settings",
            "SENTRY_DSN": sentry.dsn,
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
            "SENTRY_ENVIRONMENT": "staging-2",
            "SENTRY_TRACES_SAMPLE_RATE": "1",
            "SENTRY_PROFILES_SAMPLE_RATE": "1",
            "OPENAI_API_KEY": "simulated",
            "OPENAI_BASE_URL": model.openai_url,
        }
        with serving(folder, **variables) as serve:
            url = serve.url()
            person = ("create_api_key", "--email", EMAIL, "--create-user")
            key = manage(*person, data_dir=folder, **variables).stdout.strip()
            everything_fails(url, key)
            serve.end(signal.SIGTERM)  # sends what is left
        yield Received(sentry, collector, [*CANARIES, EMAIL, key], serve.printed)


def everything_fails(url: str, key: str) -> None:
    with httpx.Client(base_url=url, timeout=SECONDS, headers={"X-API-Key": key}) as program:
        headers = {"X-Fails": HEADER, "Cookie": f"seen={COOKIE}", "X-Request-ID": "ticket-4711"}
        failed = program.request(
            "GET", f"/sign-in/{PATH}?q={QUERY}", json={"prompt": BODY, "to": EMAIL}, headers=headers
        )
        assert failed.status_code == 500
        assert program.get(f"/nowhere/{PATH}?q={QUERY}").status_code == 404
        assert program.get("/health/sentry").json()["sentry"]["active"]
        runs = [started(program, topic) for topic in (f"about {TOPIC}", f"broken {TOPIC}")]
        ends = [ended(program, run) for run in runs]
        assert ends == ["completed", "failed"]
    address = f"{url.replace('http', 'ws')}/ws/conversation/c-1?seen={QUERY}"
    with connect(address, additional_headers={"X-API-Key": key, "X-Seen": FRAME}) as socket:
        socket.send(json.dumps({"type": "cancel", "run": runs[0], "why": FRAME}))
        with pytest.raises(ConnectionClosed):
            while True:
                socket.recv(timeout=SECONDS)


def started(program: httpx.Client, topic: str) -> str:
    brief = {"topic": topic, "sections": 1, "include_faq": False}
    reply = program.post("/generate-blog", json=brief, headers={"Prefer": "respond-async"})
    return str(reply.json()["run_id"])


def ended(program: httpx.Client, run: str) -> str:
    def status() -> str | None:
        found = str(program.get(f"/api/v1/runs/{run}").json()["status"])
        return found if found in ("completed", "failed") else None

    return until(status, "the end of the run")


def arrived(sentry: FakeSentry, kind: str, name: str) -> dict[str, Any]:
    [*_, last] = [item for item in sentry.items(kind) if item.get("transaction") == name]
    return last


def failed_in(event: dict[str, Any]) -> str:
    """The function at the end of the stack."""
    return str(event["exception"]["values"][-1]["stacktrace"]["frames"][-1]["function"])


def test_nothing_that_anybody_wrote_arrives(received: Received) -> None:
    sentry, secrets = received.sentry, received.secrets
    assert len(sentry.items("event")) >= 3
    assert len(sentry.items("transaction")) >= 5
    assert sentry.items("profile")
    assert received.collector.spans
    assert not told(secrets, sentry.text)
    assert not told(secrets, received.collector.text)


def test_errors_of_web_worker_and_socket_arrive(received: Received) -> None:
    events = received.sentry.items("event")
    where = {failed_in(event): event for event in events}
    assert where.keys() >= {"process_view", "write_or_fail", "cancel"}
    web, worker = where["process_view"], where["write_or_fail"]
    assert web["exception"]["values"][-1]["type"] == "RuntimeError"
    assert web["transaction"] == "/sign-in/{token}"
    assert web["tags"] == {"request_id": "ticket-4711", "severity": "critical"}
    assert worker["logentry"]["message"] == "a run failed because of an unexpected error"
    assert worker["tags"].keys() == {"run_id", "severity"}
    assert (web["environment"], web["release"].partition("@")[0]) == ("staging-2", "blog-ai")
    allowed = KEYS | {"exception", "logentry", "logger", "contexts"}
    assert all(event.keys() <= allowed for event in events), [event.keys() - allowed for event in events]


def test_requests_and_jobs_are_timed_and_health_is_not(received: Received) -> None:
    sentry = received.sentry
    names = {item["transaction"] for item in sentry.items("transaction")}
    assert {"/generate-blog", "/sign-in/{token}", "none", "write_run"} <= names
    assert not [name for name in names if "health" in name]
    spans = arrived(sentry, "transaction", "/generate-blog")["spans"]
    statements = [span.get("description", "") for span in spans]
    assert any(statement.startswith("INSERT") for statement in statements)
    ops = {span["op"] for item in sentry.items("transaction") for span in item["spans"]}
    assert "http.client" in ops


def test_request_job_and_model_calls_are_one_trace(received: Received) -> None:
    spans = received.collector.spans
    jobs = [span for span in spans if span.name == "write_run"]
    assert len(jobs) == 2
    calls = [span for span in spans if span.name == "model call"]
    [written] = {call.parent for call in calls}
    [job] = [job for job in jobs if job.id == written]
    [request] = [span for span in spans if span.id == job.parent]
    assert request.name == "POST generate-blog"
    assert request.attributes["http.response.status_code"] == 202
    lines = [line for line in received.printed if f"trace_id={request.trace}" in line]
    assert any(" run.queued " in line for line in lines)
    assert any(" run.completed " in line for line in lines)
    assert {request.trace, job.trace} == {call.trace for call in calls}
    assert {call.attributes["step"] for call in calls} >= {"outline", "introduction", "section-1"}
    assert all(call.attributes["gen_ai.usage.output_tokens"] for call in calls)
    [failed] = [span for span in spans if span.attributes.get("http.route") == "sign-in"]
    assert (failed.attributes["http.response.status_code"], failed.parent) == (500, "")
    assert not [span for span in spans if "health" in str(span.attributes)]


def test_lost_events_are_told_by_the_health_of_sentry() -> None:
    def healthy(dsn: str) -> bool:
        client = sentry_sdk.Client(dsn, transport=Transport, default_integrations=False)
        transport = client.transport
        assert transport
        client.capture_event({"message": "lost or not"})
        client.close(timeout=10)
        return transport.is_healthy()

    with receiving() as sentry:
        assert healthy(sentry.dsn)
    assert not healthy(sentry.dsn), "nobody is there any more"


def test_the_alert_rules_ask_for_what_our_events_have(received: Received) -> None:
    rules = {path.stem: json.loads(path.read_text()) for path in RULES.glob("*.json")}
    assert rules.keys() == {"high-error-rate", "critical-error"}
    [tag] = [each for each in rules["critical-error"]["filters"] if "key" in each]
    events = received.sentry.items("event")
    assert any(event["tags"][tag["key"]] == tag["value"] for event in events)
    assert any(event["tags"][tag["key"]] != tag["value"] for event in events)
