"""Settings, Writing: what a new post starts with, and that only the page takes it."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from blogai.tests.clients import client_with
from generation.llm.simulated import Server
from generation.models import Run
from generation.web.tests.test_new_post_page import filled

URL = "/settings/writing"
CHOSEN = {"language": "de", "tone": "casual", "sections": "7", "words": "1500"}


def chosen_in(page: str) -> dict[str, str]:
    """What the form of a new post is filled in with."""
    selected = dict(
        re.findall(r'<select id="(\w+)"(?:(?!</select>).)*?<option value="([^"]*)" selected', page, re.DOTALL)
    )
    words = re.findall(r'<input id="words"[^>]*value="([^"]*)"', page)
    return {name: value for name, value in {**selected, "words": words[0]}.items() if name in CHOSEN}


def test_it_works(browser: Any, provider: Server) -> None:
    assert chosen_in(browser.get("/new").text) == {
        **{"language": "auto", "tone": "informative", "sections": "5", "words": ""}
    }
    assert browser.post(URL, CHOSEN).headers["Location"] == "/settings#writing"
    assert "start with these choices" in browser.get("/settings").text
    page = browser.get("/new").text
    assert chosen_in(page) == CHOSEN
    assert not re.search(r"<details[^>]* open", page), "nothing differs from what is usual for her"
    browser.post("/new", filled(**CHOSEN))
    assert {name: str(Run.objects.get().brief[name]) for name in CHOSEN} == CHOSEN


def test_it_starts_with_the_usual(browser: Any) -> None:
    page = browser.get("/settings").text
    assert '<option value="auto" selected>' in page and '<option value="informative" selected>' in page


@pytest.mark.parametrize(
    "change",
    [
        {"language": "tlh"},
        {"language": ""},
        {"tone": "sarcastic"},
        {"sections": "13"},
        {"words": "149"},
        {"words": "many"},
        {"words": "\x00"},
    ],
)
def test_what_no_post_can_be_is_refused(browser: Any, alice: User, change: dict[str, str]) -> None:
    page = browser.post(URL, {**CHOSEN, **change})
    assert page.status_code == 422
    assert "Not saved" in page.text and 'aria-invalid="true"' in page.text
    alice.refresh_from_db()
    assert alice.writing_defaults == {}


def test_an_address_says_more_than_a_preference(browser: Any, provider: Server) -> None:
    browser.post(URL, CHOSEN)
    page = browser.get("/new?topic=Tides&language=fr&words=").text
    assert chosen_in(page) == {**CHOSEN, "language": "fr", "words": ""}
    assert re.search(r"<details[^>]* open", page), "what differs is to be seen"


def test_what_was_typed_comes_back_after_signing_in_as_it_was(alice: User, browser: Any) -> None:
    """Also where it is what the product starts with, and she does not."""
    browser.post(URL, CHOSEN)
    typed = filled(language="en", tone="informative", sections="5", words="")
    reply = Client().post("/new", typed)
    back = parse_qs(urlsplit(reply.headers["Location"]).query)["next"][0]
    assert chosen_in(browser.get(back).text) == {
        **{"language": "en", "tone": "informative", "sections": "5", "words": ""}
    }


def test_what_can_no_longer_be_chosen_is_left_out(browser: Any, alice: User, provider: Server) -> None:
    """A later version may have fewer tones."""
    User.objects.filter(pk=alice.pk).update(
        writing_defaults={"language": "de", "tone": "sarcastic", "sections": 99, "colour": "red"}
    )
    expected = {"language": "de", "tone": "informative", "sections": "5", "words": ""}
    assert chosen_in(browser.get("/new").text) == expected
    assert browser.get("/settings").status_code == 200


def test_the_api_has_defaults_of_its_own(browser: Any, alice: User, key_for: Any, provider: Server) -> None:
    browser.post(URL, CHOSEN)
    client_with(key_for(alice)).post(
        "/generate-blog", {"topic": "Tides"}, headers={"Prefer": "respond-async"}
    )
    brief = Run.objects.get().brief
    assert (brief["language"], brief["tone"], brief["sections"]) == ("en", "informative", 5)


def test_a_new_post_costs_no_statement_more(
    browser: Any, provider: Server, django_assert_num_queries: Any
) -> None:
    browser.post(URL, CHOSEN)
    browser.get("/settings")  # says what was saved, once
    with django_assert_num_queries(2 + 1):  # the session and its user; the plan
        browser.get("/new")


def test_a_strangers_choice_is_hers(browser: Any, browser_for: Any, provider: Server, mallory: User) -> None:
    browser.post(URL, CHOSEN)
    assert chosen_in(browser_for("mallory").get("/new").text)["language"] == "auto"
