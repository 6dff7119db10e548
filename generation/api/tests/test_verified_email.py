"""No post is written for an account whose address is not confirmed, where VERIFIED_EMAIL_REQUIRED says so."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import api_keys
from accounts.models import User
from accounts.services import vouch_for_email
from accounts.tests.mails import delivered
from billing.models import UsageRecord
from blogai.tests.clients import client_with
from generation.models import Run
from generation.web.tests.test_new_post_page import filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_in_production")]

URL, TOPIC, AT_ONCE = "/generate-blog", {"topic": "Tides"}, {"Prefer": "respond-async"}


@pytest.fixture
def _as_in_production(settings: Any) -> None:
    settings.VERIFIED_EMAIL_REQUIRED = True
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    settings.PUBLIC_URL = "https://blog.example.org"


def test_the_api_says_what_to_do(alice: User, client_for: Any) -> None:
    for path in (URL, f"/api/v1{URL}"):
        reply = client_for(alice).post(path, TOPIC, headers=AT_ONCE)
        assert (reply.status_code, reply.json()["code"]) == (403, "email_not_verified")
        assert "alice@example.com" in reply.json()["detail"]
        assert "https://blog.example.org/settings/email" in reply.json()["detail"]
    assert not Run.objects.exists()
    assert not UsageRecord.objects.exists()


def test_it_is_written_once_the_address_is_confirmed(alice: User, client_for: Any) -> None:
    vouch_for_email(alice)
    assert client_for(alice).post(URL, TOPIC, headers=AT_ONCE).status_code == 202


def test_another_address_has_to_be_confirmed_again(alice: User, client_for: Any) -> None:
    vouch_for_email(alice)
    User.objects.filter(pk=alice.pk).update(email="liddell@example.com")
    assert client_for(alice).post(URL, TOPIC, headers=AT_ONCE).status_code == 403


def test_to_ask_costs_no_statement(mallory: User, client_for: Any, settings: Any) -> None:
    vouch_for_email(mallory)
    client = client_for(mallory)
    counts = []
    for required in (True, False, True):  # the first notes the use of the key
        settings.VERIFIED_EMAIL_REQUIRED = required
        with CaptureQueriesContext(connection) as queries:
            assert client.post(URL, TOPIC, headers=AT_ONCE).status_code == 202
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_what_is_simulated_needs_none(alice: User) -> None:
    client = client_with(api_keys.issue(alice, "", ["read", "generate"], kind="test")[1])
    assert client.post(URL, TOPIC, headers=AT_ONCE).status_code == 202


def test_the_page_offers_another_link_and_keeps_what_was_typed(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "Confirm your email to write posts" in client.get("/new").text
    refused = client.post("/new", filled(topic="How tides work, for curious adults"))
    assert refused.status_code == 403
    assert "How tides work, for curious adults</textarea>" in refused.text
    assert not Run.objects.exists()
    action, email = re.findall(
        r'action="(/settings/email)".*?name="email" value="([^"]+)"', refused.text, re.S
    )[0]
    assert (
        "We sent a link to alice@example.com."
        in client.post(action, {"email": email, "action_send": ""}, follow=True).text
    )
    (message,) = delivered()
    (path,) = re.findall(r"https://blog\.example\.org(/confirm-email/\S+)", str(message.body))
    client.post(path)
    assert "Confirm your email" not in client.get("/new").text
    assert client.post("/new", filled()).status_code == 302


def test_in_development_nobody_is_asked(client: Client, alice: User, settings: Any) -> None:
    settings.VERIFIED_EMAIL_REQUIRED = False
    client.force_login(alice)
    assert "Confirm your email" not in client.get("/new").text
    assert client.post("/new", filled()).status_code == 302
