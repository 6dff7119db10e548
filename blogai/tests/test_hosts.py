"""Where links in mails lead, whatever name the installation was called by."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.mails import delivered

pytestmark = pytest.mark.django_db

SITE, API = "yourdomain.com", "api.yourdomain.com"
FORMS = [
    ("/sign-up", {"email": "new@example.com", "password1": "correct horse battery"}, "/confirm-email/"),
    ("/sign-up", {"email": "alice@example.com", "password1": "correct horse battery"}, "/forgotten-password"),
    ("/forgotten-password", {"email": "alice@example.com"}, "/new-password/"),
    ("/forgotten-password", {"email": "nobody@example.com"}, "/sign-up"),
]


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.ALLOWED_HOSTS = [SITE, API]
    settings.PUBLIC_URL = f"https://{SITE}"
    settings.EMAIL_VERIFICATION = "mandatory"


@pytest.mark.parametrize(("path", "form", "link"), FORMS)
@pytest.mark.parametrize(
    "headers", [{"Host": API}, {"Host": SITE, "X-Forwarded-Host": "evil.example"}], ids=["api", "forwarded"]
)
def test_links_in_mails_lead_to_the_site(
    client: Client, alice: User, headers: dict[str, str], path: str, form: dict[str, str], link: str
) -> None:
    assert client.post(path, form, headers=headers).status_code == 302
    (message,) = delivered()
    (found,) = re.findall(r"\S+://\S+", str(message.body))
    assert found.startswith(f"https://{SITE}{link}")


@pytest.mark.parametrize(("path", "form", "link"), FORMS)
def test_who_makes_up_a_host_gets_no_mail_sent(
    client: Client, alice: User, path: str, form: dict[str, str], link: str
) -> None:
    reply = client.post(path, form, headers={"Host": "evil.example", "Accept": "text/html"})
    assert (reply.status_code, delivered()) == (400, [])
    assert "evil.example" not in reply.text
