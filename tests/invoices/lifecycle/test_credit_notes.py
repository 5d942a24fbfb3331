"""From an issued invoice to the document of what is taken back of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.acting import NotAllowed
from invoices import rules
from invoices.enums import Action, DeductionKind, InvoiceKind, PaymentMethod, Reduction, ReturnReason, Status
from invoices.lifecycle import corrections, credit_notes, drafting, issuing, review
from invoices.lifecycle.draft_input import DeductionInput
from invoices.lifecycle.workflow import Blocked, WrongStatus, can, refusal
from invoices.models import Invoice, InvoiceEvent, TaxRate, content_of
from portal.lib.calendar import today_jst
from tests import factories
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def issue(draft: Invoice, actor) -> Invoice:
    return factories.deliver(issuing.issue(invoice_id=draft.pk, actor=actor, version=draft.version))


@pytest.fixture
def begin(supplier_owner):
    return lambda invoice, actor=supplier_owner: credit_notes.begin_credit_note(invoice_id=invoice.pk, actor=actor)


def test_the_draft_takes_everything_back_and_can_be_issued_as_it_is(begin, unopened_invoice, supplier_owner):
    sold = unopened_invoice.lines.get()
    draft = begin(unopened_invoice)
    assert (draft.kind, draft.original, draft.original_number) == (
        InvoiceKind.CREDIT_NOTE,
        unopened_invoice,
        unopened_invoice.number,
    )
    assert (draft.number, draft.issue_date, draft.transaction_date) == (None, today_jst(), today_jst())
    line = draft.lines.get()
    assert (line.quantity, line.unit_price, line.description) == (-sold.quantity, sold.unit_price, sold.description)
    assert (line.date, line.original_date, line.reduction) == (today_jst(), sold.date, Reduction.RETURNED)
    assert draft.total == -unopened_invoice.total
    assert rules.errors(rules.check(draft, content_of(draft))) == []
    issued = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    assert issued.number != unopened_invoice.number


def test_what_was_the_price_of_nothing_comes_back_without_a_kind(begin, new_draft, supplier_owner):
    """A deposit is not sold, so it is neither 返品 nor 値引."""
    lines = (factories.line_input(), factories.line_input(rate="outside", description="容器の保証金"))
    draft = begin(issue(new_draft(lines=lines), supplier_owner))
    sold, deposit = draft.lines.all()
    assert (sold.reduction, deposit.reduction, deposit.original_date) == (Reduction.RETURNED, Reduction.NONE, None)
    assert rules.errors(rules.check(draft, content_of(draft))) == []


def test_the_invoice_stays_as_it_is(begin, unopened_invoice):
    before = Invoice.objects.filter(pk=unopened_invoice.pk).values().get()
    events = InvoiceEvent.objects.count()
    begin(unopened_invoice)
    assert Invoice.objects.filter(pk=unopened_invoice.pk).values().get() == before
    assert InvoiceEvent.objects.count() == events


def test_what_only_a_claim_says_stays_out(begin, new_draft, supplier_owner):
    claim = new_draft(
        carry_over_billed=5000,
        carry_over_received=0,
        withholding_base=1000,
        creditor_number="A1",
        remarks="毎度ありがとうございます。",
        own_reference="M-1",
        transaction_date=None,
        period_from=today_jst() - timedelta(days=30),
        period_to=today_jst(),
    )
    data = drafting.input_of(begin(issue(claim, supplier_owner)))
    assert (data.carry_over_billed, data.carry_over_received) == (None, None)
    assert data.withholding_base == -1000
    assert (data.payment_method, data.bank_account_id, data.creditor_number) == (PaymentMethod.OTHER, None, "")
    assert (data.remarks, data.own_reference) == ("", "")
    assert (data.transaction_date, data.period_from, data.period_to) == (today_jst(), None, None)


def test_what_reduced_the_invoice_already_is_not_taken_back_again(begin, new_draft, supplier_owner):
    rate = TaxRate.objects.get(code="standard10").pk
    claim = new_draft(
        lines=(
            factories.line_input(slip_number="D-1"),
            factories.line_input(
                quantity=Decimal(-2), original_date=today_jst() - timedelta(days=40), reduction=Reduction.RETURNED
            ),
            factories.line_input(unit_price=Decimal(-100), description="値引"),
            factories.line_input(quantity=Decimal(1000)),
        ),
        deductions=(DeductionInput(DeductionKind.BASIC, rate, 10),),
    )
    draft = begin(issue(claim, supplier_owner))
    assert [(line.quantity, line.slip_number) for line in draft.lines.all()] == [(-60, "D-1"), (-1000, "")]
    assert not draft.deductions.exists()


def test_a_second_press_leads_to_the_same_draft_and_a_new_one_follows_when_it_is_issued(
    begin, unopened_invoice, supplier_owner, colleague
):
    first = begin(unopened_invoice)
    assert begin(unopened_invoice) == first
    assert begin(unopened_invoice, colleague) == first
    issuing.issue(invoice_id=first.pk, actor=supplier_owner, version=first.version)
    assert begin(unopened_invoice) != first


@pytest.mark.parametrize(
    "invoice", ["unopened_invoice", "opened_invoice", "accepted_invoice", "taken_over_invoice", "paid_invoice"]
)
def test_what_the_city_holds_can_be_reduced(request, begin, supplier_owner, invoice):
    invoice = request.getfixturevalue(invoice)
    assert can(supplier_owner, Action.CREDIT_NOTE, invoice)
    assert begin(invoice).original == invoice


@pytest.mark.parametrize(
    "invoice", ["draft", "scheduled_invoice", "issued_invoice", "returned_invoice", "cancelled_invoice"]
)
def test_what_claims_nothing_cannot_be_reduced(request, begin, supplier_owner, invoice):
    invoice = request.getfixturevalue(invoice)
    assert not can(supplier_owner, Action.CREDIT_NOTE, invoice)
    with pytest.raises(WrongStatus, match="課が受け取っている請求書だけです"):
        begin(invoice)
    assert not Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).exists()


def test_a_credit_note_is_not_reduced(begin, unopened_invoice, supplier_owner):
    returned = issue(begin(unopened_invoice), supplier_owner)
    assert not can(supplier_owner, Action.CREDIT_NOTE, returned)
    with pytest.raises(NotAllowed, match="返還請求書の返還請求書"):
        begin(returned)


@pytest.mark.parametrize("stranger", ["other_supplier", "reviewer", "municipality_admin"])
def test_nobody_else_may(request, begin, unopened_invoice, stranger):
    stranger = request.getfixturevalue(stranger)
    assert not can(stranger, Action.CREDIT_NOTE, unopened_invoice)
    with pytest.raises(NotAllowed):
        begin(unopened_invoice, stranger)
    assert not Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_begin_one(begin, unopened_invoice, supplier_owner, colleague):
    outcomes = race(lambda: begin(unopened_invoice, supplier_owner), lambda: begin(unopened_invoice, colleague))
    assert outcomes == [Invoice.objects.get(kind=InvoiceKind.CREDIT_NOTE)] * 2


def test_an_invoice_that_a_credit_note_reduces_is_not_withdrawn(begin, unopened_invoice, supplier_owner):
    reducing = issue(begin(unopened_invoice), supplier_owner)
    with pytest.raises(WrongStatus, match=f"返還請求書{reducing.number}がこの請求書を減額している") as refused:
        corrections.cancel(invoice_id=unopened_invoice.pk, actor=supplier_owner)
    assert refused.value.status == Status.UNOPENED
    unopened_invoice.refresh_from_db()
    assert (unopened_invoice.status, unopened_invoice.cancelled_at) == (Status.UNOPENED, None)
    corrections.cancel(invoice_id=reducing.pk, actor=supplier_owner)
    assert can(supplier_owner, Action.CANCEL, unopened_invoice)
    withdrawn = corrections.cancel(invoice_id=unopened_invoice.pk, actor=supplier_owner)
    assert withdrawn.status == Status.CANCELLED


def test_a_credit_note_that_came_back_does_not_hold_its_invoice(begin, unopened_invoice, supplier_owner, reviewer):
    reducing = issue(begin(unopened_invoice), supplier_owner)
    review.open_invoice(invoice_id=reducing.pk, actor=reviewer)
    assert isinstance(refusal(supplier_owner, Action.CANCEL, unopened_invoice), Blocked)
    review.return_invoice(invoice_id=reducing.pk, actor=reviewer, reason=ReturnReason.WRONG_CONTENT, comment="数量違い")
    assert corrections.cancel(invoice_id=unopened_invoice.pk, actor=supplier_owner).status == Status.CANCELLED


def test_the_draft_of_one_holds_nothing_and_is_not_issued_afterwards(begin, unopened_invoice, supplier_owner):
    draft = begin(unopened_invoice)
    corrections.cancel(invoice_id=unopened_invoice.pk, actor=supplier_owner)
    with pytest.raises(issuing.Refused) as refused:
        issue(draft, supplier_owner)
    assert "credit-note-original-withdrawn" in {finding.code for finding in refused.value.findings}


def test_the_department_is_told_that_what_was_reduced_came_back(begin, opened_invoice, supplier_owner, reviewer):
    reducing = issue(begin(opened_invoice), supplier_owner)
    assert "credit-note-original-withdrawn" not in {remark.code for remark in rules.remarks(reducing)}
    review.return_invoice(
        invoice_id=opened_invoice.pk, actor=reviewer, reason=ReturnReason.WRONG_CONTENT, comment="数量違い"
    )
    reducing = Invoice.objects.get(pk=reducing.pk)
    assert "credit-note-original-withdrawn" in {remark.code for remark in rules.remarks(reducing)}


@pytest.mark.django_db(transaction=True)
def test_of_withdrawing_an_invoice_and_reducing_it_at_once_one_wins(begin, new_draft, supplier_owner):
    for _round in range(10):
        invoice = issue(new_draft(), supplier_owner)
        draft = begin(invoice)
        outcomes = race(
            lambda: corrections.cancel(invoice_id=invoice.pk, actor=supplier_owner),  # noqa: B023
            lambda: issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version),  # noqa: B023
        )
        (winner,), (loser,) = winners(outcomes), losers(outcomes)
        invoice.refresh_from_db()
        if winner == invoice:
            assert (invoice.status, type(loser)) == (Status.CANCELLED, issuing.Refused)
        else:
            assert (invoice.status, type(loser)) == (Status.UNOPENED, Blocked)
