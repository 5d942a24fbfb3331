"""The mails about invoices: who gets them, and what they say and do not say."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import resolve
from django.utils import timezone

from accounts.models import OutgoingMail
from invoices.enums import ReturnReason
from invoices.lifecycle import accounting, corrections, issuing, payments, review, scheduling
from invoices.models import Invoice
from portal.lib.calendar import JST, today_jst
from suppliers.models import MemberRole
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
    OutgoingMail.objects.all().delete()
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


@pytest.mark.parametrize("step", ["return", "accept"])
def test_after_a_reroute_the_supplier_hears_from_the_department_that_has_it_now(
    step, unopened_invoice, reviewer, other_department, other_department_staff
):
    pk = unopened_invoice.pk
    review.reroute(invoice_id=pk, actor=reviewer, department_id=other_department.pk, comment="道路の工事です。")
    review.open_invoice(invoice_id=pk, actor=other_department_staff)
    OutgoingMail.objects.all().delete()
    if step == "accept":
        review.accept(invoice_id=pk, actor=other_department_staff)
    else:
        review.return_invoice(
            invoice_id=pk, actor=other_department_staff, reason=ReturnReason.MINOR, comment="印字不良です。"
        )
    (mail,) = outbox()
    assert "見本市 道路課" in mail.subject
    assert "見本市 道路課" in mail.body
    assert "子育て支援課" not in mail.subject + mail.body


DEPARTMENT = {"reviewer@city.example", "second@city.example"}
WRITER_AND_OWNER = {"owner@a.example", "colleague@a.example"}
# Each step, where it starts, who hears of it, and under which heading. Nobody hears of what they can see by themselves.
STEPS = {
    "schedule": ("draft", set(), ""),
    "unschedule": ("scheduled_invoice", set(), ""),
    "issue": ("draft", set(), ""),
    "issue_due": ("scheduled_invoice", set(), ""),
    "refuse": ("scheduled_invoice", WRITER_AND_OWNER, "【発行予約】"),
    "deliver": ("issued_invoice", DEPARTMENT, "【請求書が届きました】"),
    "cancel": ("unopened_invoice", DEPARTMENT, "【請求書が取り消されました】"),
    "cancel_undelivered": ("issued_invoice", set(), ""),
    "open": ("unopened_invoice", set(), ""),
    "reroute": ("opened_invoice", {"roads@city.example"}, "【請求書が届きました】"),
    "return": ("opened_invoice", WRITER_AND_OWNER, "【請求書が差し戻されました】"),
    "request_return": ("opened_invoice", DEPARTMENT, "【差戻しの依頼】"),
    "accept": ("opened_invoice", WRITER_AND_OWNER, "【請求書が受理されました】"),
    "reopen": ("accepted_invoice", WRITER_AND_OWNER, "【受理が取りやめられました】"),
    "take_over": ("accepted_invoice", set(), ""),
    "recall": ("taken_over_invoice", DEPARTMENT | WRITER_AND_OWNER, "【会計からの引戻し】"),
    "pay": ("accepted_invoice", WRITER_AND_OWNER, "【支払のお知らせ】"),
    "overpay": ("accepted_invoice", WRITER_AND_OWNER, "【支払のお知らせ】"),
    "correct": ("paid_invoice", WRITER_AND_OWNER, "【支払の訂正】"),
    "dispute": ("accepted_invoice", WRITER_AND_OWNER, "【残額が係争中です】"),
    "end_dispute": ("disputed_invoice", WRITER_AND_OWNER, "【係争が終わりました】"),
}


@pytest.fixture
def take(supplier_owner, reviewer, accountant, other_department, trading_link):
    """Take a step the way its page does."""

    def refuse(invoice):
        row_id = factories.let_its_time_come(invoice)
        trading_link.active = False
        trading_link.save()
        scheduling.issue_due(row_id)

    def by(actor, step, **options):
        return lambda invoice: step(invoice_id=invoice.pk, actor=actor, **options)

    tomorrow = timezone.now() + timedelta(days=1)
    reason = {"comment": "理由はこれです。"}
    return {
        "schedule": by(supplier_owner, scheduling.schedule, version=1, at=tomorrow),
        "unschedule": by(supplier_owner, scheduling.unschedule),
        "issue": by(supplier_owner, issuing.issue, version=1),
        "issue_due": lambda invoice: scheduling.issue_due(factories.let_its_time_come(invoice)),
        "refuse": refuse,
        "deliver": factories.deliver,
        "cancel": by(supplier_owner, corrections.cancel),
        "cancel_undelivered": by(supplier_owner, corrections.cancel),
        "open": by(reviewer, review.open_invoice),
        "reroute": by(reviewer, review.reroute, department_id=other_department.pk, **reason),
        "return": by(reviewer, review.return_invoice, reason=ReturnReason.MINOR, **reason),
        "request_return": by(supplier_owner, corrections.request_return, **reason),
        "accept": by(reviewer, review.accept),
        "reopen": by(reviewer, review.reopen, **reason),
        "take_over": by(accountant, accounting.take_over),
        "recall": by(accountant, accounting.recall, **reason),
        "pay": by(accountant, payments.pay, paid_on=today_jst()),
        "overpay": by(accountant, payments.overpay, paid_on=today_jst(), amount=9999, **reason),
        "correct": lambda invoice: payments.correct(
            invoice_id=invoice.pk, payment_id=invoice.payments.get().pk, actor=accountant, **reason
        ),
        "dispute": by(accountant, payments.dispute, **reason),
        "end_dispute": by(accountant, payments.end_dispute, **reason),
    }


@pytest.mark.parametrize("step", list(STEPS))
def test_each_step_is_told_to_whom_it_concerns_and_to_nobody_else(
    step,
    request,
    take,
    supplier,
    colleague,
    other_supplier,
    second_reviewer,
    other_department_staff,
    municipality_admin,
    other_city_staff,
    operator,
):
    fixture, recipients, heading = STEPS[step]
    invoice = request.getfixturevalue(fixture)
    # A third person of the supplier, neither its owner nor the writer of this invoice.
    factories.member_of(supplier, MemberRole.MEMBER, email="third@a.example")
    Invoice.objects.filter(pk=invoice.pk).update(created_by=colleague.user)
    OutgoingMail.objects.all().delete()
    take[step](invoice)
    mails = outbox()
    assert {mail.recipient for mail in mails} == recipients
    assert len(mails) == len(recipients)
    invoice.refresh_from_db()
    for mail in mails:
        assert mail.subject.startswith(heading)
        assert invoice.title in mail.subject + mail.body or invoice.number in mail.subject
        assert "None" not in mail.subject + mail.body
        kwargs = resolve(link_in(mail).partition("?")[0]).kwargs
        own = "municipality_id" if mail.recipient.endswith("city.example") else "supplier_id"
        assert kwargs == {"invoice_id": invoice.pk, own: getattr(invoice, own)}


@pytest.mark.parametrize("step", ["return", "request_return", "reopen", "recall", "correct", "dispute", "end_dispute"])
def test_a_mail_about_what_was_not_expected_says_why(step, request, take, second_reviewer):
    invoice = request.getfixturevalue(STEPS[step][0])
    OutgoingMail.objects.all().delete()
    take[step](invoice)
    assert outbox()
    assert all("理由はこれです。" in mail.body for mail in outbox())


def test_a_step_that_is_undone_sends_no_mail(accepted_invoice, accountant):
    before = OutgoingMail.objects.count()

    def break_off():
        with transaction.atomic():
            payments.pay(invoice_id=accepted_invoice.pk, actor=accountant, paid_on=today_jst())
            raise RuntimeError("after the step")

    with pytest.raises(RuntimeError):
        break_off()
    assert OutgoingMail.objects.count() == before


def test_the_supplier_reads_day_and_amount_of_a_payment(accepted_invoice, accountant):
    OutgoingMail.objects.all().delete()
    day = today_jst()
    payments.pay(invoice_id=accepted_invoice.pk, actor=accountant, paid_on=day, amount=1000)
    (mail,) = outbox()
    assert mail.subject == f"【支払のお知らせ】見本市 請求書 {accepted_invoice.number}"
    assert f"支払日 {day.year}年{day.month}月{day.day}日" in mail.body
    assert "支払額 1,000円" in mail.body


def test_the_supplier_reads_which_credit_notes_a_payment_sets_off_and_how_much_of_each(office, new_draft):
    claim = office.claim(new_draft())
    first, second = (office.accept(office.note(claim, quantity)) for quantity in (20, 10))
    OutgoingMail.objects.all().delete()
    office.pay(claim)
    (mail,) = outbox()
    assert (
        f"支払額 891円\n充当額 594円(返還請求書 {first.number})\n充当額 297円(返還請求書 {second.number})\n"
        in mail.body
    )
    assert "残額" not in mail.body


def test_the_supplier_reads_which_entry_was_taken_back_and_what_is_left_then(office, new_draft):
    claim = office.claim(new_draft())
    office.pay(claim, 782)
    office.pay(claim, 1000)
    entry = claim.payments.last()
    OutgoingMail.objects.all().delete()
    office.correct(entry)
    body = outbox()[0].body
    day = f"{entry.paid_on.year}年{entry.paid_on.month}月{entry.paid_on.day}日"
    assert f"取り消した記録 {day}の1,000円" in body
    assert "残額 1,000円" in body


def test_the_supplier_reads_what_is_left_after_a_part_came_back(office, new_draft):
    claim = office.claim(new_draft())
    office.pay(claim)
    note = office.accept(office.note(claim, 20))
    OutgoingMail.objects.all().delete()
    office.refund(note, 94)
    assert "まだ充当も戻入もされていない額 500円" in outbox()[0].body


def test_the_supplier_reads_what_is_left_after_a_dispute(office, new_draft):
    claim = office.claim(new_draft())
    office.pay(claim, 1000)
    about = {"invoice_id": claim.pk, "actor": office.accounts}
    payments.dispute(comment="3冊が届いていません。", **about)
    OutgoingMail.objects.all().delete()
    payments.end_dispute(comment="届きました。", **about)
    (mail,) = outbox()
    assert "係争を終えました。残額 782円は、支払の手続きに戻ります。" in mail.body
    assert "届きました。" in mail.body


def test_the_time_of_a_refused_reservation_is_told_as_japan_counts_it(scheduled_invoice, take):
    take["refuse"](scheduled_invoice)
    at = Invoice.objects.get().scheduled_for.astimezone(JST)
    (mail,) = outbox()
    assert f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}" in mail.body


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
