"""How a claim or a credit note is settled, as the pages of both sides show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import ActingFor
from invoices.enums import Status
from invoices.lifecycle.dues import Due, due_of
from invoices.lifecycle.related import credit_notes_reducing
from invoices.models import Invoice, Payment
from portal.lib.yen import Yen


@dataclass(frozen=True, slots=True)
class Partner:
    """The other document of a claim and a credit note.

    Attributes:
        url: Empty for whoever may not see it.
    """

    invoice: Invoice
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes:
        amount: Yen as the invoice of this page counts it.
        partner: With what it was set off.
        taken_back: Whether a counter-entry took it back.
    """

    payment: Payment
    label: str
    amount: Yen
    partner: Partner | None
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Money:
    """What is payable, what settled it, and what is left.

    Attributes:
        withheld: 源泉徴収税額, in yen.
        open: Whether it is to be settled: it was accepted, or entries are there.
    """

    invoice: Invoice
    due: Due
    withheld: Yen
    entries: Sequence[Entry]
    partners: Sequence[Partner]
    open: bool

    @property
    def taken_off(self) -> Yen:
        """源泉徴収税額 as it stands under the total, in yen."""
        return -self.withheld


def money_of(acting_for: ActingFor, invoice: Invoice) -> Money:
    entries = list(Payment.objects.of(invoice).select_related("invoice", "credit_note", "taken_back_by", "takes_back"))
    related = _related(invoice)
    keys = {one.pk for one in related} | {entry.invoice_id for entry in entries}
    keys |= {entry.credit_note_id for entry in entries if entry.credit_note_id is not None}
    visible = set(Invoice.objects.visible_to(acting_for).filter(pk__in=keys).values_list("pk", flat=True))
    route = "invoices:detail" if acting_for.is_supplier else "review:detail"

    def partner(other: Invoice) -> Partner:
        return Partner(other, reverse(route, args=[acting_for.id, other.pk]) if other.pk in visible else "")

    return Money(
        invoice=invoice,
        due=due_of(invoice),
        withheld=invoice.total - invoice.payable,
        entries=[_entry(entry, invoice, partner) for entry in entries],
        partners=[partner(one) for one in related if one.pk in visible],
        open=bool(entries) or invoice.status in (Status.ACCEPTED, Status.PAID),
    )


def _related(invoice: Invoice) -> list[Invoice]:
    """What a credit note names, or the credit notes that name a claim and were not withdrawn."""
    if invoice.is_credit_note:
        return [] if invoice.original is None else [invoice.original]
    return list(credit_notes_reducing(invoice).order_by("issued_at", "pk"))


def _entry(entry: Payment, invoice: Invoice, partner: Callable[[Invoice], Partner]) -> Entry:
    other = entry.credit_note if entry.invoice_id == invoice.pk else entry.invoice
    label = entry.get_kind_display()
    if entry.takes_back:
        label = _("訂正(%(kind)sの取消)") % {"kind": entry.takes_back.get_kind_display()}
    return Entry(
        payment=entry,
        label=label,
        amount=entry.counted_for(invoice),
        partner=partner(other) if other else None,
        taken_back=hasattr(entry, "taken_back_by"),
    )
