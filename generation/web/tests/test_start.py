"""/start: a topic that is typed before there is an account becomes that of the first post."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.mails import delivered
from generation.pipeline.types import MAX_TOPIC

pytestmark = pytest.mark.django_db

TOPIC = "Why bread goes stale & <b>why</b> it’s “dry” 🍞"
ACCOUNT = {"email": "new@example.com", "password1": "correct horse battery"}


def topic_of(page: Any) -> str:
    """What is in the field of New post."""
    (field,) = re.findall(r'<textarea[^>]* name="topic"[^>]*>\n?(.*?)</textarea>', page.text, re.DOTALL)
    return unescape(field)


def sign_up(client: Client) -> str:
    """An account, and its confirmed email; where that leads to."""
    client.post("/sign-up", ACCOUNT)
    (message,) = delivered()
    (link,) = re.findall(r"https?://\S+", str(message.body))
    return client.post("/" + link.split("/", 3)[3]).headers["Location"]


def sign_in(client: Client) -> str:
    User.objects.create_user(ACCOUNT["email"], password=ACCOUNT["password1"])
    typed = {"login": ACCOUNT["email"], "password": ACCOUNT["password1"]}
    return client.post("/sign-in", typed).headers["Location"]


@pytest.mark.parametrize("way_in", [sign_up, sign_in])
def test_it_survives_the_way_in_and_is_there_once(client: Client, way_in: Callable[[Client], str]) -> None:
    assert 'action="/start"' in client.get("/").text
    assert client.get("/start", {"topic": f"  {TOPIC}\r\n"}).headers["Location"] == "/sign-up"
    assert "Your topic is kept: <b>Why bread" in client.get("/sign-up").text
    there = way_in(client)
    assert topic_of(client.get(there, follow=True)) == TOPIC
    assert topic_of(client.get("/new")) == ""


def test_who_is_signed_in_needs_no_detour(browser: Client) -> None:
    assert topic_of(browser.get("/start", {"topic": TOPIC}, follow=True)) == TOPIC


def test_a_topic_has_its_bounds_and_leads_nowhere_else(client: Client, browser: Client) -> None:
    assert browser.get("/start").headers["Location"] == "/new"
    assert client.get("/start", {"topic": " "}).headers["Location"] == "/sign-up"
    assert "sessionid" not in client.cookies, "nothing is stored for nothing"
    long = browser.get("/start", {"topic": "潮" * 2_000, "next": "https://evil.example"}, follow=True)
    assert topic_of(long) == "潮" * MAX_TOPIC
    elsewhere = browser.get("/start", {"topic": "//evil.example"}).headers["Location"]
    assert elsewhere == "/new?topic=%2F%2Fevil.example"
