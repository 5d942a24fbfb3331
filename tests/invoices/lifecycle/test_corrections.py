"""Withdrawal and correction: what is out stays, and a corrected copy takes its place."""

from dataclasses import replace

import pytest

from accounts.models import OutgoingMail
from invoices.archive import store
from invoices.documents import schema
from invoices.documents.difference import of_correction
from invoices.documents.schema_parts import Reference
from invoices.enums import Action, ReturnReason, Status
from invoices.lifecycle import corrections, drafting, issuing, review
from invoices.lifecycle.related import live_successor
from invoices.lifecycle.workflow import NotAllowed, WrongStatus, can
from invoices.models import Document, Invoice, InvoiceEvent
from portal.lib.calendar import today_jst
from tests import factories
from tests.factories import InvoiceFactory
from tests.racing import losers, race

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


@pytest.fixture
def send_out(supplier_owner):
    """Issue and deliver a draft."""

    def send(draft: Invoice) -> Invoice:
        invoice = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        return factories.deliver(invoice)

    return send


def reissue(invoice, actor) -> Invoice:
    return corrections.reissue(invoice_id=invoice.pk, actor=actor)


def cancel(invoice, actor, comment="") -> Invoice:
    return corrections.cancel(invoice_id=invoice.pk, actor=actor, comment=comment)


def live_in_place_of(invoice: Invoice) -> list[Invoice]:
    """Every invoice and draft that stands for this one now, however many corrections lie between."""
    found = []
    for successor in invoice.successors.all():
        if successor.status == Status.CANCELLED:
            found += live_in_place_of(successor)
        else:
            found.append(successor)
    return found


def test_a_cancelled_invoice_keeps_number_document_and_history(unopened_invoice, supplier_owner):
    number, text, document = unopened_invoice.number, unopened_invoice.snapshot, Document.objects.get()
    invoice = cancel(unopened_invoice, supplier_owner, comment="  金額の誤り  ")
    assert invoice.status == Status.CANCELLED
    assert (invoice.number, invoice.snapshot) == (number, text)
    assert invoice.cancelled_at is not None
    assert store.fetch(Document.objects.get().key) == store.fetch(document.key)
    last = invoice.events.last()
    assert (last.action, last.comment) == (Action.CANCEL, "金額の誤り")


def test_the_number_of_a_cancelled_invoice_is_not_given_again(new_draft, send_out, supplier_owner):
    cancel(send_out(new_draft()), supplier_owner)
    assert send_out(new_draft()).sequence == 2


def test_the_department_hears_of_a_withdrawal_only_if_it_had_arrived(new_draft, send_out, supplier_owner, reviewer):
    undelivered = new_draft()
    cancel(issuing.issue(invoice_id=undelivered.pk, actor=supplier_owner, version=1), supplier_owner)
    assert not OutgoingMail.objects.exists()
    cancel(send_out(new_draft()), supplier_owner)
    subjects = OutgoingMail.objects.order_by("pk").values_list("subject", flat=True)
    assert [subject.partition("】")[0] for subject in subjects] == [
        "【請求書が届きました",
        "【請求書が取り消されました",
    ]


def test_what_the_department_has_opened_can_no_longer_be_cancelled(opened_invoice, supplier_owner):
    with pytest.raises(WrongStatus) as refused:
        cancel(opened_invoice, supplier_owner)
    assert refused.value.status == Status.OPENED


@pytest.mark.parametrize("fixture", ["returned_invoice", "cancelled_invoice"])
def test_a_correction_is_a_copy_that_refers_to_the_old_invoice(fixture, request, supplier_owner):
    old = request.getfixturevalue(fixture)
    before = Invoice.objects.values().get(pk=old.pk)
    assert can(supplier_owner, Action.REISSUE, old)
    draft = reissue(old, supplier_owner)
    assert (draft.status, draft.number, draft.snapshot) == (Status.DRAFT, None, None)
    assert draft.replaces_id == old.pk
    assert draft.created_by == supplier_owner.user
    assert drafting.input_of(Invoice.objects.get(pk=draft.pk)) == replace(
        drafting.input_of(old), issue_date=today_jst()
    )
    assert (draft.net, draft.tax, draft.total) == (old.net, old.tax, old.total)
    assert Invoice.objects.values().get(pk=old.pk) == before


def test_an_issued_correction_names_the_old_invoice_in_its_document(returned_invoice, supplier_owner, send_out):
    new = send_out(reissue(returned_invoice, supplier_owner))
    frozen = schema.load(new.snapshot)
    assert frozen.replaces == Reference(returned_invoice.pk, returned_invoice.number, returned_invoice.issue_date)
    assert new.number != returned_invoice.number


def test_asked_again_the_same_draft_comes_back(returned_invoice, supplier_owner, colleague):
    first = reissue(returned_invoice, supplier_owner)
    assert can(colleague, Action.REISSUE, returned_invoice)
    assert reissue(returned_invoice, colleague) == first
    assert Invoice.objects.filter(replaces=returned_invoice).count() == 1


def test_a_deleted_correction_makes_way_for_another(returned_invoice, supplier_owner):
    first = reissue(returned_invoice, supplier_owner)
    drafting.delete(draft_id=first.pk, actor=supplier_owner)
    assert reissue(returned_invoice, supplier_owner).pk != first.pk


def test_an_invoice_whose_correction_is_out_is_not_corrected_again(returned_invoice, supplier_owner, send_out):
    send_out(reissue(returned_invoice, supplier_owner))
    assert not can(supplier_owner, Action.REISSUE, returned_invoice)
    with pytest.raises(NotAllowed, match="すでに再発行"):
        reissue(returned_invoice, supplier_owner)


def test_what_follows_a_cancelled_correction_copies_it_and_names_what_the_city_returned(
    returned_invoice, supplier_owner, send_out
):
    second = reissue(returned_invoice, supplier_owner)
    data = replace(drafting.input_of(second), title="10月分 消耗品(訂正)")
    second = drafting.save(draft_id=second.pk, data=data, actor=supplier_owner, version=second.version)
    second = cancel(send_out(second), supplier_owner)
    third = send_out(reissue(second, supplier_owner))
    assert (third.replaces, third.title) == (returned_invoice, "10月分 消耗品(訂正)")
    assert schema.load(third.snapshot).replaces.number == returned_invoice.number
    assert "10月分 消耗品" in [change.before for change in of_correction(third).items]
    assert returned_invoice not in Invoice.objects.to_correct()


@pytest.mark.parametrize("begun_at", [0, 1, 2])
def test_from_everywhere_in_a_chain_the_same_draft_is_found_and_once_it_is_out_nothing_begins(
    returned_invoice, supplier_owner, send_out, begun_at
):
    chain = [returned_invoice]
    for _n in range(2):
        chain.append(cancel(send_out(reissue(chain[-1], supplier_owner)), supplier_owner))
    draft = reissue(chain[begun_at], supplier_owner)
    assert draft.replaces == returned_invoice
    for invoice in chain:
        assert live_successor(invoice) == draft
        assert can(supplier_owner, Action.REISSUE, invoice)
        assert reissue(invoice, supplier_owner) == draft
    issued = send_out(draft)
    for invoice in chain:
        assert live_successor(invoice) == issued
        assert not can(supplier_owner, Action.REISSUE, invoice)
        with pytest.raises(NotAllowed, match="すでに再発行"):
            reissue(invoice, supplier_owner)
    assert live_in_place_of(returned_invoice) == [issued]


@pytest.mark.parametrize("begun_at", [0, 1])
def test_where_all_were_cancelled_the_chain_goes_on_at_the_one_that_was_chosen(
    cancelled_invoice, supplier_owner, send_out, begun_at
):
    chain = [cancelled_invoice, cancel(send_out(reissue(cancelled_invoice, supplier_owner)), supplier_owner)]
    draft = reissue(chain[begun_at], supplier_owner)
    assert draft.replaces == chain[begun_at]
    assert [reissue(invoice, supplier_owner) for invoice in chain] == [draft, draft]
    assert [live_successor(invoice) for invoice in chain] == [draft, draft]


def test_a_returned_correction_is_corrected_by_a_third_invoice(returned_invoice, supplier_owner, reviewer, send_out):
    second = send_out(reissue(returned_invoice, supplier_owner))
    review.open_invoice(invoice_id=second.pk, actor=reviewer)
    second = review.return_invoice(invoice_id=second.pk, actor=reviewer, reason=ReturnReason.MINOR, comment="印字不良")
    third = send_out(reissue(second, supplier_owner))
    assert (third.replaces_id, second.replaces_id) == (second.pk, returned_invoice.pk)
    assert live_in_place_of(returned_invoice) == [second]
    assert live_in_place_of(second) == [third]
    for old in (returned_invoice, second):
        with pytest.raises(NotAllowed, match="すでに再発行"):
            reissue(old, supplier_owner)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SCHEDULED, Status.SENT, Status.UNOPENED, Status.OPENED])
def test_what_is_not_out_or_still_examined_is_not_corrected(status, supplier, supplier_owner):
    invoice = InvoiceFactory(supplier=supplier, status=status)
    assert not can(supplier_owner, Action.REISSUE, invoice)
    with pytest.raises(WrongStatus) as refused:
        reissue(invoice, supplier_owner)
    assert refused.value.status == status
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize("name", ["other_supplier", "reviewer", "accountant", "municipality_admin", "other_city_staff"])
def test_nobody_but_the_supplier_corrects_its_invoices(name, request, returned_invoice):
    actor = request.getfixturevalue(name)
    assert not can(actor, Action.REISSUE, returned_invoice)
    with pytest.raises(NotAllowed):
        reissue(returned_invoice, actor)
    assert Invoice.objects.count() == 1


def test_a_correction_to_a_department_that_is_closed_now_starts_without_one(
    returned_invoice, supplier_owner, trading_link
):
    trading_link.active = False
    trading_link.save()
    assert reissue(returned_invoice, supplier_owner).department is None


def test_a_correction_begun_leaves_no_event_on_the_old_invoice(returned_invoice, supplier_owner):
    before = InvoiceEvent.objects.count()
    reissue(returned_invoice, supplier_owner)
    assert InvoiceEvent.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_two_corrections_begun_at_once_are_one_draft(returned_invoice, supplier_owner, colleague):
    outcomes = race(
        *(lambda actor=actor: reissue(returned_invoice, actor) for actor in (supplier_owner, colleague, supplier_owner))
    )
    assert losers(outcomes) == []
    assert len(set(outcomes)) == 1
    assert Invoice.objects.filter(replaces=returned_invoice).count() == 1


@pytest.mark.django_db(transaction=True)
def test_corrections_begun_at_once_at_two_places_of_a_chain_leave_one_live_invoice(
    returned_invoice, supplier_owner, send_out
):
    second = cancel(send_out(reissue(returned_invoice, supplier_owner)), supplier_owner)
    for _round in range(5):
        outcomes = race(*(lambda old=old: reissue(old, supplier_owner) for old in (returned_invoice, second)))
        (live,) = live_in_place_of(returned_invoice)
        assert outcomes == [live, live]
        drafting.delete(draft_id=live.pk, actor=supplier_owner)


@pytest.mark.django_db(transaction=True)
def test_of_opening_and_cancelling_at_once_one_wins_and_the_other_is_told(
    new_draft, send_out, supplier_owner, reviewer
):
    for _round in range(10):
        invoice = send_out(new_draft())
        opened, cancelled = race(
            lambda: review.open_invoice(invoice_id=invoice.pk, actor=reviewer),  # noqa: B023
            lambda: cancel(invoice, supplier_owner),  # noqa: B023
        )
        invoice.refresh_from_db()
        (loser,) = losers([opened, cancelled])
        assert isinstance(loser, WrongStatus)
        assert loser.status == invoice.status
        if opened is loser:
            assert (invoice.status, invoice.opened_at, invoice.opened_by) == (Status.CANCELLED, None, None)
            assert "取り消され" in str(loser.message)
        else:
            assert (invoice.status, invoice.cancelled_at) == (Status.OPENED, None)
            assert "開封" in str(loser.message)
        assert invoice.events.filter(action__in=(Action.OPEN, Action.CANCEL)).count() == 1
