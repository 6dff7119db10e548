from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from blogai.core.errors import ProviderBusy, ProviderError, ProviderRejected
from generation.llm.providers.errors import (
    AGAIN,
    ANOTHER,
    AccountRejected,
    KeyRejected,
    ProviderErrors,
    retry_after,
    told,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "12"}, None, 12),
        ({"retry-after": "1.5"}, None, 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, None, 0.25),
        ({"retry-after": date(90), "date": date(0)}, None, 90),
        ({"retry-after": date(-90), "date": date(0)}, None, 0),
        ({}, [{"error": {"details": [{"@type": "RetryInfo", "retryDelay": "34.07s"}]}}], 34.07),
        ({}, {"error": {"message": "Slow down."}}, None),
        ({"retry-after": "soon"}, "Slow down.", None),
        ({"retry-after": "nan"}, None, None),
        ({"retry-after": "-1"}, None, None),
        ({}, None, None),
    ],
)
def test_when_to_come_back(headers: dict[str, str], body: object, seconds: float | None) -> None:
    assert retry_after(headers, body) == seconds


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, f"Gemini rejected this site’s API key. {ANOTHER}"),
        (402, f"This site’s account with Gemini is out of credit. {ANOTHER}"),
        (403, f"Gemini doesn’t let this site use g-1. {ANOTHER}"),
        (404, f"Gemini doesn’t offer g-1. {ANOTHER}"),
        (429, f"Gemini is busy right now. {AGAIN}"),
        (400, f"Gemini didn’t accept our request. {ANOTHER}"),
        (500, f"Gemini isn’t answering. {AGAIN}"),
        (524, f"Gemini isn’t answering. {AGAIN}"),
    ],
)
def test_the_writer_reads_who_failed_and_what_to_do_and_the_log_has_the_rest(
    status: int, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    errors = ProviderErrors("gemini", "g-1", "very-secret")

    error = errors.of_status(status, {}, {"error": {"message": "The key very-secret\n wants less."}})

    assert error.detail == sentence
    assert "The key [key] wants less." in caplog.text
    assert "very-secret" not in caplog.text + repr(errors)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"error": {"message": "Out of memory."}}, "Out of memory."),
        ({"error": "Out of memory."}, "Out of memory."),
        ({"detail": "Out of memory."}, "Out of memory."),
        ({"message": "Out of memory.", "request_id": "r"}, "Out of memory."),
        ([{"error": {"code": 500, "message": "Out of memory."}}], "Out of memory."),
        ("Out of\n memory.", "Out of memory."),
        ({"error": {"message": "Not supported.", "param": "temperature"}}, "temperature: Not supported."),
        (
            {"detail": [{"loc": ["body", "top_k"], "msg": "Not permitted.", "input": {"max_tokens": 5}}]},
            "body.top_k: Not permitted.",
        ),
        ({"errors": [{"message": "One."}, {"message": "Two."}]}, "One. Two."),
        ("<!DOCTYPE html><html><title>524</title></html>", ""),
        ({"error": "<html><body>Bad gateway</body></html>"}, ""),
        ({"error": None}, ""),
        (None, ""),
        (7, ""),
    ],
)
def test_what_a_provider_says_about_an_error(body: object, sentence: str) -> None:
    assert told(body) == sentence


@pytest.mark.parametrize(
    ("status", "headers", "message", "kind"),
    [
        (503, {}, "The model is overloaded.", ProviderError),
        (429, {}, "", ProviderBusy),
        (503, {}, "A pipe broke.", ProviderError),
        (307, {}, "", AccountRejected),
        (422, {}, "", ProviderRejected),
        (408, {}, "", ProviderError),
        (425, {}, "", ProviderError),
    ],
)
def test_what_trying_again_is_worth(
    status: int, headers: dict[str, str], message: str, kind: type[ProviderError]
) -> None:
    assert type(ProviderErrors("openai", "m", "").of_status(status, headers, message)) is kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"code": 429, "message": "Slow down."}}, ProviderBusy),
        ({"error": {"code": "401", "message": "No."}}, KeyRejected),
        ({"error": {"type": "invalid_request_error", "message": "No."}}, ProviderRejected),
        ({"type": "error", "error": {"type": "overloaded_error"}}, ProviderError),
        ({"error": {"code": "server_error"}}, ProviderError),
        ("It broke.", ProviderError),
    ],
)
def test_an_error_with_status_200_is_what_its_code_says(body: object, kind: type[ProviderError]) -> None:
    assert type(ProviderErrors("openai", "m", "").in_reply(body)) is kind


@pytest.mark.parametrize(("message", "overloaded"), [("Server busy.", True), ("A pipe broke.", False)])
def test_too_much_at_once_is_told_from_other_failures(message: str, overloaded: bool) -> None:
    assert ProviderErrors("openai", "m", "").of_status(503, {}, message).overloaded is overloaded
