"""The mail outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.columns import MailAddressColumn
from portal.lib.jobs import WorkRow


class OutgoingMail(WorkRow):
    """A mail to be sent. Text and Message-ID are made once and are the same in every attempt.

    The body is deleted when the mail is sent or becomes dead, because it may contain a code.
    """

    task_name = "accounts.send_mail"
    # A mail server may be down for a night. With at most an hour between them, twenty attempts last half a day.
    max_attempts = 20
    cleared_when_finished = {"body": ""}

    recipient = MailAddressColumn(_("宛先"))
    subject = models.CharField(_("件名"), max_length=255)
    body = models.TextField(_("本文"), blank=True)
    message_id = models.CharField(_("メールの番号(Message-ID)"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("送信メール")
        verbose_name_plural = _("送信メール")

    def __str__(self) -> str:
        return self.subject
