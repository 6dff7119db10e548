"""Webhook secrets: one for each user, which only that user can see and replace."""

import base64

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
