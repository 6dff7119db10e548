from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from generation.llm.providers.errors import ProviderErrors, retry_after

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
        (401, "Gemini does not accept the key in GEMINI_API_KEY."),
        (403, "Gemini does not let the key in GEMINI_API_KEY use g-1 (403)."),
        (402, "The Gemini account behind GEMINI_API_KEY has no credit left."),
        (404, "Gemini knows no model g-1 (404): check GEMINI_MODEL and GEMINI_BASE_URL."),
        (429, "Gemini is busy or its rate limit is reached."),
        (400, "Gemini does not accept the request (400): The key [key] wants less."),
        (500, "Gemini failed (500): The key [key] wants less."),
    ],
)
def test_the_sentence_says_who_and_what_to_do_but_never_the_key(status: int, sentence: str) -> None:
    failures = ProviderErrors("gemini", "g-1", "sk-secret")

    error = failures.of_status(status, {}, {"error": {"message": "The key sk-secret\n wants less."}})

    assert error.detail == sentence
    assert "sk-secret" not in repr(failures)
