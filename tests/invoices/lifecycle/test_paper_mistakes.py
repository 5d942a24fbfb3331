"""What was mistyped or recorded by mistake from paper is put right, and the history keeps what there was."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.acting import NotAllowed, NotPermitted
from accounts.models import OutgoingMail
from invoices.enums import Action, Status
from invoices.lifecycle import paper, review
from invoices.lifecycle.workflow import WrongInput, WrongStatus, can
from invoices.models import Document, Invoice
from portal.lib.calendar import jst_date, today_jst
from tests.factories import dated, paper_facts
from tests.pages import Visitor

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

RIGHT = {
    "issuer_name": "手書き商店",
    "title": "11月分 修繕",
    "issue_date": timedelta(days=-6),
    "received_on": timedelta(days=-1),
    "total": 5_500,
}
OTHERS = ["supplier_owner", "other_department_staff", "other_city_staff"]


def correct(invoice, actor, comment="打ち間違い", **changes) -> Invoice:
    return paper.correct_paper(invoice_id=invoice.pk, facts=paper_facts(**changes), actor=actor, comment=comment)


def withdraw(invoice, actor, comment="ほかの市の請求書でした。") -> Invoice:
    return paper.withdraw_paper(invoice_id=invoice.pk, actor=actor, comment=comment)


def test_a_correction_changes_what_was_typed_and_the_event_has_old_and_new(paper_invoice, reviewer):
    before = Invoice.objects.values().get()
    right = dated(RIGHT)
    invoice = correct(paper_invoice, reviewer, comment=" 打ち間違い ", **right)
    assert (invoice.status, invoice.issuer_name, invoice.title) == (Status.OPENED, "手書き商店", "11月分 修繕")
    assert (invoice.net, invoice.total, invoice.issue_date) == (5_500, 5_500, right["issue_date"])
    assert jst_date(invoice.delivered_at) == right["received_on"]
    after = Invoice.objects.values().get()
    columns = {"issuer_name", "title", "issue_date", "delivered_at", "net", "total", "payable", "updated_at"}
    assert {name for name in after if after[name] != before[name]} == columns
    event = invoice.events.last()
    assert (event.action, event.actor, event.comment) == (Action.CORRECT_PAPER, reviewer.user, "打ち間違い")
    assert event.data["changes"]["total"] == [55_000, 5_500]
    assert event.data["changes"]["title"] == ["10月分 修繕", "11月分 修繕"]
    assert set(event.data["changes"]) == set(RIGHT)


def test_what_was_right_stands_in_no_event(paper_invoice, reviewer):
    invoice = correct(paper_invoice, reviewer, total=5_500)
    assert invoice.events.last().data == {"changes": {"total": [55_000, 5_500]}}
    assert invoice.delivered_at == paper_invoice.delivered_at


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({}, "どの項目も変わっていません"),
        ({"total": 1, "comment": " "}, "訂正の理由"),
        ({"issue_date": timedelta(days=1)}, "請求日が受領日より後です"),
        ({"received_on": timedelta(days=1)}, "先の日付"),
    ],
)
def test_a_correction_that_cannot_be_leaves_everything_as_it_was(changes, error, paper_invoice, reviewer):
    before = Invoice.objects.values().get()
    with pytest.raises(NotAllowed, match=error) as refused:
        correct(paper_invoice, reviewer, **changes)
    assert isinstance(refused.value, WrongInput) == any(name in changes for name in ("issue_date", "received_on"))
    assert Invoice.objects.values().get() == before
    assert paper_invoice.events.count() == 1


def test_what_was_recorded_by_mistake_is_withdrawn_and_stays_with_its_scan(paper_invoice, reviewer):
    invoice = withdraw(paper_invoice, reviewer)
    assert invoice.status == Status.CANCELLED
    assert invoice.cancelled_at is not None
    event = invoice.events.last()
    assert (event.action, event.from_status, event.to_status) == (
        Action.WITHDRAW_PAPER,
        Status.OPENED,
        Status.CANCELLED,
    )
    assert event.comment == "ほかの市の請求書でした。"
    assert Document.objects.get().stored_at is not None
    assert Invoice.objects.visible_to(reviewer).exists()
    assert not OutgoingMail.objects.exists()


def test_withdrawing_asks_for_a_reason(paper_invoice, reviewer):
    with pytest.raises(NotAllowed, match="登録を取り消す理由"):
        withdraw(paper_invoice, reviewer, comment="")


def test_after_the_acceptance_and_after_a_withdrawal_both_are_over(paper_invoice, reviewer):
    review.accept(invoice_id=paper_invoice.pk, actor=reviewer)
    for step in (lambda: correct(paper_invoice, reviewer, total=1), lambda: withdraw(paper_invoice, reviewer)):
        with pytest.raises(WrongStatus):
            step()
    review.reopen(invoice_id=paper_invoice.pk, actor=reviewer, comment="金額の誤り")
    assert correct(paper_invoice, reviewer, total=1).total == 1
    withdraw(paper_invoice, reviewer)
    with pytest.raises(WrongStatus):
        correct(paper_invoice, reviewer, total=2)


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_does_either(who, request, paper_invoice):
    actor = request.getfixturevalue(who)
    for step in (lambda: correct(paper_invoice, actor, total=1), lambda: withdraw(paper_invoice, actor)):
        with pytest.raises(NotPermitted):
            step()


@pytest.mark.parametrize("action", [Action.CORRECT_PAPER, Action.WITHDRAW_PAPER])
def test_what_came_by_the_portal_is_changed_by_nobody(action, opened_invoice, reviewer, accountant, municipality_admin):
    assert [can(actor, action, opened_invoice) for actor in (reviewer, accountant, municipality_admin)] == [False] * 3


@pytest.mark.parametrize("status", ["accepted", "cancelled"])
@pytest.mark.parametrize("change", [{"title": "別"}, {"total": 1}, {"delivered_at": None}], ids=str)
def test_the_database_refuses_a_change_after_it_was_accepted_or_withdrawn(status, change, paper_invoice, reviewer):
    if status == "accepted":
        review.accept(invoice_id=paper_invoice.pk, actor=reviewer)
    else:
        withdraw(paper_invoice, reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=paper_invoice.pk).update(**change)


class TestThePage:
    def typed(self, **changes) -> dict[str, str]:
        day = today_jst() - timedelta(days=5)
        right = {"issuer_name": "手書商店", "title": "10月分 修繕", "issue_date": day.isoformat()}
        right |= {"received_on": today_jst().isoformat(), "total": "5500", "comment": "桁の誤り"}
        return {f"correct_paper-{name}": value for name, value in (right | changes).items()}

    def test_offers_what_is_recorded_to_be_put_right_and_shows_old_and_new(self, paper_invoice, reviewer):
        visitor = Visitor(reviewer)
        page = visitor.read("review:detail", paper_invoice.pk)
        form = page.forms[visitor.address("review:correct_paper", paper_invoice.pk)]
        assert (form["correct_paper-title"], form["correct_paper-total"]) == ("10月分 修繕", "55000")
        page = visitor.send("review:correct_paper", paper_invoice.pk, data=self.typed())
        assert "登録した内容を訂正しました。" in page.text
        assert "請求金額 55,000円 → 5,500円" in page.text
        assert "桁の誤り" in page.text

    def test_shows_a_fault_beside_its_field_and_keeps_what_was_typed(self, paper_invoice, reviewer):
        tomorrow = (today_jst() + timedelta(days=1)).isoformat()
        page = Visitor(reviewer).send(
            "review:correct_paper", paper_invoice.pk, data=self.typed(issue_date=tomorrow, title="新しい件名")
        )
        assert set(page.errors) == {"id_correct_paper-issue_date"}
        assert page.fields["correct_paper-title"] == "新しい件名"

    def test_of_two_who_correct_at_once_the_second_is_told_and_takes_nothing_back(
        self, paper_invoice, reviewer, accountant
    ):
        visitor = Visitor(reviewer)
        seen = visitor.read("review:detail", paper_invoice.pk).fields["correct_paper-seen"]
        correct(paper_invoice, accountant, total=5_500)
        typed = self.typed(title="11月分 修繕", total="55000", seen=seen)
        page = visitor.send("review:correct_paper", paper_invoice.pk, data=typed)
        assert "ほかの訂正が先に入りました。" in page.text
        paper_invoice.refresh_from_db()
        assert (paper_invoice.title, paper_invoice.total) == ("10月分 修繕", 5_500)
        again = self.typed(title="11月分 修繕", seen=page.fields["correct_paper-seen"])
        assert "登録した内容を訂正しました。" in visitor.send("review:correct_paper", paper_invoice.pk, data=again).text

    def test_withdraws_with_a_reason_and_says_so_afterwards(self, paper_invoice, reviewer):
        visitor = Visitor(reviewer)
        assert set(visitor.send("review:withdraw_paper", paper_invoice.pk).errors) == {"id_withdraw-comment"}
        page = visitor.send("review:withdraw_paper", paper_invoice.pk, data={"withdraw-comment": "二重の登録"})
        assert "登録を取り消しました。" in page.text
        assert "この登録は取り消されています。" in page.text
        assert "請求者がこの請求書を取り消しました" not in page.text
        assert page.buttons == []

    def test_offers_neither_for_what_came_by_the_portal(self, opened_invoice, reviewer):
        visitor = Visitor(reviewer)
        assert "登録を取り消す" not in visitor.read("review:detail", opened_invoice.pk).text
        page = visitor.send("review:withdraw_paper", opened_invoice.pk, data={"withdraw-comment": "x"})
        opened_invoice.refresh_from_db()
        assert (page.status, opened_invoice.status) == (200, Status.OPENED)


class TestWhatIsSaidOfPaper:
    """No supplier here reads of a paper invoice, and nobody is told that one does."""

    @pytest.fixture
    def visitor(self, reviewer) -> Visitor:
        return Visitor(reviewer)

    def test_before_a_step(self, visitor, paper_invoice):
        text = visitor.read("review:detail", paper_invoice.pk).text
        for wrong in ("請求者にそのまま表示されます", "請求者に表示されます", "請求者は直した請求書を改めて発行します"):
            assert wrong not in text
        assert "書面や電話でも伝えてください" in text

    def test_after_a_return(self, visitor, paper_invoice):
        data = {"return-reason": "minor", "return-comment": "押印がありません。"}
        text = visitor.send("review:return", paper_invoice.pk, data=data).text
        assert "画面とメールに表示" not in text
        assert "請求者には窓口から届かないので" in text

    def test_after_the_acceptance_and_the_payment(self, visitor, paper_invoice, accountant):
        page = visitor.send("review:accept", paper_invoice.pk)
        assert "この市の職員に表示されます" in page.text
        data = {"pay-paid_on": today_jst().isoformat(), "pay-amount": "55000"}
        page = Visitor(accountant).send("review:pay", paper_invoice.pk, data=data)
        assert "支払を記録しました。" in page.text
        assert "請求者にも表示されます" not in page.text

    def test_before_it_is_opened_anew(self, visitor, paper_invoice, reviewer, other_department, other_department_staff):
        review.reroute(
            invoice_id=paper_invoice.pk, actor=reviewer, department_id=other_department.pk, comment="道路課へ"
        )
        text = Visitor(other_department_staff).read("review:detail", paper_invoice.pk).text
        assert "請求者は取り消せなくなります" not in text
        assert "開封した人と時刻は経過に残ります" in text
