"""What supplier, department and accounting office do until money has moved, in few words; and what then must hold."""

from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.acting import NotAllowed
from accounts.models import OutgoingMail
from invoices.enums import ReturnReason, Status
from invoices.lifecycle import accounting, corrections, credit_notes, drafting, issuing, payments, review
from invoices.models import Invoice, InvoiceEvent, Payment
from portal.lib.calendar import today_jst
from tests import factories


class Office:
    """What the cast does, in few words."""

    def __init__(self, supplier, department, accounts) -> None:
        self.supplier, self.department, self.accounts = supplier, department, accounts

    def claim(self, draft: Invoice) -> Invoice:
        """Issue a draft and bring it to where the accounting office has taken it over."""
        return self.take_over(self.accept(self.deliver(draft)))

    def deliver(self, draft: Invoice) -> Invoice:
        issued = issuing.issue(invoice_id=draft.pk, actor=self.supplier, version=draft.version)
        return factories.deliver(issued)

    def accept(self, invoice: Invoice) -> Invoice:
        review.open_invoice(invoice_id=invoice.pk, actor=self.department)
        return review.accept(invoice_id=invoice.pk, actor=self.department)

    def give_back(self, invoice: Invoice) -> Invoice:
        about = {"reason": ReturnReason.MINOR, "comment": "印字不良"}
        review.open_invoice(invoice_id=invoice.pk, actor=self.department)
        return review.return_invoice(invoice_id=invoice.pk, actor=self.department, **about)

    def note(self, claim: Invoice, quantity: int | None = None) -> Invoice:
        """A credit note about a claim, delivered; of so many pieces at 27 yen and 10 %, or of all of them."""
        draft = credit_notes.begin_credit_note(invoice_id=claim.pk, actor=self.supplier)
        return self.deliver(draft if quantity is None else self._of(draft, -quantity))

    def begun(self, old: Invoice) -> Invoice:
        """The draft of a correction, a copy so far."""
        return corrections.reissue(invoice_id=old.pk, actor=self.supplier)

    def correction(self, old: Invoice, quantity: int | None = None) -> Invoice:
        """A correction, delivered; of so many pieces at 27 yen and 10 %, or of as many as before."""
        draft = self.begun(old)
        return self.deliver(draft if quantity is None else self._of(draft, quantity))

    def of_nothing(self, draft: Invoice) -> Invoice:
        """The draft with a line that takes an advance off again: it comes to 0 yen."""
        data = drafting.input_of(draft)
        (line,) = data.lines
        assert line.quantity is not None
        advance = replace(line, quantity=-line.quantity, description="前払金の充当")
        lines = replace(data, lines=(line, advance))
        return drafting.save(draft_id=draft.pk, data=lines, actor=self.supplier, version=draft.version)

    def recall(self, invoice: Invoice) -> Invoice:
        return accounting.recall(invoice_id=invoice.pk, actor=self.accounts, comment="口座の名義が違います。")

    def take_over(self, invoice: Invoice) -> Invoice:
        return accounting.take_over(invoice_id=invoice.pk, actor=self.accounts)

    def _of(self, draft: Invoice, quantity: int) -> Invoice:
        data = drafting.input_of(draft)
        line = replace(data.lines[0], quantity=Decimal(quantity))
        return drafting.save(
            draft_id=draft.pk,
            data=replace(data, lines=(line,)),
            actor=self.supplier,
            version=draft.version,
        )

    def reopen(self, invoice: Invoice) -> Invoice:
        return review.reopen(invoice_id=invoice.pk, actor=self.department, comment="検収が済んでいません。")

    def pay(self, invoice: Invoice, amount: int | None = None, **options) -> Invoice:
        options = {"paid_on": today_jst()} | options
        return payments.pay(invoice_id=invoice.pk, actor=self.accounts, amount=amount, **options)

    def correct(self, entry: Payment, comment: str = "金額の誤り") -> Invoice:
        return payments.correct(invoice_id=entry.invoice_id, payment_id=entry.pk, actor=self.accounts, comment=comment)

    def set_off(self, note: Invoice, claim: Invoice) -> Invoice:
        return payments.set_off(invoice_id=note.pk, partner_id=claim.pk, actor=self.accounts)

    def refund(self, invoice: Invoice, amount: int | None = None) -> Invoice:
        return payments.refund(invoice_id=invoice.pk, actor=self.accounts, paid_on=today_jst(), amount=amount)


def state() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Invoice, InvoiceEvent, Payment, OutgoingMail)]


def refused(step, match: str, kind=NotAllowed) -> None:
    """The step is refused with this message, and nothing is written."""
    before = state()
    with pytest.raises(kind, match=match):
        step()
    assert state() == before


def fresh(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def of(invoice: Invoice) -> list[tuple]:
    return [(entry.kind, entry.counted_for(invoice)) for entry in Payment.objects.of(invoice)]


def adds_up() -> None:
    """The columns are what the rows say, for every invoice."""
    for invoice in Invoice.objects.all():
        entries = list(Payment.objects.of(invoice))
        assert invoice.settled == sum(entry.counted_for(invoice) for entry in entries)
        assert invoice.set_off == sum(entry.set_off_for(invoice) for entry in entries)
        assert (invoice.status == Status.PAID) <= (invoice.balance == 0)
        assert invoice.superseded_by is None or invoice.settled == invoice.set_off == 0
