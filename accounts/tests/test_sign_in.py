"""The link that signs a developer in to the demo account."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts import services
from accounts.models import User

pytestmark = pytest.mark.django_db


def path_of_a_link() -> str:
    link = services.demo_link("http://127.0.0.1:8000")
    assert link.startswith("http://127.0.0.1:8000/sign-in/")
    return urlsplit(link).path


def test_it_signs_the_demo_user_in_and_goes_to_the_first_page(client: Client) -> None:
    response = client.get(path_of_a_link())
    assert (response.status_code, response.headers["Location"]) == (302, "/new")
    assert services.DEMO_EMAIL in client.get("/").text


def test_there_is_one_demo_account() -> None:
    assert services.demo_user() == services.demo_user()
    assert not services.demo_user().has_usable_password()
    services.demo_user().full_clean(exclude=["password"])


def test_it_works_once(client: Client) -> None:
    path = path_of_a_link()
    assert client.get(path).status_code == 302
    again = Client().get(path)
    assert again.status_code == 403
    assert "Run `manage.py sign_in_link`" in again.text
    assert "_auth_user_id" not in Client().session


def test_using_one_ends_the_others(client: Client) -> None:
    first, second = path_of_a_link(), path_of_a_link()
    assert client.get(first).status_code == 302
    assert Client().get(second).status_code == 403


def test_who_came_by_it_may_follow_it_again(client: Client) -> None:
    path = path_of_a_link()
    replies = [client.get(path) for _ in range(2)]
    assert [(reply.status_code, reply.headers["Location"]) for reply in replies] == [(302, "/new")] * 2


def test_a_later_link_works_again(client: Client) -> None:
    assert client.get(path_of_a_link()).status_code == 302
    assert Client().get(path_of_a_link()).status_code == 302


@pytest.mark.parametrize("token", ["x", "a:b:c", "Im51bGwi:1v0000:" + "a" * 43, "%00"])
def test_a_made_up_link_is_refused(client: Client, token: str) -> None:
    services.demo_user()
    response = client.get(f"/sign-in/{token}")
    assert response.status_code in {400, 403}
    assert "_auth_user_id" not in client.session


def test_an_old_link_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = path_of_a_link()
    monkeypatch.setattr(services, "LINK_LIFETIME", timedelta(seconds=-1))
    assert client.get(path).status_code == 403


def test_a_preview_of_the_link_does_not_use_it_up(client: Client) -> None:
    path = path_of_a_link()
    assert client.head(path).status_code == 405
    assert client.get(path).status_code == 302


def test_outside_development_there_is_no_such_page(client: Client, settings: Any) -> None:
    path = path_of_a_link()
    settings.DEVELOPMENT = False
    assert client.get(path).status_code == 404
    assert User.objects.get().last_login is None
