"""What a person holds: an app that shows codes, and a passkey. Written without allauth, as theirs are."""

import base64
import json
import time
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

ORIGIN = "http://localhost:8000"
HOST = {"Host": "localhost:8000"}
"""The one address without HTTPS at which browsers offer passkeys."""


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    app = TOTP(base64.b32decode(secret), 6, SHA1(), 30)  # noqa: S303 # as RFC 6238 and every app have it
    return app.generate(int(time.time()) + 30 * steps).decode()


class Passkey:
    """Made for one site: `rp_id` is what it signs for, `origin` the page that asked."""

    def __init__(self, rp_id: str = "localhost", origin: str = ORIGIN) -> None:
        self.rp_id, self.origin = rp_id, origin
        self.id = token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.user_handle = b""

    def created(self, options: dict[str, Any], *, verified: bool = True) -> str:
        """The credential that the browser sends for a page's options."""
        asked = options["creation_options"]["publicKey"]
        self.user_handle = _bytes(asked["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        attested = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        client = CollectedClientData.create("webauthn.create", asked["challenge"], self.origin)
        attestation = AttestationObject.create("none", self._data(verified, attested), {})
        sent = {"clientDataJSON": _text(client), "attestationObject": _text(attestation)}
        return self._credential(sent, {"credProps": {"rk": True}})

    def used(self, options: dict[str, Any], *, verified: bool = True) -> str:
        asked = options["request_options"]["publicKey"]
        client = CollectedClientData.create("webauthn.get", asked["challenge"], self.origin)
        data = self._data(verified)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        sent = {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(data),
            "signature": _text(signature),
            "userHandle": _text(self.user_handle),
        }
        return self._credential(sent, {})

    def _data(self, verified: bool, attested: bytes = b"") -> AuthenticatorData:
        flag = AuthenticatorData.FLAG
        flags = flag.UP | (flag.UV if verified else 0) | (flag.AT if attested else 0)
        data: AuthenticatorData = AuthenticatorData.create(
            sha256(self.rp_id.encode()).digest(), flags, 0, attested
        )
        return data

    def _credential(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        key_id = _text(self.id)
        return json.dumps(
            {
                "type": "public-key",
                "id": key_id,
                "rawId": key_id,
                "response": response,
                "clientExtensionResults": extensions,
            }
        )


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
