"""The mail outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.jobs import WorkRow


class OutgoingMail(WorkRow):
    """A mail to be sent: rendered once, with a Message-ID that stays the same over every attempt.

    The body is erased when it is sent or given up, because it may hold a code.
    """

    task_name = "accounts.send_mail"
    # A mail server may be away for a night: with an hour at most between them, twenty attempts last half a day.
    max_attempts = 20
    erased_at_the_end = {"body": ""}

    recipient = models.EmailField(_("宛先"))
    subject = models.CharField(_("件名"), max_length=255)
    body = models.TextField(_("本文"), blank=True)
    message_id = models.CharField(max_length=120, unique=True)

    class Meta:
        verbose_name = _("送信メール")
        verbose_name_plural = _("送信メール")

    def __str__(self) -> str:
        return self.subject
