"""Nobody accepts what they have not seen: what happened since the page was read is said first."""

from dataclasses import replace

import pytest

from invoices.enums import Status
from invoices.lifecycle import accounting, corrections, paper, payments, review
from invoices.lifecycle.paper import PaperFacts
from invoices.models import Invoice

pytestmark = pytest.mark.django_db

CHANGED = "画面を開いたあとで、この請求書に動きがありました。"


def accept(visitor, invoice: Invoice, page):
    form = page.forms[visitor.address("review:accept", invoice.pk)]
    return visitor.send("review:accept", invoice.pk, data=form)


def correct(invoice: Invoice, actor, total: int) -> None:
    facts = replace(PaperFacts.of(invoice), total=total)
    paper.correct_paper(invoice_id=invoice.pk, facts=facts, actor=actor, comment="打ち間違い")


class TestFromAPageThatIsOld:
    def test_an_amount_of_paper_that_was_corrected_is_not_accepted_unseen(
        self, at_department, paper_invoice, second_reviewer
    ):
        page = at_department.read("review:detail", paper_invoice.pk)
        correct(paper_invoice, second_reviewer, 550_000)
        page = accept(at_department, paper_invoice, page)
        assert CHANGED in page.text
        assert Invoice.objects.get().status == Status.OPENED
        assert "受理しました。" in accept(at_department, paper_invoice, page).text
        assert Invoice.objects.get().status == Status.ACCEPTED

    def test_what_was_recalled_meanwhile_is_not_accepted_unseen(
        self, at_department, opened_invoice, second_reviewer, accountant
    ):
        page = at_department.read("review:detail", opened_invoice.pk)
        review.accept(invoice_id=opened_invoice.pk, actor=second_reviewer)
        accounting.take_over(invoice_id=opened_invoice.pk, actor=accountant)
        accounting.recall(invoice_id=opened_invoice.pk, actor=accountant, comment="口座の誤り")
        page = accept(at_department, opened_invoice, page)
        assert CHANGED in page.text
        assert "口座の誤り" in page.text
        assert Invoice.objects.get().status == Status.OPENED

    def test_a_request_to_return_it_is_read_before_it_is_answered(
        self, at_department, opened_invoice, supplier_owner, policy
    ):
        page = at_department.read("review:detail", opened_invoice.pk)
        corrections.request_return(invoice_id=opened_invoice.pk, actor=supplier_owner, comment="数量を誤りました。")
        page = accept(at_department, opened_invoice, page)
        assert CHANGED in page.text
        assert "数量を誤りました。" in page.text

    @pytest.mark.parametrize("step", ["dispute", "recall", "reopen"])
    def test_what_was_taken_back_and_ended_is_not_taken_back_anew(
        self, at_department, at_accounts, office, accepted_invoice, accountant, reviewer, step
    ):
        """The form is sent, what it did is undone by others, and the old page is sent again."""
        pk, visitor = accepted_invoice.pk, at_department if step == "reopen" else at_accounts
        if step != "reopen":
            office.take_over(accepted_invoice)
        page = visitor.read("review:detail", pk)
        form = page.forms[visitor.address(f"review:{step}", pk)] | {
            f"{step}-comment": "確かめる",
            f"{step}-deleted": "on",
        }
        visitor.send(f"review:{step}", pk, data=form)
        if step == "dispute":
            payments.end_dispute(invoice_id=pk, actor=accountant, comment="解決した")
        else:
            review.accept(invoice_id=pk, actor=reviewer)
        if step == "recall":
            office.take_over(accepted_invoice)
        page = visitor.send(f"review:{step}", pk, data=form)
        invoice = Invoice.objects.get(pk=pk)
        assert CHANGED in page.text
        assert (invoice.status, invoice.disputed_at) == (Status.ACCEPTED, None)
        assert page.fields[f"{step}-comment"] == "確かめる"

    def test_a_second_press_says_that_it_is_accepted(self, at_department, opened_invoice):
        page = at_department.read("review:detail", opened_invoice.pk)
        accept(at_department, opened_invoice, page)
        assert "すでに受理されています" in accept(at_department, opened_invoice, page).text


class TestManyAtOnce:
    def ask(self, visitor, *invoices: Invoice, **data: str):
        return visitor.send("review:batch", data={"do": "accept", "invoice": [one.pk for one in invoices]} | data)

    def test_say_what_the_supplier_asked_for(self, at_department, opened_invoice, supplier_owner, policy):
        corrections.request_return(invoice_id=opened_invoice.pk, actor=supplier_owner, comment="数量を誤りました。")
        assert "請求者が差戻しを依頼しています。" in self.ask(at_department, opened_invoice).text

    def test_say_what_the_correction_would_take_over(self, at_department, office, paid_invoice):
        new = office.correction(paid_invoice, 50)
        review.open_invoice(invoice_id=new.pk, actor=office.department)
        said = "修正前の請求書に1,782円の支払か充当の記録があり、受理すると引き継がれます。"
        assert said in self.ask(at_department, new).text

    def test_are_shown_anew_where_one_of_them_was_corrected(self, at_department, paper_invoice, second_reviewer):
        page = self.ask(at_department, paper_invoice)
        facts = replace(PaperFacts.of(paper_invoice), issuer_name="別の商店")
        paper.correct_paper(invoice_id=paper_invoice.pk, facts=facts, actor=second_reviewer, comment="打ち間違い")
        form = page.forms[at_department.address("review:take_batch")]
        page = at_department.send("review:take_batch", data=form | {"invoice": [paper_invoice.pk]})
        assert "確認のあとで内容が変わったため、今回は何も記録していません。" in page.text
        assert "別の商店" in page.text
        assert Invoice.objects.get().status == Status.OPENED
