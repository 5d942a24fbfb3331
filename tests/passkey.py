"""A passkey in tests: what a device keeps and answers, made without one."""

import hashlib
import json
import secrets

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.models import User

_HOST = "testserver"
_HERE_AND_SURE = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Passkey:
    """One of somebody's, on a device of its own.

    Attributes:
        user: Whose it says that it is.
    """

    def __init__(self, user: User) -> None:
        self.user = user
        self._id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())

    @classmethod
    def of(cls, user: User) -> "Passkey":
        """Register one."""
        passkey = cls(user)
        data = {"name": "端末", "credential": json.loads(passkey.introduction("AAAA"))}
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
        return passkey

    def introduction(self, challenge: str) -> str:
        """What it says when a page registers it."""
        public = ES256.from_cryptography_key(self._key.public_key())
        made = self._data(AttestedCredentialData.create(b"\0" * 16, self._id, public))
        response = {
            "clientDataJSON": websafe_encode(_told("webauthn.create", challenge)),
            "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
        }
        return json.dumps(self._credential(response))

    def answer(self, challenge: str) -> str:
        """What it says to the question of a page."""
        told, data = _told("webauthn.get", challenge), self._data()
        signature = self._key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        handle = websafe_encode(user_pk_to_url_str(self.user).encode())
        response = {
            "clientDataJSON": websafe_encode(told),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": handle,
        }
        return json.dumps(self._credential(response))

    def _credential(self, response: dict[str, str]) -> dict[str, object]:
        name = websafe_encode(self._id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _data(self, credential: AttestedCredentialData | None = None) -> AuthenticatorData:
        flags = _HERE_AND_SURE | (AuthenticatorData.FLAG.AT if credential else 0)
        return AuthenticatorData.create(hashlib.sha256(_HOST.encode()).digest(), flags, 0, credential or b"")


def _told(kind: str, challenge: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": f"https://{_HOST}"}).encode()


def sign_in_with(passkey: Passkey, client: Client, *, challenge: str = "") -> None:
    """Press パスキーでログイン. Another challenge than the page's is a wrong answer."""
    address = reverse("mfa_login_webauthn")
    asked = client.get(address, headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]
    client.post(address, {"credential": passkey.answer(challenge or asked["challenge"])})
