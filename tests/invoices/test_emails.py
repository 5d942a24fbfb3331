"""The mails about invoices: who gets them, and what they say and do not say."""

import pytest
from django.urls import resolve

from accounts.models import OutgoingMail
from invoices.enums import ReturnReason
from invoices.lifecycle import corrections, issuing, review
from tests import factories
from tests.factories import line_input

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def outbox() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.order_by("pk"))


def link_in(mail: OutgoingMail) -> str:
    (url,) = (word for word in mail.body.split() if word.startswith("http"))
    return url.removeprefix("http://testserver")


def test_the_department_hears_of_an_arrival(
    issued_invoice, reviewer, second_reviewer, other_department_staff, accountant, municipality_admin, other_city_staff
):
    factories.deliver(issued_invoice)
    mails = outbox()
    assert {mail.recipient for mail in mails} == {"reviewer@city.example", "second@city.example"}
    assert len(mails) == 2
    mail = mails[0]
    assert mail.subject == f"【請求書が届きました】事業者A {issued_invoice.number}"
    for words in ("子育て支援課 御中", issued_invoice.number, "10月分 消耗品", "1,782円"):
        assert words in mail.body
    match = resolve(link_in(mail))
    assert (match.view_name, match.kwargs["invoice_id"]) == ("review:detail", issued_invoice.pk)
    assert match.kwargs["municipality_id"] == issued_invoice.municipality_id


def test_who_left_the_department_or_the_portal_hears_nothing(issued_invoice, reviewer, second_reviewer):
    reviewer.user.is_active = False
    reviewer.user.save()
    second_reviewer.user.staff_memberships.update(active=False)
    factories.deliver(issued_invoice)
    assert outbox() == []


def test_the_department_hears_of_a_withdrawal(unopened_invoice, reviewer, supplier_owner):
    corrections.cancel(invoice_id=unopened_invoice.pk, actor=supplier_owner, comment="内部の事情")
    (mail,) = outbox()
    assert mail.recipient == "reviewer@city.example"
    assert mail.subject == f"【請求書が取り消されました】事業者A {unopened_invoice.number}"
    assert "取り消しました" in mail.body
    assert "内部の事情" not in mail.body
    assert resolve(link_in(mail)).view_name == "review:detail"


def test_the_supplier_reads_why_an_invoice_came_back(opened_invoice, reviewer):
    OutgoingMail.objects.all().delete()
    review.return_invoice(
        invoice_id=opened_invoice.pk,
        actor=reviewer,
        reason=ReturnReason.MISSING_DOCUMENT,
        comment="納品書を添えてください <至急> & 連絡",
    )
    (mail,) = outbox()
    assert mail.recipient == "owner@a.example"
    assert mail.subject == f"【請求書が差し戻されました】見本市 子育て支援課 {opened_invoice.number}"
    for words in ("事業者A 様", "書類不足", "納品書を添えてください <至急> & 連絡", "修正して再発行"):
        assert words in mail.body
    match = resolve(link_in(mail))
    assert (match.view_name, match.kwargs["supplier_id"]) == ("invoices:detail", opened_invoice.supplier_id)


def test_line_breaks_in_a_title_stay_out_of_a_subject(new_draft, supplier, supplier_owner, reviewer):
    supplier.name = "事業者A\r\nBcc: all@city.example"
    supplier.save()
    draft = new_draft(lines=(line_input(),))
    factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=1))
    (mail,) = outbox()
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


def test_no_mail_carries_lines_or_bank_account(issued_invoice, reviewer, supplier_owner):
    factories.deliver(issued_invoice)
    review.open_invoice(invoice_id=issued_invoice.pk, actor=reviewer)
    review.return_invoice(
        invoice_id=issued_invoice.pk, actor=reviewer, reason=ReturnReason.MINOR, comment="印字不良です。"
    )
    for mail in outbox():
        assert "A4コピー用紙" not in mail.body
        assert issued_invoice.bank_account.number not in mail.body
