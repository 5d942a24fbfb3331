"""How often something may be tried. The portal's own limits are counted here; sign-in has allauth's own.

- `suppliers.address`: invite codes typed in, for each visitor's address (settings: INVITE_CODE_RATE_LIMITS)
- `suppliers.code`: invite codes typed in, for each 仮ID (settings: INVITE_CODE_RATE_LIMITS)
- `invoices.address`: check codes asked about (照合), for each visitor's address (invoices.web.public.check)
- `accounts.refused`: sign-ins that a limit refused and that are written down, for each account (accounts.adapter)
- `accounts.directory`: ways to the directory's sign-in, for each visitor's address (accounts.directory_pages)
- `invoices.attach`: files attached to drafts, for each supplier (invoices.web.supplier.attachment_pages)
- `portal.large`: large requests of people who are not signed in, for each visitor's address (portal.middleware)

The counters are in the cache, which is a database table, so a restart does not clear them and all processes share them.
The address is that of the browser and not that of a proxy (TRUSTED_PROXIES); for IPv6 it is the network.

allauth does the counting in a module that it calls internal and may change. Only this file imports it.
"""

from allauth.core.internal import ratelimit
from django.http import HttpRequest


def allow(request: HttpRequest, counter: str, rate: str, *, key: str = "") -> bool:
    """Count one attempt, and say whether it is within the limit. A GET request is not counted and always allowed.

    Args:
        counter: `<app>.<action>`, from the table above.
        rate: How many in how long for what: `20/m/ip` is 20 a minute from one address, `10/h/key` is 10 an hour for
            one `key`. Times are s, m, h and d.
        key: What `…/key` counts by. It is stored as a hash.
    """
    app, action = counter.split(".")
    return ratelimit.consume(request, app=app, action=action, config={action: rate}, key=key) is not None
