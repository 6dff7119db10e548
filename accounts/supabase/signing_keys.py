"""The public keys that the Supabase project signs its tokens with (its JWKS, RFC 7517), kept in memory.

They are fetched anew when they are old, and when a token names one that we don't know, which is how a
rotation shows; never more often than every `PAUSE` seconds, whatever tokens come. While they can't be
fetched, those that we have go on for a day.
"""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import jwt

from accounts.supabase import project
from blogai.core.egress import EgressError
from blogai.core.errors import NotAuthenticated, Unavailable

logger = logging.getLogger(__name__)

ALGORITHMS = ("ES256", "RS256", "EdDSA")
PATH = "/.well-known/jwks.json"
FRESH, USABLE, PAUSE = 600.0, 86_400.0, 10.0
"""Seconds: until keys are fetched anew, until they are not used any more, between two fetches."""
MOST = 20
"""Keys of a project that we keep. Supabase has three at a time."""
ONE_KEY_FOR_ALL = (
    "This Supabase project signs its tokens with a shared secret (HS256), which we don’t accept. Its owner "
    "has to switch to asymmetric JWT signing keys in the project’s settings."
)


@dataclass
class SigningKeys:
    """Of one project, for one process. Threads may share it."""

    known: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    fetched_at: float = float("-inf")
    tried_at: float = float("-inf")
    failed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, kid: str) -> jwt.PyJWK:
        """The key with the id. Raises NotAuthenticated if there is none, and Unavailable if we can't know."""
        key = self._usable(kid)
        if key is None or time.monotonic() - self.fetched_at > FRESH:
            self._refresh(wait=key is None)
            key = self._usable(kid)
        if key is not None:
            return key
        if self.failed:
            raise Unavailable("We can’t reach Supabase to check your access token. Try again in a minute.")
        if not self.known:
            raise NotAuthenticated(ONE_KEY_FOR_ALL)
        raise NotAuthenticated(
            "This access token is signed with a key that the Supabase project doesn’t have."
        )

    def _usable(self, kid: str) -> jwt.PyJWK | None:
        return self.known.get(kid) if time.monotonic() - self.fetched_at < USABLE else None

    def _refresh(self, *, wait: bool) -> None:
        """Fetch the keys, unless somebody just has. With `wait`, be there when another thread has them."""
        if not self.lock.acquire(blocking=wait):
            return
        try:
            if time.monotonic() - self.tried_at < PAUSE:
                return
            self.tried_at = time.monotonic()
            self.known, self.failed = _fetched(), False
            self.fetched_at = time.monotonic()
        except (EgressError, jwt.PyJWTError) as error:
            self.failed = True
            logger.warning("could not fetch Supabase's signing keys: %s", error)
        finally:
            self.lock.release()


def _fetched() -> dict[str, jwt.PyJWK]:
    """Raises EgressError and PyJWTError. A project with a shared secret has none, which is no error."""
    status, content = project.get(PATH)
    found = content.get("keys") if status == 200 and isinstance(content, dict) else None
    if not isinstance(found, list):
        raise jwt.PyJWKSetError(f"Status {status}, or no set of keys.")
    keys = {}
    for each in found[:MOST]:
        if isinstance(each, dict) and isinstance(each.get("kid"), str) and each.get("alg") in ALGORITHMS:
            keys[each["kid"]] = jwt.PyJWK(each)
    return keys


signing_keys = SigningKeys()
