"""How people in tests show who they are, and what they set up for it."""

import html
import json
import re
import time
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.tests.authenticators import HOST, Passkey, code_of

PASSWORD = "a password"


def confirmed(client: Client, user: User) -> None:
    """As if the person had just typed the password again."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def sign_in(client: Client, email: str = "alice@example.com", **more: str) -> Any:
    return client.post("/sign-in", {"login": email, "password": PASSWORD, **more}, headers=HOST)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def add_app(client: Client) -> tuple[str, list[str]]:
    """Set up an app; the key that it has, and the recovery codes that were shown, if they are new."""
    page = client.get("/settings/security/app", headers=HOST).text
    (secret,) = re.findall(r'class="secret" tabindex="0">(\w+)<', page)
    reply = client.post("/settings/security/app", {"code": code_of(secret)}, headers=HOST)
    assert reply.status_code == 302, reply.text
    return secret, codes_on(client.get(reply.headers["Location"], headers=HOST).text)


def codes_on(page: str) -> list[str]:
    return [code.replace(" ", "") for code in re.findall(r"<li><code>([\d ]{11})</code>", page)]


def add_passkey(client: Client, **site: str) -> Passkey:
    passkey = Passkey(**site)
    options = options_on(client.get("/settings/security/passkeys/new", headers=HOST).text)
    sent = {"name": "My phone", "passwordless": "on", "credential": passkey.created(options)}
    reply = client.post("/settings/security/passkeys/new", sent, headers=HOST)
    assert reply.status_code == 302, reply.text
    client.get("/settings/security/recovery-codes", headers=HOST)
    return passkey


def options_on(page: str) -> Any:
    (found,) = re.findall(r'data-passkey-options="([^"]*)"', page)
    return json.loads(html.unescape(found))


def challenge(client: Client) -> Any:
    """What the page for signing in asks for when its button is pressed."""
    return client.get("/sign-in/passkey", headers={**HOST, "Accept": "application/json"}).json()
