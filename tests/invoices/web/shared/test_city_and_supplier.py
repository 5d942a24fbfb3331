"""What one side writes as the other side reads it: line by line, and nothing that is the other's own business."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invoices.enums import ReturnReason
from invoices.lifecycle import corrections, review, scheduling
from tests import factories

pytestmark = pytest.mark.django_db

REASON = "数量を直してください。\n一 A4<10>\n\n二 納品書"
AS_LINES = "数量を直してください。<br>一 A4&lt;10&gt;<br><br>二 納品書"


def test_a_reason_keeps_its_lines_wherever_it_is_read(
    at_department, at_supplier, opened_invoice, reviewer, supplier_owner
):
    pk = opened_invoice.pk
    review.return_invoice(invoice_id=pk, actor=reviewer, reason=ReturnReason.MINOR, comment=REASON)
    draft = corrections.reissue(invoice_id=pk, actor=supplier_owner)
    for visitor, route, about in (
        (at_supplier, "invoices:detail", pk),
        (at_supplier, "invoices:edit", draft.pk),
        (at_department, "review:detail", pk),
    ):
        notices = visitor.ask(route, about).content.decode().split('class="notice__body"')[1:]
        assert sum(AS_LINES in notice.split("</div>")[0] for notice in notices) == 1, route


def test_what_the_supplier_writes_about_a_return_keeps_its_lines(at_department, opened_invoice, supplier_owner):
    corrections.request_return(invoice_id=opened_invoice.pk, actor=supplier_owner, comment=REASON)
    source = at_department.ask("review:detail", opened_invoice.pk).content.decode()
    assert source.count(AS_LINES) == 2, "in the notice and in the timeline"


def test_the_city_sees_no_reservation_and_the_supplier_does(
    at_department, at_supplier, draft, supplier_owner, scheduled_invoice
):
    scheduling.unschedule(invoice_id=draft.pk, actor=supplier_owner)
    draft.refresh_from_db()
    at = timezone.now() + timedelta(hours=1)
    scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=at)
    scheduling.issue_due(factories.let_its_time_come(draft))
    factories.deliver(draft)
    before = at_department.read("review:detail", draft.pk).text
    opened = at_department.send("review:open", draft.pk).text
    for text in (before, opened):
        assert "予約" not in text
        assert "到達" in text
    assert at_supplier.read("invoices:detail", draft.pk).text.count("予約") >= 4
