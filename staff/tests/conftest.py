from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from accounts.models import User
    from staff.tests.things import Things


@pytest.fixture
def colleague(db: None) -> "Callable[..., User]":
    """`colleague("support")`: a member of staff in these groups; `colleague()` is in none."""
    from accounts.models import User
    from staff import groups

    def make(*names: str, superuser: bool = False) -> User:
        groups.seed()
        email = f"{'-'.join(names) or 'nobody'}@blog-ai.example"
        user = User.objects.create_user(email=email, password="a password", is_superuser=superuser)
        groups.set_role(user=user, is_staff=True, names=names)
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def desk_for(colleague: "Callable[..., User]") -> Callable[..., Client]:
    """A colleague's browser: `desk_for("support")`, `desk_for(superuser=True)`."""

    def open_for(*names: str, superuser: bool = False) -> Client:
        browser = Client(headers={"Accept": "text/html"})
        browser.force_login(colleague(*names, superuser=superuser))
        return browser

    return open_for


@pytest.fixture
def desk(desk_for: Callable[..., Client]) -> Client:
    """A superuser's browser."""
    return desk_for(superuser=True)


@pytest.fixture
def things(alice: "User", settings: Any) -> "Things":
    """One of everything that staff look at, all of it alice's."""
    from staff.tests.things import everything_of

    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    return everything_of(alice)
