"""A small OpenID Connect provider on this machine: authorization code with PKCE, ID tokens by RS256, keys by JWKS."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET = "madoguchi", "a word between the two"


@dataclass
class Provider:
    """What it says of itself and of whoever signs in there.

    Attributes:
        person: The claims about whoever signs in.
        userinfo: What is told only when asked with the access token.
        token: Claims of the ID token that are told otherwise than they are; None leaves one out.
        config: What the discovery document says otherwise.
        signs_with: The key, which may be another than the published one.
        asked: The parameters of each way to it.
        signed_in_at: Since when the browser has a session there; it answers without a question then.
        obeys: Whether it asks anew when it is told to.
        moved: A path that is answered with another place, where it would be answered.
    """

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))
    signs_with: Any = None
    asked: list[dict[str, str]] = field(default_factory=list)
    signed_in_at: int = field(default_factory=lambda: int(time.time()) - 3600)
    obeys: bool = True
    moved: str = ""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        } | self.config

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes after the person has signed in here."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        self.asked.append(asked)
        if self.obeys and (asked.get("prompt"), asked.get("max_age")) == ("login", "0"):
            self.signed_in_at = int(time.time())
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code; None for a code, a secret or a verifier that is wrong."""
        asked = self._codes.pop(sent.get("code", ""), None)
        if asked is None or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            return None
        challenge = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {"auth_time": self.signed_in_at} | self.person | self.token
        claims = {name: value for name, value in claims.items() if value is not None}
        key = None if self.algorithm == "none" else self.signs_with or self.key
        signed = jwt.encode(claims, key, self.algorithm, headers={"kid": "one"})
        return {"access_token": "for-userinfo", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        if self._is_moved():
            return
        parts = urlsplit(self.path.removeprefix("/elsewhere"))
        provider = self.provider
        if parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", provider.authorize(asked))
            self.end_headers()
        elif parts.path == "/userinfo" and self.headers["Authorization"] != "Bearer for-userinfo":
            self._say(401, {})
        else:
            told = {
                "/.well-known/openid-configuration": provider.discovery,
                "/jwks": provider.keys,
                "/userinfo": lambda: provider.userinfo,
            }
            self._say(200, told[parts.path]())

    def do_POST(self) -> None:
        if self._is_moved():
            return
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        tokens = self.provider.exchange({name: values[0] for name, values in sent.items()})
        self._say(200, tokens) if tokens else self._say(400, {"error": "invalid_grant"})

    def _is_moved(self) -> bool:
        if urlsplit(self.path).path != self.provider.moved:
            return False
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(307)
        self.send_header("Location", f"{self.provider.url}/elsewhere{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return True

    def _say(self, status: int, what: dict[str, Any]) -> None:
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing: what it was asked stands in `asked`."""


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers until the end of the block."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
