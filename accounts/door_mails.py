"""How many mails somebody causes at the door, who is not signed in and types whatever address.

A code for a new password goes to whoever has the account, and a word to whoever has none. Both are counted: a mailbox
is not filled, the portal writes to few people who never heard of it, and its mail server stays in good repute. A
browser in which the account has signed in before is counted by itself alone, so its owner gets a code meanwhile.
"""

from django.conf import settings
from django.http import HttpRequest

from accounts import known_browsers, rate_limits
from accounts.models import User
from accounts.rate_limits import Limit


def may_ask_for_password(request: HttpRequest, email: str) -> bool:
    """Count a code for a new password, whether or not there is an account, and say whether it may be sent."""
    rates = settings.PASSWORD_MAIL_RATES
    here = f"{email} {rate_limits.network_of(request)}"
    user = User.objects.filter(email=email).first()
    if user is not None and known_browsers.is_known(request, user):
        limits = [Limit("accounts.password_mail_known", rates["own_browser"], here)]
    else:
        limits = [
            Limit("accounts.password_mail_here", rates["from_address"], here),
            Limit("accounts.password_mail", rates["account"], email),
        ]
    return rate_limits.take(request, limits) is not None


def may_tell_stranger(request: HttpRequest, email: str) -> bool:
    """Count a mail to an address without an account, and say whether it may be sent."""
    rates = settings.STRANGER_MAIL_RATES
    limits = [
        Limit("accounts.stranger_mail", rates["recipient"], email),
        Limit("accounts.stranger_mail_from", rates["from_address"]),
        Limit("accounts.stranger_mail_all", rates["all"], "all"),
    ]
    return rate_limits.take(request, limits) is not None
