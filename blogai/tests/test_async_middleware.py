"""Django's middleware works without threads, and still stores sessions and messages."""

from typing import Any

import pytest
from django.conf import settings
from django.test import AsyncClient
from django.utils import deprecation
from django.utils.module_loading import import_string

from accounts.models import User
from blogai import asgi  # noqa: F401 (installs it)
from blogai.async_middleware import NEEDS_DATABASE


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(function: Any, **_: Any) -> Any:
        raise AssertionError(f"{function} would be called in a thread")

    monkeypatch.setattr(deprecation, "sync_to_async", refuse)


@pytest.mark.usefixtures("no_threads")
async def test_a_request_takes_no_thread_for_them_and_the_reply_has_all_their_headers() -> None:
    response: Any = await AsyncClient().get("/health/live")
    assert response.status_code == 200
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_threads")
async def test_a_session_is_stored_all_the_same(alice: User) -> None:
    client = AsyncClient()
    reply: Any = await client.post(
        "/sign-up", {"email": "new@example.org", "password1": "a long password 17"}
    )
    assert settings.SESSION_COOKIE_NAME in reply.cookies
    assert reply.status_code == 302


def test_all_of_djangos_are_among_them() -> None:
    found = [import_string(path) for path in settings.MIDDLEWARE]
    mixed = {
        each for each in found if isinstance(each, type) and issubclass(each, deprecation.MiddlewareMixin)
    }
    assert mixed == set(NEEDS_DATABASE)
