"""/.well-known/security.txt."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from blogai.environment import contact

PATH = "/.well-known/security.txt"


def test_it_says_whom_to_tell(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT, settings.PUBLIC_URL = "mailto:security@example.org", "https://blog.example.org"
    reply = client.get(PATH)
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in reply.text.splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Canonical"] == f"https://blog.example.org{PATH}"
    assert fields["Preferred-Languages"] == "en"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)


def test_without_a_contact_there_is_none(client: Client) -> None:
    assert client.get(PATH).status_code == 404


@pytest.mark.parametrize(
    ("said", "sender", "uri"),
    [
        ("security@example.org", "", "mailto:security@example.org"),
        ("https://example.org/report", "", "https://example.org/report"),
        ("", "Blog AI <blog@example.org>", "mailto:blog@example.org"),
        ("security@example.org", "blog@example.org", "mailto:security@example.org"),
        ("", "Blog AI", ""),
        ("", "", ""),
    ],
)
def test_a_contact(monkeypatch: pytest.MonkeyPatch, said: str, sender: str, uri: str) -> None:
    monkeypatch.setenv("SECURITY_CONTACT", said)
    assert contact("SECURITY_CONTACT", sender) == uri
