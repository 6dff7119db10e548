"""Sign-up, sign-in and a forgotten password tell nobody who has an account: same work, same answer.

What it comes to in time, `make bench ARGS=enumeration` measures.
"""

from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import pbkdf2

from accounts.models import User

pytestmark = pytest.mark.django_db

FORMS = {
    "/sign-up": {"password1": "correct horse battery"},
    "/sign-in": {"password": "correct horse battery"},
    "/forgotten-password": {},
}
KNOWN, UNKNOWN = "alice@example.com", "nobody@example.com"


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was hashed."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return hashed


def sent(path: str, email: str) -> tuple[Any, list[str]]:
    """The reply, and what Postgres was asked: its statements without their values."""
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        reply = client.post(path, {"email": email, "login": email} | FORMS[path])
    return reply, [" ".join(query["sql"].split()[:4]) for query in queries]


def queued(statements: list[str]) -> int:
    """How many jobs."""
    return sum("procrastinate_defer_job" in statement for statement in statements)


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("password", ["a password", None])
def test_the_work_is_the_same(
    alice: User, path: str, password: str | None, hashes: list[str], settings: Any
) -> None:
    settings.EMAIL_VERIFICATION = "mandatory"
    alice.set_password(password)
    alice.save()
    counts = []
    statements = []
    for email in (KNOWN, UNKNOWN):
        hashes.clear()
        statements.append(sent(path, email)[1])
        counts.append(len(hashes))
    known, unknown = statements
    assert counts[0] == counts[1] == (0 if path == "/forgotten-password" else 1)
    if (
        path == "/sign-up"
    ):  # all that the other does is done and undone, but for its mail; then another is queued
        assert queued(known) == queued(unknown) == 1
        assert "ROLLBACK TO SAVEPOINT" in " ".join(known)
        assert [each for each in known if each.startswith("INSERT")][:2] == [
            each for each in unknown if each.startswith("INSERT")
        ][:2]
        assert abs(len(known) - len(unknown)) <= 1
    else:
        assert known == unknown


def test_an_older_hash_takes_as_many_rounds(
    alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
    alice.set_password("a password")
    alice.save()
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1200)
    rounds: list[int] = []

    def counted(password: str, salt: str, iterations: int, **more: Any) -> bytes:
        rounds.append(iterations)
        return pbkdf2(password, salt, iterations, **more)

    monkeypatch.setattr("django.contrib.auth.hashers.pbkdf2", counted)
    for email in (KNOWN, UNKNOWN):
        rounds.clear()
        sent("/sign-in", email)
        assert sum(rounds) == 1200, email


@pytest.mark.parametrize("path", FORMS)
def test_the_answer_is_the_same(alice: User, path: str) -> None:
    known, unknown = sent(path, KNOWN)[0], sent(path, UNKNOWN)[0]
    assert (known.status_code, known.headers.get("Location")) == (
        unknown.status_code,
        unknown.headers.get("Location"),
    )
    hidden = {"csrfmiddlewaretoken"}
    assert _without(known, KNOWN, hidden) == _without(unknown, UNKNOWN, hidden)
    assert known.cookies.keys() == unknown.cookies.keys()


@pytest.mark.parametrize("path", FORMS)
def test_a_closed_account_looks_like_none(alice: User, hashes: list[str], path: str) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    closed, counted = sent(path, KNOWN)[0], len(hashes)
    hashes.clear()
    nobody = sent(path, UNKNOWN)[0]
    assert (closed.status_code, counted) == (nobody.status_code, len(hashes))


def _without(reply: Any, email: str, fields: set[str]) -> str:
    """The page without what is different in each: the address that was typed, and tokens."""
    lines = reply.text.replace(email, "").splitlines()
    return "\n".join(line for line in lines if not any(field in line for field in fields))
