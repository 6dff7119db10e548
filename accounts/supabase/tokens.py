"""Checks access tokens of Supabase Auth: JWTs that its project has signed (RFC 7519, RFC 8725).

Only the claims that Supabase alone decides are looked at. `email` and `user_metadata` are not: a token says
nothing about whether the address was confirmed, and its user can change the other one.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings

from accounts.supabase import project
from accounts.supabase.signing_keys import ALGORITHMS, ONE_KEY_FOR_ALL, signing_keys
from blogai.core.errors import NotAuthenticated

AUDIENCE = ROLE = "authenticated"
LEEWAY = 10
"""Seconds by which the clocks may differ."""
LONGEST = 8_000
"""Characters. Supabase's have about 1,000."""
REQUIRED = ["aud", "exp", "iat", "iss", "role", "sub"]
_SHAPE = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """What a valid token says: the id of the project's user, and until when it is valid."""

    subject: UUID
    expires_at: datetime


def is_token(raw: str) -> bool:
    """Whether it looks like a JWT, and there is a Supabase project that could have made it."""
    return bool(settings.SUPABASE_URL) and len(raw) <= LONGEST and _SHAPE.fullmatch(raw) is not None


def checked(raw: str) -> Token:
    """What the token says. Raises NotAuthenticated with the reason, and Unavailable without keys to check."""
    claims = _claims(raw)
    if claims["role"] != ROLE:
        raise NotAuthenticated("This token belongs to no Supabase user. Send a user’s access token.")
    if claims.get("is_anonymous", False) is not False:
        raise NotAuthenticated("Anonymous Supabase users can’t use the API. Sign up first.")
    try:
        return Token(UUID(claims["sub"]), datetime.fromtimestamp(claims["exp"], UTC))
    except (ValueError, OverflowError, OSError):
        raise _unusable() from None


def _claims(raw: str) -> dict[str, Any]:
    """The claims of a token that the project has signed for us, and that is valid now."""
    try:
        header = jwt.get_unverified_header(raw)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm == "HS256":
            raise NotAuthenticated(ONE_KEY_FOR_ALL)
        if algorithm not in ALGORITHMS or not isinstance(kid, str):
            raise _unusable()
        claims: dict[str, Any] = jwt.decode(
            raw,
            signing_keys.find(kid),  # which also refuses an algorithm that isn't the key's
            algorithms=list(ALGORITHMS),
            audience=AUDIENCE,
            issuer=project.issuer(),
            leeway=LEEWAY,
            options={"require": REQUIRED},
        )
    except jwt.ExpiredSignatureError:
        raise NotAuthenticated("Your access token has expired. Refresh your Supabase session.") from None
    except jwt.InvalidIssuerError:
        raise NotAuthenticated("This access token is from another Supabase project.") from None
    except jwt.PyJWTError:
        raise _unusable() from None
    return claims


def _unusable() -> NotAuthenticated:
    return NotAuthenticated("This isn’t a valid access token of our Supabase project.")
