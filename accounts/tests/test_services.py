"""Confirming an address without a mail."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.services import confirm_email, mail_address
from blogai.core.errors import Conflict


def test_an_address_is_confirmed_without_a_mail(alice: User, settings: Any) -> None:
    settings.EMAIL_VERIFICATION = "mandatory"
    assert mail_address(alice) is None
    confirm_email(alice)
    assert mail_address(alice) == alice.email
    assert EmailAddress.objects.get().primary
    with pytest.raises(Conflict, match="already confirmed"):
        confirm_email(alice)


def test_an_address_that_waits_for_its_mail_is_confirmed(alice: User) -> None:
    EmailAddress.objects.create(user=alice, email="alice@example.com", primary=True)
    confirm_email(alice)
    assert EmailAddress.objects.get().verified


def test_nobody_gets_an_address_that_another_account_has_confirmed(alice: User, bob: User) -> None:
    EmailAddress.objects.create(user=bob, email=alice.email, verified=True)
    with pytest.raises(Conflict, match="Another account"):
        confirm_email(alice)
