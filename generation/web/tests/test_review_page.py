"""/posts/{id} while the outline waits for review: a form that works without JavaScript."""

import re
from html import unescape
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from accounts.models import User
from billing.invariants import broken
from generation.llm.simulated import Server
from generation.models import Post, Run
from generation.pipeline.types import MAX_DESCRIPTION, MAX_LINE, MAX_NOTE, Brief
from generation.runs.start import RunOptions, start_run
from generation.web.outline_review import MAX_TYPED, TYPED_MAX_AGE
from generation.worker.execute import execute


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(db: None) -> Any:
    yield
    assert broken() == []


@pytest.fixture
def run(alice: User, provider: Server) -> Run:
    run = start_run(alice, RunOptions(brief=Brief(topic="How tides work", sections=2), review_outline=True))
    return write(run)


def write(run: Run) -> Run:
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def typed(**changes: Any) -> dict[str, Any]:
    """A form with two sections, as a browser sends it."""
    return {
        "title": "Ebb and flow",
        "description": "Why the sea comes and goes.",
        "tags": "moon, sea",
        "heading": ["The moon", "The sun"],
        "purpose": ["Say what pulls.\r\nBriefly.", ""],
        "claims": ["It pulls.\r\nTwice a day.", ""],
        "words": ["150", ""],
        "conclusion_heading": "And so",
        "questions": "Why twice?\r\n\r\nHow high?",
        **changes,
    }


def test_its_fields_end_where_the_api_does(browser: Any, run: Run) -> None:
    page = browser.get(f"/posts/{run.post_id}").text
    lengths = dict(re.findall(r'name="(\w+)"[^>]*? maxlength="(\d+)"', page))
    lengths |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*maxlength="(\d+)"', page))
    expected = {"title": MAX_LINE, "description": MAX_DESCRIPTION, "heading": MAX_LINE, "purpose": MAX_NOTE}
    assert {name: int(lengths[name]) for name in expected} == expected


def send(browser: Any, run: Run, **changes: Any) -> Any:
    return browser.post(f"/posts/{run.post_id}/outline", typed(**changes))


def headings(page: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'name="heading"[^>]* value="([^"]*)"', page)]


def test_it_works(browser: Any, run: Run) -> None:
    page = browser.get(f"/posts/{run.post_id}")
    assert page.status_code == 200
    assert run.outline
    assert f"<title>Outline ready · {run.outline['title']}</title>" in page.text
    assert headings(page.text) == [section["heading"] for section in run.outline["sections"]]
    assert 'http-equiv="refresh"' not in page.text, "what is typed would be lost"


def test_saving_keeps_it_waiting(browser: Any, run: Run) -> None:
    reply = send(browser, run, do="save")
    assert (reply.status_code, reply["Location"]) == (302, f"/posts/{run.post_id}")
    run.refresh_from_db()
    assert (run.status, run.outline and run.outline["title"]) == (Run.Status.WAITING, "Ebb and flow")
    assert run.outline
    assert run.outline["sections"][0] == {
        "heading": "The moon", "purpose": "Say what pulls. Briefly.", "claims": ["It pulls.", "Twice a day."],
        "words": 150,
    }  # fmt: skip
    assert (run.outline["tags"], run.outline["questions"]) == (["moon", "sea"], ["Why twice?", "How high?"])
    assert "Outline saved." in browser.get(f"/posts/{run.post_id}").text


def test_writing_goes_on_with_what_was_typed(browser: Any, run: Run) -> None:
    reply = send(browser, run, do="write")
    assert reply.status_code == 302
    assert "data-live" in browser.get(f"/posts/{run.post_id}").text
    assert write(run).status == Run.Status.COMPLETED
    assert Post.objects.get().title == "Ebb and flow"


def test_who_is_signed_out_finds_what_was_typed(client: Any, alice: User, run: Run) -> None:
    client.logout()
    reply = send(client, run, do="save")
    assert client.session.get_expiry_age() <= TYPED_MAX_AGE, "anybody may send this"
    assert (reply.status_code, reply["Location"]) == (302, f"/sign-in?next=/posts/{run.post_id}")
    reply = client.post(reply["Location"], {"login": alice.email, "password": "a password"})
    assert (reply.status_code, reply["Location"]) == (302, f"/posts/{run.post_id}")
    assert client.session.get_expiry_age() > TYPED_MAX_AGE
    for _ in range(2):  # also when it is loaded again
        page = client.get(reply["Location"]).text
        assert headings(page) == ["The moon", "The sun"]
        assert "so we couldn’t save this." in page
    assert send(client, run, do="save").status_code == 302
    page = client.get(f"/posts/{run.post_id}").text
    assert headings(page) == ["The moon", "The sun"]
    assert "You were signed out" not in page


def test_more_than_a_form_can_have_is_not_kept(client: Any, run: Run) -> None:
    reply = send(client, run, do="save", title="x" * MAX_TYPED)
    assert reply.status_code == 302
    assert not client.session.keys()


def test_what_was_typed_for_another_post_stays(client: Any, alice: User, run: Run) -> None:
    other = write(
        start_run(alice, RunOptions(brief=Brief(topic="How tides work", sections=2), review_outline=True))
    )
    send(client, run, do="save")
    client.post("/sign-in", {"login": alice.email, "password": "a password"})
    send(client, other, do="save")
    assert headings(client.get(f"/posts/{run.post_id}").text) == ["The moon", "The sun"]


def test_what_somebody_else_typed_is_shown_to_nobody(client: Any, bob: User, run: Run) -> None:
    send(client, run, do="save")
    client.post("/sign-in", {"login": bob.email, "password": "a password"})
    assert client.get(f"/posts/{run.post_id}").status_code == 404
    other = write(
        start_run(bob, RunOptions(brief=Brief(topic="How tides work", sections=2), review_outline=True))
    )
    assert "The moon" not in headings(client.get(f"/posts/{other.post_id}").text)


@pytest.mark.parametrize(
    ("do", "expected", "focused"),
    [
        ("up.1", ["The sun", "The moon"], 'value="down.0"'),
        ("down.0", ["The sun", "The moon"], 'value="up.1"'),
        ("remove.0", ["The sun"], 'id="heading-0"'),
        ("add", ["The moon", "The sun", ""], 'id="heading-2"'),
        ("up.0", ["The moon", "The sun"], ""),
        ("down.99", ["The moon", "The sun"], ""),
        ("remove.-1", ["The moon", "The sun"], ""),
        ("remove.x", ["The moon", "The sun"], ""),
    ],
)
def test_sections_are_moved_without_saving(
    browser: Any, run: Run, do: str, expected: list[str], focused: str
) -> None:
    outline = run.outline
    page = send(browser, run, do=do)
    assert (page.status_code, headings(page.text)) == (200, expected)
    assert 'value="Ebb and flow"' in page.text
    focuses = re.findall(r"<(?:input|button)[^>]* autofocus", page.text)
    assert len(focuses) == bool(focused)
    assert not focused or focused in focuses[0]
    run.refresh_from_db()
    assert run.outline == outline


def test_the_last_section_stays_and_a_thirteenth_does_not_come(browser: Any, run: Run) -> None:
    one = {"heading": ["One"], "purpose": [""], "claims": [""], "words": [""]}
    assert headings(send(browser, run, do="remove.0", **one).text) == ["One"]
    twelve = {name: [f"{values[0]}{n}" for n in range(12)] for name, values in one.items()}
    assert len(headings(send(browser, run, do="add", **twelve).text)) == 12


@pytest.mark.parametrize(
    ("changes", "place", "sentence"),
    [
        ({"title": " "}, "title", "Fill this in."),
        ({"heading": ["The moon", ""]}, "heading-1", "Fill this in."),
        ({"words": ["many", "150"]}, "words-0", "Enter a number of words"),
        ({"claims": ["\n".join("abcdefghi"), ""]}, "claims-0", "Enter up to 8."),
        ({"heading": ["The sun", "the SUN"]}, "", "Two sections are called"),
        ({"tags": ",".join("abcdefghi")}, "tags", "Enter up to 8."),
    ],
)
@pytest.mark.parametrize("do", ["save", "write"])
def test_a_mistake_is_shown_where_it_is_and_loses_nothing(
    browser: Any, run: Run, changes: dict[str, Any], place: str, sentence: str, do: str
) -> None:
    page = send(browser, run, do=do, **changes)
    assert page.status_code == 422
    assert sentence in page.text
    if place:
        assert f'id="{place}-error"' in page.text
    assert "Why the sea comes and goes." in page.text
    run.refresh_from_db()
    assert run.status == Run.Status.WAITING


def test_what_was_typed_is_text(browser: Any, run: Run) -> None:
    page = send(browser, run, do="add", title='"><script>alert(1)</script>')
    assert "<script>alert(1)" not in page.text


@pytest.mark.parametrize("do", ["save", "write", "add"])
def test_too_late(browser: Any, run: Run, do: str) -> None:
    send(browser, run, do="write")
    reply = send(browser, run, do=do, title="Too late")
    assert reply.status_code == 302
    assert "waiting for its outline anymore" in browser.get(reply["Location"]).text
    run.refresh_from_db()
    assert run.outline
    assert run.outline["title"] == "Ebb and flow"


def test_it_can_be_stopped(browser: Any, run: Run) -> None:
    browser.post(f"/posts/{run.post_id}/stop")
    assert "This post was stopped." in browser.get(f"/posts/{run.post_id}").text


def test_the_library_says_that_it_waits(browser: Any, run: Run) -> None:
    page = browser.get("/posts").text
    assert re.search(r"Outline ready</span>", page)
    assert "Waiting for your review" in page


@pytest.mark.parametrize(("ticked", "waits"), [({"review_outline": "on"}, True), ({}, False)])
def test_a_new_post_asks_for_it(browser: Any, provider: Server, ticked: dict[str, str], waits: bool) -> None:
    form = {
        "form": "0195b2f1-0000-7000-8000-000000000001", "topic": "Tides", "sections": "2",
        "tone": "informative", "language": "en", **ticked,
    }  # fmt: skip
    browser.post("/new", form)
    assert Run.objects.get().review_outline is waits
    browser.post("/new", form)
    assert Run.objects.count() == 1, "a form is one run"
    assert "checked" in browser.get("/new?review_outline=on").text.partition('name="review_outline"')[2][:20]
