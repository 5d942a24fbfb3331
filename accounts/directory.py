"""Sign-in by the directory of a city or by GビズID: one OpenID Connect provider, named by the environment (OIDC_…).

It opens no account. Whoever comes so has one already, under an address that the provider calls verified and for which
it may speak (OIDC_ADDRESSES); at the first time the provider's name for them is tied to the account, and from then on
that alone counts (`directory_ties`). Operators do not come so: whoever keeps a directory does not run the installation.

allauth speaks the protocol (authorization code with PKCE). What it leaves open is closed here: the ID token is always
verified by the provider's keys, names this site alone, and answers the request of this very browser (nonce).
"""

import hashlib
import time
from http import HTTPStatus
from typing import Any

import jwt
import requests
from allauth.account import app_settings as account_settings
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts import directory_ties, rate_limits
from accounts.directory_ties import ID
from accounts.models import User
from portal.lib.mail_addresses import normalise_mail_address

_SIGNED_WITH = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
_SUB_MAX = 191  # the column's
_ANEW = "anew"
"""A button sends it: somebody who is signed in shall be asked again who they are."""
_AUTH_TIME = "auth_time"


def is_in_use() -> bool:
    """Whether the environment names a provider."""
    return settings.DIRECTORY is not None


class DirectoryProvider(OpenIDConnectProvider):
    """The provider of the environment. What it is asked for never depends on the address of the page."""

    def get_oauth2_adapter(self, request: HttpRequest) -> "DirectoryProtocol":
        return DirectoryProtocol(request)

    def get_pkce_params(self) -> dict[str, str]:
        """PKCE, and with it a nonce that follows from what this browser's session alone knows."""
        params: dict[str, str] = super().get_pkce_params()
        return params | {"nonce": _nonce(params["code_verifier"])}

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        kept = super().get_redirect_from_request_kwargs(request)
        anew = _ANEW in request.POST
        asked = {
            "process": AuthProcess.LOGIN,
            "scope": ["openid", "email"],
            "auth_params": {"prompt": "login", "max_age": "0"} if anew else {},
            "data": {_ANEW: anew},
        }
        return ({"next_url": kept["next_url"]} if "next_url" in kept else {}) | asked

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of it is kept but whose account it is, and who says so."""
        return {"iss": data["id_token"]["iss"]}

    def extract_uid(self, data: dict[str, Any]) -> str:
        """A name is good with the provider that gave it: another one gives the same to somebody else."""
        claims = data["id_token"]
        return hashlib.sha256(f"{claims['iss']} {claims['sub']}".encode()).hexdigest()


class DirectoryProtocol(OpenIDConnectOAuth2Adapter):
    """The talk with the provider. Whatever goes wrong in it is an OAuth2Error."""

    _nonce = ""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, ID)

    @property
    def openid_config(self) -> dict[str, Any]:
        try:
            config: dict[str, Any] = super().openid_config
        except (requests.RequestException, ValueError) as error:
            raise OAuth2Error("the provider does not say how to reach it") from error
        if config.get("issuer") != settings.DIRECTORY.issuer:
            raise OAuth2Error("the provider says that it is another one")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.PORTAL_URL + reverse("directory_callback")

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        self._nonce = _nonce(pkce_code_verifier or "")
        data: dict[str, Any] = super().get_access_token_data(request, app, client, pkce_code_verifier)
        return data

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = self._verified(app, kwargs["response"].get("id_token"))
        if "email" not in claims and self.openid_config.get("userinfo_endpoint"):
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("the provider tells of somebody else")
            claims |= {name: more[name] for name in ("email", "email_verified") if name in more}
        claims["email_verified"] = claims.get("email_verified") is True
        found: SocialLogin = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        found.auth_time = claims.get(_AUTH_TIME)
        return found

    def _verified(self, app: SocialApp, id_token: object) -> dict[str, Any]:
        """What the ID token says, once it is sure that the provider said it, to us, and now."""
        if not isinstance(id_token, str):
            raise OAuth2Error("there is no ID token")
        key = self._key(jwt.get_unverified_header(id_token).get("kid"))
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key=key.key,
            algorithms=[key.algorithm_name],
            issuer=settings.DIRECTORY.issuer,
            audience=app.client_id,
            options={"require": ["iss", "aud", "exp", "sub", "nonce"]},
        )
        others = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if len(others) > 1 and claims.get("azp") != app.client_id:
            raise OAuth2Error("the ID token is not for this site alone")
        if not constant_time_compare(str(claims["nonce"]), self._nonce):
            raise OAuth2Error("the ID token answers another request")
        if not 0 < len(claims["sub"]) <= _SUB_MAX:
            raise OAuth2Error("the ID token names nobody")
        return claims

    def _key(self, name: str | None) -> jwt.PyJWK:
        """The provider's key of this name. With which algorithm it signs, the key says and not the token."""
        with get_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
        response.raise_for_status()
        for key in jwt.PyJWKSet.from_dict(response.json()).keys:
            if key.key_id == name and key.public_key_use != "enc" and key.algorithm_name in _SIGNED_WITH:
                return key
        raise OAuth2Error("the provider has no such key")


class DirectoryAdapter(DefaultSocialAccountAdapter):
    """Who may come in by the directory."""

    def get_requests_session(self) -> requests.Session:
        """The provider is asked where it is, with our secret, and is followed to no other place."""
        session: requests.Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """The provider of the environment; no row of a table stands for another."""
        named = settings.DIRECTORY
        if named is None:
            raise SocialApp.DoesNotExist
        return SocialApp(
            provider="openid_connect",
            provider_id=ID,
            name=named.name,
            client_id=named.client_id,
            secret=named.client_secret,
            settings={"server_url": named.issuer, "oauth_pkce_enabled": True},
        )

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        return [self.get_app(request, ID)] if is_in_use() else []

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> DirectoryProvider:
        return DirectoryProvider(request, app=self.get_app(request, provider))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find whose account it is, and send everybody else away."""
        person = whose(sociallogin)
        if person is None or not directory_ties.may_come(person):
            raise ImmediateHttpResponse(refusal(request, person))
        sociallogin.user = person
        # The state is what outlasts the steps until somebody is signed in.
        sociallogin.state[_AUTH_TIME] = _time(sociallogin.auth_time)
        if sociallogin.state["data"][_ANEW] and not _is_recent(shown_at(sociallogin)):
            raise ImmediateHttpResponse(refusal(request, person))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody opens an account by it."""
        return False

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(refusal(request))


def shown_at(sociallogin: SocialLogin) -> float:
    """When the directory asked somebody who they are, in seconds since 1970; 0 where it does not say."""
    return float(sociallogin.state[_AUTH_TIME])


def refusal(request: HttpRequest, person: User | None = None) -> HttpResponse:
    """The page for whoever could not come in. That they tried is written down.

    Whoever opens the way back without having been there fills no record: of people whom nobody knows, one a minute is
    written down for each network.

    Args:
        person: Whose account it was for, where that is known.
    """
    if person or rate_limits.allow(request, "accounts.directory_refused", "1/m/ip", counts_get=True):
        user_login_failed.send(__name__, credentials={"email": person.email if person else ""}, request=request)
    return render(
        request, "accounts/directory_refused.html", {"name": settings.DIRECTORY.name}, status=HTTPStatus.FORBIDDEN
    )


def whose(sociallogin: SocialLogin) -> User | None:
    """The account that is tied to the provider's name, or else the one with the address that it calls verified.

    One that is tied to another name already is not theirs: the address has got a new owner.
    """
    tied = directory_ties.person_of(sociallogin.account)
    if tied is not None:
        return tied
    address = next((each.email for each in sociallogin.email_addresses if each.verified), None)
    person = User.objects.filter(email=normalise_mail_address(address)).first() if address else None
    return None if person is None or directory_ties.is_tied(person) else person


def _time(told: object) -> float:
    """A time as it stands in an ID token; one to come counts as now, since clocks differ."""
    if not isinstance(told, int | float) or isinstance(told, bool):
        return 0.0
    return min(float(told), time.time())


def _is_recent(at: float) -> bool:
    return time.time() - at < account_settings.REAUTHENTICATION_TIMEOUT


def _nonce(verifier: str) -> str:
    return hashlib.sha256(f"nonce:{verifier}".encode()).hexdigest()
