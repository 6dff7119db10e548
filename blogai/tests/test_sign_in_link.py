"""`manage.py sign_in_link`."""

from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.services import DEMO_EMAIL

pytestmark = pytest.mark.django_db


def test_the_link_signs_in_once(client: Client, settings: Any) -> None:
    out = StringIO()
    call_command("sign_in_link", stdout=out)
    link = urlsplit(out.getvalue().strip())
    assert (link.hostname, link.port) == (settings.HOST, settings.PORT)
    assert client.get(link.path).status_code == 302
    assert DEMO_EMAIL in client.get("/").text
    assert Client().get(link.path).status_code == 403


def test_outside_development_there_is_none(settings: Any) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="no demo account"):
        call_command("sign_in_link")
    assert not User.objects.exists()
