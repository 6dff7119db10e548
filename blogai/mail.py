"""The mail backend, configured by a single URL: EMAIL_URL."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.mail import EmailMessage
from django.core.mail.backends import console

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
TIMEOUT = 10.0
"""Seconds that a mail server may take, while a user waits for the page."""


class Console(console.EmailBackend):
    """Prints decoded mails. Django's backend prints them encoded, which breaks links."""

    def write_message(self, message: EmailMessage) -> None:
        self.stream.write(
            f"To: {', '.join(message.to)}\nSubject: {message.subject}\n\n{message.body}\n{'-' * 79}\n"
        )


def mailer(address: str) -> dict[str, Any]:
    """An entry of MAILERS for a URL such as `smtp+tls://user:password@host:587`; without one, the console."""
    parts = urlsplit(address)
    if parts.scheme not in PORTS:
        return {"BACKEND": "blogai.mail.Console"}
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname or "localhost",
            "port": parts.port or PORTS[parts.scheme],
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+tls",
            "use_ssl": parts.scheme == "smtps",
            "timeout": TIMEOUT,
        },
    }
