"""A new account has a sample post, which is ours: it counts nothing, and programs do not get it."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from accounts.archive import Archive
from accounts.models import User
from accounts.services import demo_user
from accounts.signals import export_data
from billing import quotas
from billing.models import UsageRecord
from generation.models import LlmCall, Post, Run
from generation.posts.tests.posts import a_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(client: Client) -> User:
    client.post("/sign-up", {"email": "new@example.com", "password1": "correct horse battery"})
    user = User.objects.get(email="new@example.com")
    client.force_login(user)
    return user


def test_who_signs_up_finds_it_in_the_library(client: Client, newcomer: User) -> None:
    post = Post.objects.get(owner=newcomer)
    page = client.get("/posts").text
    assert post.title in page and "Sample" in page and "Finished</span>" not in page
    assert "This is a sample. We wrote it" in client.get(f"/posts/{post.pk}").text
    assert client.get(f"/posts/{post.pk}/markdown").text == post.content_markdown
    assert not Run.objects.exists() and not LlmCall.objects.exists() and not UsageRecord.objects.exists()
    assert quotas.usage(newcomer)["month"]["used"] == 0
    assert client.post(f"/posts/{post.pk}/delete").status_code == 302
    assert "Your first post is one sentence away" in client.get("/posts").text


def test_signing_up_again_makes_no_other(client: Client, newcomer: User) -> None:
    Client().post("/sign-up", {"email": "new@example.com", "password1": "correct horse battery"})
    assert Post.objects.count() == 1


def test_the_demo_account_has_one(client: Client) -> None:
    assert demo_user() == demo_user()
    assert Post.objects.get(owner=demo_user()).is_sample


def test_programs_and_the_archive_do_not_get_it(client_for: Any, newcomer: User) -> None:
    mine, sample = a_post(newcomer, "Mine"), Post.objects.get(is_sample=True)
    api = client_for(newcomer)
    assert [post["id"] for post in api.get("/api/v1/posts").json()["results"]] == [str(mine.pk)]
    assert api.get(f"/api/v1/posts/{sample.pk}").status_code == 404
    file = BytesIO()
    with Archive(file) as archive:
        exporting: list[tuple[Any, Any]] = export_data.send(User, user=newcomer, archive=archive)
        for _, steps in exporting:
            list(steps)
    with ZipFile(file) as archived:
        everything = b"".join(archived.read(name) for name in archived.namelist())
    assert b"Mine" in everything
    assert sample.title.encode() not in everything and sample.conversation.name.encode() not in everything
