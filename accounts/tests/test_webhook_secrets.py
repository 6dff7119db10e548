"""Webhook secrets: one for each user, which only that user can see and replace."""

import base64

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import webhook_secrets
from accounts.models import User


def test_everybody_has_their_own(alice: User, mallory: User) -> None:
    secret = webhook_secrets.current(alice)
    assert secret == webhook_secrets.current(User.objects.get(pk=alice.pk))
    assert secret != webhook_secrets.current(mallory)
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


def test_it_is_worth_nothing_under_another_pepper(alice: User, settings: Settings) -> None:
    before = webhook_secrets.current(alice)
    settings.API_KEY_PEPPER = "another pepper, of at least 32 characters"
    assert webhook_secrets.current(alice) != before


def test_its_owner_sees_it_and_replaces_it(client: Client, alice: User, mallory: User) -> None:
    client.force_login(alice)
    before, hers = webhook_secrets.current(alice), webhook_secrets.current(mallory)
    page = client.get("/settings/api-keys")
    assert before in page.text
    assert "no-store" in page.headers["Cache-Control"]
    reply = client.post("/settings/webhook-secret", follow=True)
    alice.refresh_from_db()
    mallory.refresh_from_db()
    after = webhook_secrets.current(alice)
    assert after != before
    assert after in reply.text and before not in reply.text
    assert "signed with a new secret" in reply.text
    assert webhook_secrets.current(mallory) == hers


@pytest.mark.django_db
def test_only_a_press_of_the_button_replaces_it(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/settings/webhook-secret").status_code == 405
    alice.refresh_from_db()
    assert alice.webhook_secret_number == 0
