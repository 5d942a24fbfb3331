"""How often a sign-in may go wrong, so that guessing ends and the owner of an account does not stand outside.

Passwords, passkeys and codes of second factors count together, at the sign-in and when somebody is asked again.

- Strictly for one account from one address: there somebody guesses, or forgot it.
- Softly for one account from everywhere: guessing from many addresses ends too.
- For one address, whoever is meant: one machine that tries one password for many accounts, or passkeys of nobody.

A browser in which the account has signed in before is counted by itself alone. So whatever others try, from another
country or from the desk beside, somebody at their own browser is served; and so is a whole city hall behind one address
while one machine there guesses. Of an account's own browsers together there is an end too, for a day: one may be in a
thief's hands. Whoever stands outside sets a new password by a code in their mailbox, which begins
all counts of the account anew.
"""

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import known_browsers, rate_limits
from accounts.models import User
from accounts.rate_limits import Limit, Taken
from portal.lib.mail_addresses import normalise_mail_address

TOO_MANY = "too_many_login_attempts"
"""As allauth calls the same."""


def count(request: HttpRequest, email: str) -> Taken:
    """Count a try. One that was right is given back.

    Args:
        email: Whose account it is for; empty where a passkey names nobody.

    Raises:
        ValidationError: there were too many.
    """
    taken = _take(request, email)
    if taken is None:
        raise too_many(request, email)
    return taken


def too_many(request: HttpRequest, email: str) -> ValidationError:
    """What whoever tried too often is told. That is a refused sign-in too, and written down once a minute."""
    if rate_limits.allow(request, "accounts.refused", "1/m/key", key=email or rate_limits.network_of(request)):
        user_login_failed.send(__name__, credentials={"email": email}, request=request)
    words = _(
        "誤りが続いたため、いまは受け付けられません。5分ほど待ってからやり直すか、パスワードを設定し直してください。"
    )
    return ValidationError(words, code=TOO_MANY)


def _take(request: HttpRequest, email: str) -> Taken | None:
    email = normalise_mail_address(email)
    user = User.objects.filter(email=email).first() if email else None
    is_known = user is not None and known_browsers.is_known(request, user)
    return rate_limits.take(request, _of_own_browser(request, email) if is_known else _of_strangers(request, email))


def forget(request: HttpRequest, email: str) -> None:
    """Begin the counts of an account anew, after a new password. Those from other addresses run out by themselves."""
    email = normalise_mail_address(email)
    of_account = [each for each in _of_strangers(request, email) if each.key]
    rate_limits.forget(request, of_account + _of_own_browser(request, email))


def _of_strangers(request: HttpRequest, email: str) -> list[Limit]:
    rates = settings.SIGN_IN_RATES
    here = f"{email} {rate_limits.network_of(request)}"
    address = Limit("accounts.sign_in_address", rates["address"])
    if not email:
        return [address]
    return [
        address,
        Limit("accounts.sign_in_here", rates["account_from_address"], here),
        Limit("accounts.sign_in_account", rates["account"], email),
    ]


def _of_own_browser(request: HttpRequest, email: str) -> list[Limit]:
    here = f"{email} {rate_limits.network_of(request)}"
    rates = settings.SIGN_IN_RATES
    return [
        Limit("accounts.sign_in_known", rates["own_browser"], here),
        Limit("accounts.sign_in_known_day", rates["own_browser_day"], email),
    ]
