"""The table of ASVS in docs/security-model.md is whole and names tests that exist; some of them are here."""

import ast
import logging
import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import signing
from django.test import Client

from accounts import api_keys
from accounts.models import Session, User
from accounts.services import demo_user
from blogai import settings as ours
from blogai.logs import Formatter
from blogai.settings import BASE_DIR

DOCUMENT = BASE_DIR / "docs" / "security-model.md"
EXPORTS = BASE_DIR / "generation" / "exports"
PRODUCT = ("accounts", "billing", "blogai", "generation", "health")
PASSWORD = "a password"

REQUIREMENTS = {
    **{"1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2"},
    **{"2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1-1"},
    **{"3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2"},
    **{"4.1": "1-3", "4.2": "1-1", "4.3": "1-2", "4.4": "1-4"},
    **{"5.1": "1-1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3"},
    **{"6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4"},
    **{"7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2"},
    **{"8.1": "1-2", "8.2": "1-3", "8.3": "1-1", "8.4": "1-1"},
    **{"9.1": "1-3", "9.2": "1-4"},
    **{"10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2"},
    **{"10.7": "1-3"},
    **{"11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1-1", "11.6": "1-1"},
    **{"12.1": "1-3", "12.2": "1-2", "12.3": "1-4"},
    **{"13.1": "1-1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5"},
    **{"14.1": "1-2", "14.2": "1-4", "14.3": "1-3"},
    **{"15.1": "1-3", "15.2": "1-3", "15.3": "1-7"},
    **{"16.1": "1-1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3"},
    **{"17.1": "1-1", "17.2": "1-4", "17.3": "1-2"},
}
"""Section → its first and last requirement of levels 1 and 2, in ASVS 5.0.0. In no section is there a gap."""


# The table ---------------------------------------------------------------------------------------


def rows() -> list[tuple[str, str, str]]:
    """Numbers, what is asked for, and what is here."""
    table = DOCUMENT.read_text().partition("## OWASP ASVS 5.0")[2]
    return re.findall(r"^\| (\d[\d., –]*) \| (.+?) \| (.+?) \|$", table, re.MULTILINE)


def numbers_of(cell: str) -> Iterator[str]:
    """1.2.3 and 1.2.4 of "1.2.3–1.2.4" or of "1.2.3, 1.2.4"."""
    for item in cell.split(", "):
        first, _, last = item.partition("–")
        section, _, start = first.rpartition(".")
        end = last.rpartition(".")[2] or start
        yield from (f"{section}.{number}" for number in range(int(start), int(end) + 1))


def test_every_requirement_has_its_line_in_order() -> None:
    wanted = [
        f"{section}.{number}"
        for section, span in REQUIREMENTS.items()
        for number in range(int(span.split("-")[0]), int(span.split("-")[1]) + 1)
    ]
    assert [number for cell, _, _ in rows() for number in numbers_of(cell)] == wanted
    assert len(wanted) == 253, "70 of level 1, and 183 of level 2"


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((BASE_DIR / path).read_text())
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


@cache
def anchors_of(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("numbers", "asked", "here"), rows(), ids=[row[0] for row in rows()])
def test_what_a_line_names_exists(numbers: str, asked: str, here: str) -> None:
    kind = re.match(r"(Does not apply|Operator|Open|Written): \S", here)
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", here)
    assert named or kind, "a line names its tests, or says why there are none"
    for path, test in named:
        assert test in names_in(path), f"{path}::{test}"
    if kind and kind[1] == "Written":
        links = re.findall(r"\]\(([^)]+)\)", here)
        assert links
        for link in links:
            file, _, anchor = link.partition("#")
            target = (DOCUMENT.parent / file).resolve() if file else DOCUMENT
            assert target.is_file(), link
            assert not anchor or anchor in anchors_of(target), link


# What is said about the code ---------------------------------------------------------------------


def code() -> Iterator[tuple[Path, ast.Module]]:
    for app in PRODUCT:
        for path in (BASE_DIR / app).rglob("*.py"):
            if "tests" not in path.parts:
                yield path, ast.parse(path.read_text())


def test_no_code_is_made_of_text() -> None:
    for path, tree in code():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="eval" | "exec" | "compile" | "__import__")):
                    pytest.fail(f"{path}:{node.lineno}")
                case ast.Attribute(value=ast.Name(id="os"), attr="system" | "popen"):
                    pytest.fail(f"{path}:{node.lineno}")
                case ast.keyword(arg="shell"):
                    pytest.fail(f"{path}:{node.lineno}")


def test_only_safe_formats_are_read() -> None:
    """JSON, TOML, Markdown and forms. No XML, and nothing that makes objects of what it reads.

    Exports write XML and YAML, and read only the HTML that our sanitizer made.
    """
    unsafe = {"xml", "lxml", "pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle"}
    for path, tree in code():
        if path.is_relative_to(EXPORTS):
            assert not re.search(
                r"etree\.(fromstring|parse|XML|iterparse)|yaml\.\w*load", path.read_text()
            ), path
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {(node.module or "").partition(".")[0]}
            else:
                continue
            assert not names & unsafe, f"{path}:{node.lineno}"


def test_hashes_are_strong_where_it_matters() -> None:
    for path, tree in code():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("md5"):
                pytest.fail(f"{path}:{node.lineno}")
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("sha1"):
                assert "usedforsecurity=False" in ast.unparse(node), f"{path}:{node.lineno}"


def test_passwords_are_hashed_slowly() -> None:
    """Tests have a fast hasher, so this is about Django's own, which the product leaves as it is."""
    assert not hasattr(ours, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert (PBKDF2PasswordHasher.algorithm, PBKDF2PasswordHasher.iterations >= 600_000) == (
        "pbkdf2_sha256",
        True,
    )


# What browsers are told --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/api/v1/posts", "/nothing", "/static/favicon.svg", "/health", "/status", "/openapi.json"]
)
def test_what_every_reply_tells_browsers(client: Client, path: str) -> None:
    reply = client.get(path)
    policy = set(reply.headers["Content-Security-Policy"].split("; "))
    assert {"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    kind, _, charset = reply.headers["Content-Type"].partition("; ")
    assert charset == "charset=utf-8" or "json" in kind or kind == "image/svg+xml"


@pytest.mark.django_db
def test_what_a_cookie_allows(client: Client, alice: User, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client.get("/sign-in")
    client.post("/sign-in", {"login": alice.email, "password": PASSWORD})
    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
    for cookie in (session, token):
        assert (cookie["samesite"], cookie["secure"], cookie["domain"]) == ("Lax", True, "")
    assert session["httponly"]


@pytest.mark.django_db
def test_trace_is_not_answered(client: Client) -> None:
    for path in ("/", "/posts", "/api/v1/posts", "/health"):
        reply = client.generic("TRACE", path, headers={"X-Echo": "canary"})
        assert reply.status_code in {302, 401, 403, 405}
        assert b"canary" not in reply.content


@pytest.mark.django_db
def test_a_parameter_that_comes_twice_is_one(client: Client) -> None:
    page = client.get("/help?q=zebra&q=refund").text
    assert "answers for “refund”" in page.replace("answer for", "answers for")
    assert "zebra" not in page


# Signing in --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_password_fields_are_masked_and_help_password_managers(client: Client, alice: User) -> None:
    fields = [("/sign-in", "current-password"), ("/sign-up", "new-password")]
    for path, purpose in fields:
        (field,) = re.findall(r'<input[^>]*name="password1?"[^>]*>', client.get(path).text)
        assert 'type="password"' in field and f'autocomplete="{purpose}"' in field
    client.force_login(alice)
    found = re.findall(r'<input[^>]*type="password"[^>]*>', client.get("/settings/password").text)
    purposes = [re.findall(r'autocomplete="([^"]+)"', field) for field in found]
    assert purposes == [["current-password"], ["new-password"]]


@pytest.mark.django_db
def test_a_password_counts_as_it_was_typed(client: Client) -> None:
    typed = " Ünïcode 🌊 " + "x" * 120 + "  "
    client.post("/sign-up", {"email": "new@example.com", "password1": typed})
    for other in (typed.strip(), typed.upper(), typed[:100], typed[:72], typed.replace("🌊", "?")):
        refused = Client().post("/sign-in", {"login": "new@example.com", "password": other})
        assert refused.status_code == 200
    assert Client().post("/sign-in", {"login": "new@example.com", "password": typed}).status_code == 302


@pytest.mark.django_db
def test_the_id_of_a_session_cannot_be_guessed(client: Client, alice: User) -> None:
    for _ in range(3):
        Client().force_login(alice)
    keys = list(Session.objects.values_list("session_key", flat=True))
    assert len(set(keys)) == 3
    assert all(re.fullmatch("[a-z0-9]{32}", key) for key in keys), "36 ** 32 is 165 bits"


@pytest.mark.django_db
def test_a_closed_account_is_signed_out(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/posts").status_code == 200
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get("/posts").status_code == 302
    assert client.post("/sign-in", {"login": alice.email, "password": PASSWORD}).status_code == 302
    assert client.get("/posts").status_code == 302


@pytest.mark.django_db
def test_a_new_password_ends_every_other_session(client: Client, alice: User) -> None:
    other = Client()
    for browser in (client, other):
        browser.post("/sign-in", {"login": alice.email, "password": PASSWORD})
    client.post("/settings/password", {"oldpassword": PASSWORD, "password1": "correct horse battery"})
    assert client.get("/posts").status_code == 200
    assert other.get("/posts").status_code == 302


@pytest.mark.django_db
def test_a_token_for_something_else_signs_nobody_in(client: Client) -> None:
    assert demo_user().last_login is None
    assert client.get(f"/sign-in/{signing.dumps(None, salt='accounts.another_purpose')}").status_code == 403
    assert client.get(f"/sign-in/{signing.dumps(None, salt='accounts.demo_link')}").status_code == 302


# The log -----------------------------------------------------------------------------------------


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log would have on standard error."""
    formatter = Formatter("console")
    return [formatter.format(record) for record in caplog.records]


@pytest.mark.django_db
def test_an_address_writes_no_line_of_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/nothing%0a2026-11-27 12:00:00,000 INFO blogai forged%0d%1b[31m")
    logging.getLogger("blogai").warning("a provider said: %s", "no\n2026-11-27T12:00:00.000Z INFO forged\x1b")
    forged = [line for line in lines(caplog) if "forged" in line]
    assert len(forged) == 2
    assert not any(character in line for line in forged for character in "\n\r\x1b")


def test_its_times_are_utc(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    logging.getLogger("blogai").warning("noon")
    caplog.records[0].created, caplog.records[0].msecs = 0, 7
    assert lines(caplog) == ["1970-01-01T00:00:00.007Z WARNING blogai noon"]
    monkeypatch.undo()
    time.tzset()


@pytest.mark.django_db
def test_signing_in_and_failing_to_are_logged(client: Client, alice: User, caplog: Any) -> None:
    for password in ("hunter2 typed here", PASSWORD):
        client.post("/sign-in", {"login": alice.email, "password": password}, REMOTE_ADDR="203.0.113.7")
    client.post("/settings/password", {"oldpassword": PASSWORD, "password1": "correct horse battery"})
    client.post("/sign-out")
    written = [line.split(" ", 3)[3] for line in lines(caplog) if " accounts." in line]
    failed, signed_in, changed, signed_out = written
    assert re.fullmatch(r"a sign-in failed address=203\.0\.113\.7 request_id=\w+", failed)
    assert signed_in.startswith(f"user {alice.pk} signed in with password address=203.0.113.7 ")
    assert changed.startswith(f"password_changed of user {alice.pk} address=127.0.0.1 user_id={alice.pk} ")
    assert signed_out.startswith(f"user {alice.pk} signed out ")
    assert not any(secret in caplog.text for secret in (PASSWORD, "hunter2", "correct horse", alice.email))


@pytest.mark.django_db
def test_a_refusal_says_whom_it_refused(alice: User, caplog: Any, rate_limits: Any, settings: Any) -> None:
    key, raw = api_keys.issue(alice, "CI", ["read"])
    settings.RATE_LIMIT_GENERAL = 1
    for _ in range(2):
        Client().post("/api/v1/posts/x", "{}", "application/json", headers={"X-API-Key": raw})
        Client().delete("/api/v1/api-keys/" + str(key.pk), headers={"X-API-Key": raw})
    who = f"address=127.0.0.1 user_id={alice.pk} key_id={key.pk} request_id="
    refused = [line for line in lines(caplog) if who in line]
    assert any("WARNING django.request Forbidden: /api/v1/api-keys/" in line for line in refused)
    assert any("WARNING django.request Too Many Requests: /api/v1/" in line for line in refused)
    assert raw not in caplog.text
