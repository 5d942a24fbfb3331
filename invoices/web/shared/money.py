"""How a claim or a credit note is settled, as the pages of both sides show it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import ActingFor
from invoices.enums import PaymentKind, Status
from invoices.lifecycle.dues import Due, due_of
from invoices.lifecycle.related import corrected_by, credit_notes_reducing
from invoices.models import Invoice, Payment
from invoices.models.invoice import WITHDRAWN
from invoices.models.payment import Transferred
from portal.lib.yen import Yen


@dataclass(frozen=True, slots=True)
class Partner:
    """The other document of a claim and a credit note, or of a correction.

    Attributes:
        url: Empty for whoever may not see it.
        label: What it is to this one; only of `Money.partners`.
    """

    invoice: Invoice
    url: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes:
        amount: Yen as the invoice of this page counts it.
        partner: With what it was set off, or from where to where it was transferred.
        taken_back: Whether a counter-entry took it back.
        is_refund: Whether money came back, or one of those was taken back.
    """

    payment: Payment
    label: str
    amount: Yen
    partner: Partner | None
    taken_back: bool
    is_refund: bool


@dataclass(frozen=True, slots=True)
class Money:
    """What is payable, what settled it, and what is left.

    Attributes:
        withheld: 源泉徴収税額, in yen.
        open: Whether it is to be settled: it was accepted, or entries are there.
        taken: What was transferred to it from those in whose place it stands.
        given: What was transferred from it to its correction.
        standing: The correction that the city has accepted in its place.
        earlier: Those that it corrects and for which entries were recorded.
        disputed: Those in whose place it stands and whose rest was disputed.
    """

    invoice: Invoice
    due: Due
    withheld: Yen
    entries: Sequence[Entry]
    partners: Sequence[Partner]
    open: bool
    taken: Transferred
    given: Transferred
    standing: Partner | None
    earlier: Sequence[Partner]
    disputed: Sequence[Partner]

    @property
    def taken_off(self) -> Yen:
        """源泉徴収税額 as it stands under the total, in yen."""
        return -self.withheld

    @property
    def set_off(self) -> Yen:
        """充当額 of this one itself, in yen."""
        return self.invoice.set_off - self.taken.set_off + self.given.set_off

    @property
    def refunded(self) -> Yen:
        """戻入額 of this one itself, in yen: zero or below."""
        return sum(entry.amount for entry in self.entries if entry.is_refund)

    @property
    def came_back(self) -> Yen:
        """The same above zero."""
        return -self.refunded

    @property
    def paid(self) -> Yen:
        """支払額 of this one itself, in yen, before anything came back."""
        return self._moved - self.refunded

    @property
    def _moved(self) -> Yen:
        return self.invoice.settled - self.taken.amount + self.given.amount - self.set_off

    @property
    def too_much_back(self) -> Yen:
        """What came back, or was set off, beyond what was to come back, in yen; nothing once a correction stands."""
        return 0 if self.standing else self.invoice.too_much_back

    @property
    def stranded(self) -> Invoice | None:
        """What a credit note names, where that came back or was cancelled and no correction stands in its place.

        Nothing is claimed by it, so there is nothing of which the note would take a part back.
        """
        original, mine = self.invoice.original, self.invoice
        if not mine.is_credit_note or mine.status != Status.ACCEPTED or mine.left >= 0 or original is None:
            return None
        return original if original.status in WITHDRAWN and original.superseded_by_id is None else None

    @property
    def given_off(self) -> Yen:
        """What was transferred from it, as it stands in the sum, in yen."""
        return -self.given.amount


def money_of(acting_for: ActingFor, invoice: Invoice) -> Money:
    others = ("invoice", "credit_note", "transferred_from", "taken_back_by", "takes_back")
    entries = list(Payment.objects.of(invoice).select_related(*others))
    related, earlier, disputed = list(_related(invoice)), _recorded_before(invoice), _disputed_before(invoice)
    standing = invoice.superseded_by
    shown = [*(one for one, _label in related), *earlier, *disputed, *([standing] if standing else [])]
    named = [key for entry in entries for key in (entry.invoice_id, entry.partner_id) if key is not None]
    keys = {*named, *(one.pk for one in shown)}
    visible = set(Invoice.objects.visible_to(acting_for).filter(pk__in=keys).values_list("pk", flat=True))
    route = "invoices:detail" if acting_for.is_supplier else "review:detail"

    def partner(other: Invoice, label: str = "") -> Partner:
        return Partner(other, reverse(route, args=[acting_for.id, other.pk]) if other.pk in visible else "", label)

    return Money(
        invoice=invoice,
        due=due_of(invoice),
        withheld=invoice.total - invoice.payable,
        entries=[_entry(entry, invoice, partner) for entry in entries],
        # What a credit note reduces stands on it; whoever may not see that claim reads the number alone.
        partners=[partner(one, label) for one, label in related if invoice.is_credit_note or one.pk in visible],
        open=bool(entries) or invoice.status in (Status.ACCEPTED, Status.PAID),
        taken=Payment.objects.transferred_to(invoice),
        given=Payment.objects.transferred_from(invoice),
        standing=partner(standing) if standing else None,
        earlier=[partner(one) for one in earlier],
        disputed=[partner(one) for one in disputed],
    )


def _related(invoice: Invoice) -> Iterator[tuple[Invoice, str]]:
    """What a credit note names and what it reduces, or the credit notes that name a claim and were not withdrawn."""
    if not invoice.is_credit_note:
        label = _("この請求書を減額する返還請求書")
        if invoice.superseded_by_id:
            label = _("この請求書をもとにし、修正後の請求書を減額する返還請求書")
        for note in credit_notes_reducing(invoice).order_by("issued_at", "pk"):
            yield note, label
    elif invoice.original is not None:
        yield invoice.original, _("もとの請求書")
        if invoice.original.superseded_by is not None and invoice.is_in_force:
            yield invoice.original.superseded_by, _("この返還請求書がいま減額する、修正後の請求書")


def _recorded_before(invoice: Invoice) -> list[Invoice]:
    """Those that it corrects and for which something was recorded; what was transferred is recorded on both."""
    before = corrected_by(invoice)
    entries = Payment.objects.of(*before).filter(transferred_from=None)
    settled = {key for entry in entries for key in (entry.invoice_id, entry.credit_note_id)}
    return [one for one in before if one.pk in settled]


def _disputed_before(invoice: Invoice) -> list[Invoice]:
    """Those in whose place it stands and whose rest was disputed, until it is paid and known to the finance system."""
    if invoice.replaces_id is None or (invoice.status == Status.PAID and invoice.taken_over_at):
        return []
    return list(invoice.supersedes.filter(disputed_at__isnull=False).order_by("pk"))


def _entry(entry: Payment, invoice: Invoice, partner: Callable[[Invoice], Partner]) -> Entry:
    other = entry.partner_of(invoice)
    label = _label(entry.kind, entry, invoice)
    if entry.takes_back:
        label = _("訂正(%(kind)sの取消)") % {"kind": _label(entry.takes_back.kind, entry, invoice)}
    return Entry(
        payment=entry,
        label=label,
        amount=entry.counted_for(invoice),
        partner=partner(other) if other else None,
        taken_back=hasattr(entry, "taken_back_by"),
        is_refund=PaymentKind.REFUND in (entry.kind, entry.takes_back and entry.takes_back.kind),
    )


def _label(kind: str, entry: Payment, invoice: Invoice) -> str:
    """A transfer is one to the correction for the one side, and from what was corrected for the other."""
    if kind == PaymentKind.TRANSFER and entry.invoice_id == invoice.pk:
        return _("修正前からの引継ぎ")
    return str(PaymentKind(kind).label)
