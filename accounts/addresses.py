"""Which e-mail addresses an account may have, and when two are the same.

Two are the same if they differ only in case, or in how their domain is written. No address can imitate
another with letters that look alike: before the @ only ASCII is allowed, and other domains are stored as mail
servers know them (аpple.com, with a Cyrillic а, is xn--pple-43d.com).
"""

from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.encoding import punycode

NOBODYS = "@nobody.invalid"
"""RFC 2606 keeps `.invalid` from being anybody's: no mail goes there."""


def folded(email: str) -> str:
    """The address as it is compared and stored. An impossible one stays as it is."""
    local, _, domain = email.strip().rpartition("@")
    try:
        return f"{local}@{punycode(domain)}".lower()
    except UnicodeError:
        return email.strip().lower()


def accepted(email: str) -> str:
    """The address as an account may have it. Raises ValidationError with a sentence."""
    address = folded(email)
    local, _, domain = address.rpartition("@")
    if not address.isascii() or not local:
        raise ValidationError("Use an address with plain letters before the @: no accents or other scripts.")
    if is_disposable(domain):
        raise ValidationError(f"We can’t accept addresses at {domain}. Use one that you’ll keep.")
    return address


def is_disposable(domain: str) -> bool:
    """Whether the domain, or one that it belongs to, is in DISPOSABLE_EMAIL_DOMAINS."""
    labels = domain.split(".")
    return any(".".join(labels[at:]) in settings.DISPOSABLE_EMAIL_DOMAINS for at in range(len(labels)))


def nobodys_address() -> str:
    return f"{uuid4().hex}{NOBODYS}"


def is_nobodys(address: str) -> bool:
    return address.endswith(NOBODYS)
