"""The answers that allauth's part for second factors (allauth.mfa) needs from this portal."""

import base64
from urllib.parse import urlsplit

import qrcode
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.encoding import force_str
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User

_PURPOSE = b"accounts.second_factor"
_QUIET_ZONE = 4  # modules of white around a QR code (ISO/IEC 18004)


class FactorAdapter(DefaultMFAAdapter):
    """Keeps secrets encrypted, says the portal's name to apps and devices, and draws a code that our pages may show."""

    error_messages = {
        "add_email_blocked": gettext_lazy("多要素認証を使っているあいだは、メールアドレスを追加できません。"),
        "cannot_delete_authenticator": gettext_lazy("この方法は解除できません。"),
        "cannot_generate_recovery_codes": gettext_lazy("先に、認証アプリかパスキーを登録してください。"),
        "incorrect_code": gettext_lazy("正しくないか、すでに使われています。新しいもので、もう一度試してください。"),
        "unverified_email": gettext_lazy("先に、メールアドレスの確認を済ませてください。"),
    }

    def get_totp_issuer(self) -> str:
        """What an authenticator app calls us."""
        return _("請求書窓口")

    def build_totp_svg(self, url: str) -> str:
        """A QR code to stand in the page itself: our policy lets no browser show a picture in an address (`data:`)."""
        code = qrcode.QRCode(border=_QUIET_ZONE)
        code.add_data(url)
        rows = code.get_matrix()
        marks = "".join(
            f"M{column} {row}h1v1h-1z" for row, cells in enumerate(rows) for column, dark in enumerate(cells) if dark
        )
        words = _("認証アプリで読み取るQRコード")
        return format_html(
            '<svg class="qr-code" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
            '<rect width="{0}" height="{0}" fill="#fff"/><path d="{2}" fill="#000"/></svg>',
            len(rows),
            words,
            marks,
        )

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  # allauth's name
        """What a new passkey is called until its owner says otherwise."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("パスキー%(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To whom a passkey belongs: the host under which people know the portal, whatever else leads to it."""
        return {"id": urlsplit(settings.PORTAL_URL).hostname or "localhost", "name": _("請求書窓口")}

    def encrypt(self, text: str) -> str:
        """A secret as it is stored: nobody reads it from a copy of the database."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A stored secret.

        Raises:
            ValidationError: it was stored under a key that this installation does not have any more.
        """
        try:
            return _keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            words = _("登録された認証アプリと回復コードを確かめられなくなりました。運用者に連絡してください。")
            raise ValidationError(words, code="unreadable") from None


def _keys() -> MultiFernet:
    """What is stored is encrypted with the first key, and read with whichever fits."""
    return MultiFernet([_key(force_str(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
