"""E-mail addresses as people type them, as Japan's carriers gave them out, and as mail servers want them written."""

import re

from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from portal.lib.text import half_width

_ATOMS = re.compile(r"[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+(\.[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+)*")


class MailAddressValidator(EmailValidator):
    """An address to which mail can be sent.

    The carriers gave out names with several full stops in a row or one at the end (`a..b.@docomo.ne.jp`). The standard
    allows such a name only in quotation marks (RFC 5321, 4.1.2); `for_smtp` writes them.
    """

    user_regex = re.compile(r"^[-!#$%&'*+/=?^_`{}|~0-9A-Z.]+\Z", re.IGNORECASE | re.ASCII)


check_mail_address = MailAddressValidator(message=_("メールアドレスを「name@example.jp」の形で入力してください"))


def normalise_mail_address(text: str) -> str:
    """An address as it is stored and compared: half-width, in small letters, without spaces and marks around it.

    Nothing is checked here; see `check_mail_address`.
    """
    address = half_width(text).strip().removeprefix("mailto:").lower()
    name, at, domain = address.rpartition("@")
    if len(name) > 2 and name[0] == name[-1] == '"':
        name = name[1:-1]
    return f"{name}{at}{domain}"


def for_smtp(address: str) -> str:
    """The address as mail servers want it: its name in quotation marks when full stops stand in unusual places."""
    name, at, domain = address.rpartition("@")
    return address if _ATOMS.fullmatch(name) or name.startswith('"') else f'"{name}"{at}{domain}'
