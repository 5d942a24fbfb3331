"""Invoices that are reserved for a later issue."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoices.models.invoice import Invoice
from portal.lib.jobs import WorkRow
from portal.lib.queues import BULK


class ScheduledIssue(WorkRow):
    """The pending work to issue one invoice at its reserved time, which is `next_attempt_at` by the database clock."""

    task_name = "invoices.issue_scheduled"
    max_attempts = 50
    queue = BULK

    invoice = models.OneToOneField(Invoice, on_delete=models.CASCADE, related_name="scheduled_issue")

    class Meta:
        verbose_name = _("発行予約")
        verbose_name_plural = _("発行予約")

    def __str__(self) -> str:
        return str(self.invoice)
