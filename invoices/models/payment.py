"""What settles an invoice: payments, set-offs, refunds, and the entries that take one of them back."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from invoices.enums import PaymentKind
from invoices.models.invoice import Invoice
from portal.lib.frozen import Frozen
from portal.lib.public_model import PublicModel
from portal.lib.yen import Yen, format_yen

REFERENCE_MAX = 40


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments. Whose they are to see, the invoice decides."""

    def of(self, invoice: Invoice) -> Self:
        """Those that settle this claim or credit note, in the order in which they were recorded."""
        return self.filter(Q(invoice=invoice) | Q(credit_note=invoice)).order_by("id")

    def in_force(self) -> Self:
        """Those that were not taken back, without the counter-entries."""
        return self.exclude(kind=PaymentKind.COUNTER_ENTRY).filter(taken_back_by=None)


class Payment(PublicModel):
    """One entry. It is never changed or removed: a mistyped one is taken back by a counter-entry with a reason.

    Attributes:
        invoice: The claim that it settles; of a refund (戻入) also the credit note for which the money came back.
        amount: Yen as `invoice` counts it: what the city pays lowers what is due of a claim, what comes back is below
            zero. A counter-entry is the negative of what it takes back.
        paid_on: The day on which money moved, or on which it was set off or taken back (JST).
        reference: By which the finance system knows it, such as 伝票番号.
        reason: Of a counter-entry, and of a payment above what was due.
        credit_note: What is set off against the claim. The entry settles both.
        takes_back: The entry that a counter-entry takes back; each is taken back at most once.
        recorded_by: None for what was paid before entries were kept.
        recorded_by_name, recorded_by_organisation: The values at that time.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments", verbose_name=_("請求書"))
    kind = models.CharField(_("区分"), max_length=20, choices=PaymentKind)
    amount = models.BigIntegerField(_("金額"))
    paid_on = models.DateField(_("支払日"))
    reference = models.CharField(_("伝票番号など"), max_length=REFERENCE_MAX, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    credit_note = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, null=True, related_name="set_offs", verbose_name=_("返還請求書")
    )
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="taken_back_by", verbose_name=_("訂正する記録")
    )
    recorded_at = models.DateTimeField(_("記録日時"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("記録した職員")
    )
    recorded_by_name = models.CharField(_("記録した職員の氏名"), max_length=60, blank=True)
    recorded_by_organisation = models.CharField(_("記録した職員の市"), max_length=60, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("支払の記録")
        verbose_name_plural = _("支払の記録")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=PaymentKind.PAYMENT, amount__gt=0, credit_note=None, takes_back=None)
                | Q(kind=PaymentKind.SET_OFF, amount__gt=0, credit_note__isnull=False, takes_back=None)
                | Q(kind=PaymentKind.REFUND, amount__lt=0, credit_note=None, takes_back=None)
                | Q(~Q(reason=""), ~Q(amount=0), kind=PaymentKind.COUNTER_ENTRY, takes_back__isnull=False),
                name="payment_is_of_its_kind",
            ),
            Frozen(name="payment_frozen", operations=["UPDATE", "DELETE"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {format_yen(self.amount)}"

    @property
    def is_set_off(self) -> bool:
        """Whether no money moves: a set-off, or a counter-entry that takes one back."""
        return self.credit_note_id is not None

    def counted_for(self, invoice: Invoice) -> Yen:
        """Yen as this invoice counts it: a set-off raises what is settled of the claim, and lowers it on the note."""
        return self.amount if invoice.pk == self.invoice_id else -self.amount
