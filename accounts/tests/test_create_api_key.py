from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import api_keys
from accounts.models import ApiKey, User
from accounts.services import demo_user

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> str:
    out = StringIO()
    call_command("create_api_key", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_the_key_and_nothing_else(alice: User) -> None:
    printed = create("--email", alice.email)
    caller = api_keys.caller_for(printed.removesuffix("\n"))
    assert caller.user == alice
    assert caller.permissions == {"read", "generate"}


def test_without_an_address_it_is_the_demo_accounts(settings: Any) -> None:
    assert api_keys.caller_for(create().strip()).user == demo_user()
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="Add --email"):
        create()


def test_it_makes_the_account_when_asked() -> None:
    for _ in range(2):  # and is content with one that exists
        create("--email", "New@Example.com", "--create-user")
    user = User.objects.get()
    assert ApiKey.objects.filter(owner=user).count() == 2
    assert not user.has_usable_password()
    assert user.has_verified_email, "whoever operates the site vouches for it"


def test_an_address_in_another_case_is_the_same_account(alice: User) -> None:
    create("--email", alice.email.upper(), "--create-user")
    assert User.objects.count() == 1


def test_permissions(alice: User) -> None:
    printed = create("--email", alice.email, "--permissions", "manage, read")
    assert api_keys.caller_for(printed.strip()).permissions == {"read", "manage"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--email", "nobody@example.com"],
            "No account has the address nobody@example.com. Add --create-user",
        ),
        (["--email", "not an address", "--create-user"], "'not an address' isn't an email address."),
        (["--email", "a\x00@example.com", "--create-user"], "isn't an email address."),
        (["--email", "", "--create-user"], "isn't an email address."),
        (
            ["--email", "new@example.com", "--create-user", "--permissions", "admin"],
            "We don’t know the permission admin.",
        ),
        (["--email", "new@example.com", "--create-user", "--permissions", ","], "at least one permission"),
        (["--email", "new@example.com", "--create-user", "--name", "n" * 101], "up to 100 characters"),
    ],
)
def test_a_refusal_is_a_sentence_and_stores_nothing(arguments: list[str], sentence: str, capsys: Any) -> None:
    with pytest.raises(CommandError, match=None) as refused:
        create(*arguments)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not User.objects.exists()
    assert not ApiKey.objects.exists()
