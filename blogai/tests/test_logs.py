"""The log: one line of JSON for each request, with the fields that docs/logging.md lists."""

import asyncio
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import AsyncRequestFactory, Client

from accounts.models import User
from blogai.logs import FIELDS, Formatter
from blogai.request_log import request_log
from blogai.tests.log_lines import Lines, json_lines
from generation.runs.log import EVENTS

PAGE = Path(__file__).resolve().parent.parent.parent / "docs/logging.md"
ALWAYS = {"time", "level", "logger", "event"}
REQUEST = {*ALWAYS, "request_id", "route", "method", "status", "duration_ms", "address"}


@pytest.fixture
def logged() -> Iterator[Lines]:
    with json_lines() as lines:
        yield lines


def rows_below(heading: str) -> dict[str, str]:
    section = PAGE.read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([\w.]+)` \| (.+) \|$", section, re.MULTILINE))


@pytest.mark.parametrize(("heading", "listed"), [("Fields", FIELDS), ("Events of runs", EVENTS)])
def test_the_page_lists_what_the_code_has(heading: str, listed: dict[str, str]) -> None:
    assert rows_below(heading) == listed


@pytest.mark.django_db
def test_a_request_is_one_line(client_for: Any, alice: User, logged: Lines) -> None:
    reply = client_for(alice).get("/api/v1/posts?q=tides", headers={"X-Request-ID": "ticket-4711"})
    assert reply.status_code == 200
    [line] = logged.about("request")
    assert line.keys() == {*REQUEST, "user_id", "key_id"}
    assert (line["route"], line["method"], line["status"]) == ("api-posts", "GET", 200)
    assert (line["request_id"], line["user_id"], line["address"]) == (
        "ticket-4711",
        str(alice.pk),
        "127.0.0.1",
    )
    assert (line["level"], line["logger"]) == ("INFO", "blogai.request_log")
    assert line["duration_ms"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert "tides" not in logged.text


@pytest.mark.django_db
def test_neither_the_path_nor_a_proxy_that_is_not_ours_gets_into_it(client: Client, logged: Lines) -> None:
    client.get("/sign-in/canary-of-a-token", headers={"X-Forwarded-For": "203.0.113.9"})
    client.get("/alice@example.com")
    signed, nowhere = logged.about("request")
    assert (signed["route"], nowhere["route"], nowhere["status"]) == ("sign-in", "none", 404)
    assert signed["address"] == "127.0.0.1"
    assert "canary" not in logged.text
    assert "alice" not in logged.text


@pytest.mark.django_db
def test_an_error_is_a_line_with_its_traceback_beside_the_request_s(client: Client, logged: Lines) -> None:
    client.raise_request_exception = False
    client.get("/debug-sentry")
    [error] = [line for line in logged.all() if line["level"] == "ERROR"]
    [request] = logged.about("request")
    assert "DeliberateError" in error["exception"]
    assert request["status"] == 500
    assert request["request_id"] == error["request_id"]


@pytest.mark.parametrize("door", ["/sign-in/", "/shared/", "/secure-account/"])
def test_whoever_quotes_an_address_that_lets_people_in_leaves_its_token_out(logged: Lines, door: str) -> None:
    logging.getLogger("blogai.tests").warning("asked for https://blog.example%scanary?x=1", door)
    assert door in logged.text
    assert "canary" not in logged.text


def test_a_field_that_is_not_listed_is_not_written(logged: Lines) -> None:
    structlog.get_logger("blogai.tests").warning("something", prompt="about tides", run_id=4711)
    logging.getLogger("blogai.tests").warning("else", extra={"prompt": "about tides"})
    assert [line.keys() for line in logged.all()] == [{*ALWAYS, "run_id"}, ALWAYS]


def test_whatever_is_quoted_a_line_is_one_line_of_json() -> None:
    # Formatted only: pytest would put a logged surrogate into its report, which xdist cannot send.
    quoted = ("/sign-in/token\n\u2028\x1b\ud800",)
    record = logging.LogRecord("blogai.tests", logging.WARNING, __file__, 1, '%s"\\', quoted, None)
    [line] = Formatter("json").format(record).splitlines()
    assert json.loads(line)["event"].startswith("/sign-in/[token]\n")
    assert line.isascii()


async def test_a_stream_is_logged_at_its_end_and_a_client_that_left_with_499(logged: Lines) -> None:
    async def view(request: HttpRequest) -> Any:
        if "hangs" in request.path:
            await asyncio.sleep(60)
        return StreamingHttpResponse([b"x"]) if "stream" in request.path else HttpResponse()

    def asked_for(path: str) -> Any:
        request = AsyncRequestFactory().get(path)
        request.request_id = path[1:]  # type: ignore[attr-defined] # as the middleware before it does
        return request_log(view)(request)

    reply = await asked_for("/stream")
    assert not logged.about("request")
    reply.close()
    waiting = asyncio.ensure_future(asked_for("/hangs"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    streamed, left = logged.about("request")
    assert (streamed["request_id"], streamed["status"]) == ("stream", 200)
    assert (left["request_id"], left["status"]) == ("hangs", 499)
