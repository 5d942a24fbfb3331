"""The history of an invoice."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from accounts.models import Department, User
from invoices.enums import Action, Status
from invoices.models.invoice import Invoice
from portal.lib.frozen import Frozen
from portal.lib.public_model import PublicModel


class InvoiceEventQuerySet(models.QuerySet["InvoiceEvent"]):
    """Queries for the history of invoices."""

    def passed_on_by(self, acting_for: ActingFor) -> Self:
        """Where invoices left a department of this user for another one (回送), and were theirs until then.

        What this tells of an invoice that lies elsewhere now is where it went, and nothing of its content.
        """
        mine = Department.objects.filter(pk__in=acting_for.departments, municipality_id=acting_for.id)
        by_id = Q(data__from_id__in=[str(pk) for pk in acting_for.departments])
        # The first events of this kind have the name alone.
        by_name = Q(data__from_id__isnull=True, data__from__in=list(mine.values_list("name", flat=True)))
        return self.filter(
            by_id | by_name, action__in=(Action.REROUTE, Action.MOVE), invoice__municipality_id=acting_for.id
        )


class InvoiceEvent(PublicModel):
    """One step of an invoice. The workflow adds it; it is never changed or removed.

    Attributes:
        sequence: 1, 2, 3 … for each invoice.
        actor: Who took the step; None means the system.
        actor_name, actor_role, actor_organisation: The values at that time.
        deputy_for: The person for whom the actor acted as deputy.
        data: Details of the step, for example the departments of a reroute or the amount of a payment.
        at: The time by the clock of the database.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="events", verbose_name=_("請求書"))
    sequence = models.PositiveIntegerField(_("順番"))
    action = models.CharField(_("操作"), max_length=20, choices=Action)
    from_status = models.CharField(_("前の状態"), max_length=20, choices=Status, blank=True)
    to_status = models.CharField(_("後の状態"), max_length=20, choices=Status)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("操作した人"))
    actor_name = models.CharField(_("操作した人の氏名"), max_length=60, blank=True)
    actor_role = models.CharField(_("役割"), max_length=20, blank=True)
    actor_organisation = models.CharField(_("組織"), max_length=60, blank=True)
    deputy_for = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("代理の相手")
    )
    at = models.DateTimeField(_("日時"), db_default=Now(), editable=False)
    comment = models.TextField(_("コメント"), blank=True)
    data = models.JSONField(_("詳細"), default=dict, blank=True)
    request_id = models.CharField(_("要求の番号"), max_length=64, blank=True)

    objects: ClassVar[InvoiceEventQuerySet] = InvoiceEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("履歴")
        verbose_name_plural = _("履歴")
        ordering = ["invoice", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "sequence"], name="event_sequence_unique_in_invoice"),
            Frozen(name="event_frozen", operations=["UPDATE"]),
            # Those of a draft (a reservation made and withdrawn) go with it.
            Frozen(
                name="event_never_deleted",
                operations=["DELETE"],
                when="NOT EXISTS (SELECT 1 FROM invoices_invoice WHERE id = {row}.invoice_id"
                " AND status = 'draft' AND origin = 'portal' AND number IS NULL)",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.get_action_display()}"
