"""What one supplier may have and do, so that the others keep their room."""

import pytest

from accounts.acting import NotAllowed
from invoices.enums import Status
from invoices.lifecycle import attachments, corrections, credit_notes, drafting, issuing
from invoices.models import Invoice
from portal.lib.ids import uuid7
from suppliers import seal_picture
from suppliers.seal_picture import Fault, UnusablePicture, remake_isolated
from tests.factories import deliver, write_draft
from tests.small_files import pdf

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

NOTE = pdf("a delivery note")


def test_there_are_only_so_many_drafts_and_those_that_are_there_can_still_be_saved(
    draft, supplier_owner, other_supplier, department, monkeypatch
):
    monkeypatch.setattr(drafting, "DRAFTS_MAX", 2)
    write_draft(supplier_owner, department=department, bank_account=None)
    with pytest.raises(NotAllowed, match="下書きは2件まで"):
        write_draft(supplier_owner, department=department, bank_account=None)
    assert Invoice.objects.filter(supplier_id=supplier_owner.id).count() == 2
    data = drafting.input_of(draft)
    drafting.save(draft_id=draft.pk, data=data, actor=supplier_owner, version=draft.version)
    assert write_draft(other_supplier, department=None, bank_account=None).status == Status.DRAFT
    drafting.delete(draft_id=draft.pk, actor=supplier_owner)
    drafting.save(draft_id=uuid7(), data=data, actor=supplier_owner, version=0)


@pytest.mark.parametrize(
    ("fixture", "copy"),
    [("returned_invoice", corrections.reissue), ("accepted_invoice", credit_notes.begin_credit_note)],
)
def test_copies_count_as_drafts_too(fixture, copy, request, supplier_owner, monkeypatch):
    invoice = request.getfixturevalue(fixture)
    monkeypatch.setattr(drafting, "DRAFTS_MAX", 0)
    with pytest.raises(NotAllowed, match="下書きは0件まで"):
        copy(invoice_id=invoice.pk, actor=supplier_owner)


def test_the_files_of_all_drafts_together_are_bounded(draft, supplier_owner, department, monkeypatch):
    monkeypatch.setattr(attachments, "DRAFTS_TOGETHER_MAX_BYTES", 2 * len(NOTE))
    other = write_draft(supplier_owner, department=department, bank_account=None)
    for number, one in enumerate((draft, other)):
        attachments.add(draft_id=one.pk, actor=supplier_owner, name="a.pdf", data=NOTE[:-1] + b"%d" % number)
    with pytest.raises(NotAllowed, match="使わない下書きを削除してください"):
        attachments.add(draft_id=other.pk, actor=supplier_owner, name="b.pdf", data=NOTE)
    drafting.delete(draft_id=draft.pk, actor=supplier_owner)
    attachments.add(draft_id=other.pk, actor=supplier_owner, name="b.pdf", data=NOTE)


def test_there_are_only_so_many_cancellations_a_day(supplier_owner, department, new_draft, monkeypatch):
    monkeypatch.setattr(corrections, "CANCELLED_A_DAY", 2)

    def issue_and_cancel() -> None:
        draft = new_draft()
        invoice = deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        corrections.cancel(invoice_id=invoice.pk, actor=supplier_owner)

    issue_and_cancel()
    issue_and_cancel()
    with pytest.raises(NotAllowed, match="1日に取り消せるのは2件まで"):
        issue_and_cancel()
    assert Invoice.objects.filter(status=Status.UNOPENED).count() == 1


def test_one_picture_of_a_seal_is_drawn_at_a_time_and_who_waits_too_long_is_told(monkeypatch):
    monkeypatch.setattr(seal_picture, "_WAIT_SECONDS", 0.01)
    with seal_picture._room, pytest.raises(UnusablePicture) as unusable:
        remake_isolated(b"anything")
    assert unusable.value.fault == Fault.CROWDED
