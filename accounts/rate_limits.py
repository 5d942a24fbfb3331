"""How often something may be tried. The portal's own limits are counted here; sign-in has allauth's own.

- `accounts.invite_address`: invite codes typed in, for each visitor's address (settings: INVITE_CODE_RATE_LIMITS)
- `accounts.invite_code`: invite codes typed in, for each 仮ID (settings: INVITE_CODE_RATE_LIMITS)
- `invoices.address`: check codes asked about (照合), for each visitor's address (invoices.web.public.check)
- `accounts.sign_in_…`: passwords, passkeys and codes of second factors that were wrong (accounts.lock_out; settings:
  SIGN_IN_RATES)
- `accounts.mailed_code`: tries of one code that was sent by mail (accounts.mailed_codes)
- `accounts.password_mail…`, `accounts.stranger_mail…`: mails that somebody causes who is not signed in
  (accounts.door_mails; settings: PASSWORD_MAIL_RATES, STRANGER_MAIL_RATES)
- `accounts.code_mails`: mails to newcomers, for each invite code (accounts.adapter)
- `accounts.refused`: sign-ins that a limit refused and that are written down, for each account (accounts.lock_out)
- `accounts.directory_refused`: refused sign-ins by the directory of people whom nobody knows and that are written
  down, for each visitor's address (accounts.directory)
- `accounts.directory`: ways to the directory's sign-in, for each visitor's address (accounts.directory_pages)
- `invoices.attach`, `invoices.attach_volume`: files attached to drafts, and megabytes of them, for each supplier
  (invoices.web.supplier.attachment_pages)
- `invoices.issue`, `invoices.cancel`: steps of each supplier (invoices.web.supplier.rations; settings: INVOICE_RATES)
- `portal.large`: large requests of people who are not signed in, for each visitor's address (portal.middleware)

The counters are in the cache, which is a database table, so a restart does not clear them and all processes share them.
The address is that of the browser and not that of a proxy (TRUSTED_PROXIES); for IPv6 it is the network.

Each count is taken under a lock of the cache, so of twenty that come at once none is lost. Who does not get the lock
within a second is refused.

allauth does the counting in a module that it calls internal and may change. Only this file imports it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.http import HttpRequest


def allow(request: HttpRequest, counter: str, rate: str, *, key: str = "", counts_get: bool = False) -> bool:
    """Count one attempt, and say whether it is within the limit. A GET request is not counted and always allowed.

    Args:
        counter: `<app>.<action>`, from the table above.
        rate: How many in how long for what: `20/m/ip` is 20 a minute from one address, `10/h/key` is 10 an hour for
            one `key`. Times are s, m, h and d.
        key: What `…/key` counts by. It is stored as a hash.
        counts_get: Whether GET requests are counted too, because this one writes something.
    """
    app, action = counter.split(".")
    config = {action: rate}
    return ratelimit.consume(request, app=app, action=action, config=config, key=key, limit_get=counts_get) is not None


def has_room(request: HttpRequest, counter: str, rate: str, *, key: str = "") -> bool:
    """Whether `allow` would say yes now. Nothing is counted."""
    app, action = counter.split(".")
    return ratelimit.consume(request, app=app, action=action, config={action: rate}, key=key, dry_run=True) is not None


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit, as `allow` takes it."""

    counter: str
    rate: str
    key: str = ""


class Taken:
    """Attempts that were counted, and can be given back when they turn out to be none."""

    def __init__(self) -> None:
        self._parts: list[ratelimit.RateLimitUsage] = []

    def add(self, request: HttpRequest, limit: Limit) -> bool:
        """Count one attempt more; False when it is above the limit."""
        app, action = limit.counter.split(".")
        part = ratelimit.consume(request, app=app, action=action, config={action: limit.rate}, key=limit.key)
        if part is not None:
            self._parts.append(part)
        return part is not None

    def rollback(self) -> None:
        """Give all of them back. (allauth calls it so.)"""
        for part in self._parts:
            part.rollback()


def take(request: HttpRequest, limits: Iterable[Limit]) -> Taken | None:
    """Count one attempt by several limits at once; None when one of them is reached, and then by none."""
    taken = Taken()
    for limit in limits:
        if not taken.add(request, limit):
            taken.rollback()
            return None
    return taken


def forget(request: HttpRequest, limits: Iterable[Limit]) -> None:
    """Begin these limits anew."""
    for limit in limits:
        app, action = limit.counter.split(".")
        ratelimit.clear(request, app=app, action=action, config={action: limit.rate}, key=limit.key)


def network_of(request: HttpRequest) -> str:
    """The visitor's address as it is counted: for IPv6 the network."""
    return ratelimit.get_ip(request)
