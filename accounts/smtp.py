"""The way to the mail server. Django's own, except that addresses keep the quotation marks that they need."""

import smtplib
from collections.abc import Sequence

from django.core.mail.backends.smtp import EmailBackend

from portal.lib.mail_addresses import for_smtp


class _Quoting(smtplib.SMTP):
    """Names the recipient as the standard asks for it. Django takes the quotation marks away before."""

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return super().rcpt(for_smtp(recip), options)


class _QuotingOverTls(_Quoting, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Sends mail by SMTP, also to addresses whose names have full stops in unusual places."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _QuotingOverTls if self.use_ssl else _Quoting
