"""Who gets into /admin/: each of its routes, asked by nobody, a customer, and colleagues of each group."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver

from accounts.models import User
from blogai.tests.test_routes import ELSEWHERE, nothing_written
from staff import urls
from staff.actions.catalogue import ACTIONS
from staff.tests.things import LISTS, Things

pytestmark = pytest.mark.sweep

A_LINE = "There’s nothing at this address."


def routes(patterns: list[Any], before: str = "/admin/") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route


ROUTES = sorted(routes(urls.urlpatterns))
NOT_LISTS = {"/admin/", "/admin/actions/<slug:name>/<str:pk>"}


@pytest.fixture
def paths(things: Things) -> list[str]:
    """Every page of the admin, each about something that exists."""
    actions = [path_of(name, things) for name in ACTIONS]
    return ["/admin/", *LISTS.values(), *things.screens, *actions]


def path_of(action: str, things: Things) -> str:
    where = f"/admin/actions/{action}"
    return where if ACTIONS[action].adds else f"{where}/{pk_for(action, things)}"


def pk_for(action: str, things: Things) -> str:
    """Of something that the action can be done to."""
    model = ACTIONS[action].rows().model
    found: Any = next(each for each in things.by_name.values() if type(each) is model)
    return str(found.pk)


def test_the_pages_asked_here_are_all_there_are(paths: list[str]) -> None:
    asked = {path.rpartition("/")[0] for path in paths} | {"/admin/actions"}
    for route in ROUTES:
        assert route.partition("<")[0].rstrip("/") in asked | {"/admin"}, f"{route} is asked by no test"


def test_nobody_is_sent_to_our_own_sign_in(client: Client, paths: list[str]) -> None:
    with nothing_written():
        for path in paths:
            for reply in (client.get(path), client.post(path)):
                assert reply.status_code == 302
                assert reply.headers["Location"].startswith("/sign-in?next=/admin/")
    for path in ("/admin/login/", "/admin/password_change/", "/admin/jsi18n/", "/admin/search/"):
        assert client.get(path).status_code == 404, "a second way in, without our limits"


def test_after_signing_in_they_are_back(client: Client, colleague: Callable[..., User]) -> None:
    reply = client.get("/admin/generation/run/?status=failed")
    email = colleague("support").email
    back = client.post(reply.headers["Location"], {"login": email, "password": "a password"}, follow=True)
    assert back.redirect_chain == [("/admin/generation/run/?status=failed", 302)]
    assert back.status_code == 200


def test_for_a_customer_it_is_not_there(client: Client, mallory: User, paths: list[str]) -> None:
    client.force_login(mallory)
    accept = {"Accept": "application/json"}
    nothing = client.get("/nothing-here", headers=accept).json()
    with nothing_written():
        for path in paths:
            for reply in (client.get(path, headers=accept), client.post(path, headers=accept)):
                assert reply.status_code == 404
                assert reply.json() | {"request_id": ""} == nothing | {"request_id": ""}


def test_who_left_the_staff_or_whose_account_is_closed_gets_no_further(
    client: Client, colleague: Callable[..., User], paths: list[str]
) -> None:
    user = colleague("support")
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_staff=False)
    assert {client.get(path).status_code for path in paths} == {404}
    User.objects.filter(pk=user.pk).update(is_staff=True, is_active=False)
    assert {client.get(path).status_code for path in paths} == {302}


def test_a_colleague_in_no_group_sees_and_does_nothing(
    desk_for: Callable[..., Client], paths: list[str]
) -> None:
    browser = desk_for()
    assert browser.get("/admin/").status_code == 200
    with nothing_written():
        for path in paths[1:]:
            assert browser.get(path).status_code == 403, path
            sent = {"reason": "Because", "form": str(uuid4())}
            assert browser.post(path, sent).status_code in {403, 405}, path


def test_a_page_of_another_site_changes_nothing(colleague: Callable[..., User], paths: list[str]) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"Accept": "text/html", **ELSEWHERE})
    browser.force_login(colleague(superuser=True))
    with nothing_written():
        for path in paths:
            assert browser.post(path, {"reason": "Because", "form": str(uuid4())}).status_code == 403, path


def test_its_policy_is_that_of_every_page(desk: Client, paths: list[str]) -> None:
    policy = desk.get("/terms").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for path in paths:
        reply = desk.get(path)
        assert reply.status_code == 200, path
        assert reply.headers["Content-Security-Policy"] == policy
        assert reply.headers["X-Frame-Options"] == "DENY"
        assert reply.headers["Cache-Control"] == "no-store"
        page = reply.text
        assert "<style" not in page
        assert " style=" not in page
        assert "x-data=" not in page.replace('x-data="{rowOpen: false}"', ""), "there is no Alpine"


@pytest.mark.django_db
def test_whoever_is_made_on_the_command_line_signs_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long password 17")
    call_command("createsuperuser", "--email", "root@example.com", "--noinput", verbosity=0)
    typed = {"login": "root@example.com", "password": "a long password 17"}
    assert client.post("/sign-in?next=/admin/accounts/user/", typed, follow=True).status_code == 200
    assert client.get("/admin/accounts/user/").status_code == 200


@pytest.mark.parametrize(
    ("group", "seen"),
    [
        (
            "support",
            {
                "user",
                "run",
                "post",
                "notification",
                "key",
                "plan",
                "line",
                "event",
                "call",
                "incident",
                "done",
            },
        ),
        ("billing", {"user", "run", "plan", "line", "event", "incident", "done"}),
        ("engineer", {*LISTS}),
    ],
)
def test_each_group_sees_its_lists_and_the_way_to_them(
    desk_for: Callable[..., Client], things: Things, group: str, seen: set[str]
) -> None:
    browser = desk_for(group)
    page = browser.get("/admin/").text
    for name, path in LISTS.items():
        expected = 200 if name in seen else 403
        assert browser.get(path).status_code == expected, name
        assert (f'href="{path}"' in page) == (name in seen), name
