"""What settles an invoice: payments, set-offs, refunds, transfers, and the entries that take one of them back."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from invoices.enums import PaymentKind
from invoices.models.invoice import Invoice
from portal.lib.frozen import Frozen
from portal.lib.public_model import PublicModel
from portal.lib.yen import Yen, format_yen

REFERENCE_MAX = 40
_OF_ITSELF: dict[str, Any] = {"takes_back": None, "transferred_from": None, "set_off": 0}
"""An entry that takes none back, and with which nothing is transferred."""


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments. Whose they are to see, the invoice decides."""

    def of(self, *invoices: Invoice) -> Self:
        """Those that settle this claim or credit note, or one of these, in the order in which they were recorded."""
        mine = Q(invoice__in=invoices) | Q(credit_note__in=invoices) | Q(transferred_from__in=invoices)
        return self.filter(mine).order_by("id")

    def in_force(self) -> Self:
        """Those that were not taken back, without the counter-entries."""
        return self.exclude(kind=PaymentKind.COUNTER_ENTRY).filter(taken_back_by=None)

    def correctable(self) -> Self:
        """Those in force that somebody recorded. A transfer follows from them, and goes with the acceptance."""
        return self.in_force().exclude(kind=PaymentKind.TRANSFER)

    def transferred_to(self, invoice: Invoice) -> "Transferred":
        """What this invoice took over from those in whose place it stands."""
        return Transferred.sum_of(self.filter(invoice=invoice, transferred_from__isnull=False))

    def transferred_from(self, invoice: Invoice) -> "Transferred":
        """What this invoice gave to its correction."""
        return Transferred.sum_of(self.filter(transferred_from=invoice))


@dataclass(frozen=True, slots=True)
class Transferred:
    """What was transferred, in yen, less what was taken back of it.

    Attributes:
        set_off: The part of `amount` that had been set off (充当) and not paid.
    """

    amount: Yen
    set_off: Yen

    def words(self, *, of_credit_note: bool) -> StrOrPromise:
        """What it is called: money that was paid, or came back for a credit note, what was set off, or both."""
        if self.amount == self.set_off:
            return _("充当額")
        if of_credit_note:
            return _("充当額と戻入額") if self.set_off else _("戻入額")
        return _("支払済額と充当額") if self.set_off else _("支払済額")

    @classmethod
    def sum_of(cls, entries: PaymentQuerySet) -> Self:
        sums = entries.aggregate(amount=Sum("amount"), set_off=Sum("set_off"))
        return cls(sums["amount"] or 0, sums["set_off"] or 0)


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
        transferred_from: Of a transfer (引継ぎ): the invoice in whose place `invoice` stands. What was settled of it
            counts for `invoice`, and no more for itself.
        set_off: Yen; of a transfer the part that had been set off (充当) and not paid.
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
    transferred_from = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, null=True, related_name="transfers", verbose_name=_("引継ぎ元の請求書")
    )
    set_off = models.BigIntegerField(_("引き継いだ充当額"), default=0, db_default=0)
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
                condition=Q(kind=PaymentKind.PAYMENT, amount__gt=0, credit_note=None, **_OF_ITSELF)
                | Q(kind=PaymentKind.SET_OFF, amount__gt=0, credit_note__isnull=False, **_OF_ITSELF)
                | Q(kind=PaymentKind.REFUND, amount__lt=0, credit_note=None, **_OF_ITSELF)
                | Q(
                    ~Q(amount=0),
                    kind=PaymentKind.TRANSFER,
                    transferred_from__isnull=False,
                    credit_note=None,
                    takes_back=None,
                )
                | Q(~Q(reason=""), ~Q(amount=0), kind=PaymentKind.COUNTER_ENTRY, takes_back__isnull=False),
                name="payment_is_of_its_kind",
            ),
            Frozen(name="payment_frozen", operations=["UPDATE", "DELETE"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {format_yen(self.amount)}"

    @property
    def partner_id(self) -> UUID | None:
        """The other document that the entry settles: a credit note that is set off, or what is transferred from."""
        return self.credit_note_id or self.transferred_from_id

    def partner_of(self, invoice: Invoice) -> Invoice | None:
        """The other document, as this one of the two sees it."""
        return (self.credit_note or self.transferred_from) if invoice.pk == self.invoice_id else self.invoice

    def counted_for(self, invoice: Invoice) -> Yen:
        """Yen as this invoice counts it.

        A set-off raises what is settled of the claim, and lowers it on the note; a transfer raises it on the
        correction, and lowers it on what that one corrects.
        """
        return self.amount if invoice.pk == self.invoice_id else -self.amount

    def set_off_for(self, invoice: Invoice) -> Yen:
        """The part of it, in yen as this invoice counts it, with which no money moved."""
        set_off = self.set_off if self.credit_note_id is None else self.amount
        return set_off if invoice.pk == self.invoice_id else -set_off
