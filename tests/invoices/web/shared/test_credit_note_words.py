"""A credit note is called one, and its number, days and amounts as its document calls them: pages, mails, messages."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from invoices.documents import schema
from invoices.documents.reading import read
from invoices.enums import InvoiceKind, ReturnReason
from invoices.lifecycle import corrections, credit_notes, issuing, payments, review, scheduling
from invoices.models import Invoice
from portal.lib.calendar import today_jst
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

ABOUT_OTHERS = re.compile(
    r"返還請求書|もとの請求書 \S+ 請求日|もとの請求書|請求書 20\d\d-\d{5}|^ホーム 請求書 |請求書窓口|請求書の照合"
    r"|別の請求書を照合|通常の請求書|別の請求書に充当|充当できる請求書|続けて請求書を作成|請求書から選び|外で発行した請求書|適格請求書では|充当する請求書"
    r"|、請求日 \d+年\d+月\d+日、残額"
)
"""Where somebody who reads of a credit note reads of an invoice, and rightly."""
OF_A_CLAIM = ("請求書", "請求金額", "請求日", "請求番号", "取引年月日", "取引期間")


def wrong_words(text: str) -> list[str]:
    """What the text calls as only an invoice is called."""
    rest = ABOUT_OTHERS.sub("", text)
    return [rest[max(0, rest.index(word) - 20) : rest.index(word) + 20] for word in OF_A_CLAIM if word in rest]


@pytest.fixture
def note_draft(accepted_invoice, supplier_owner) -> Invoice:
    return credit_notes.begin_credit_note(invoice_id=accepted_invoice.pk, actor=supplier_owner)


@pytest.fixture
def sent_note(note_draft, supplier_owner) -> Invoice:
    return issuing.issue(invoice_id=note_draft.pk, actor=supplier_owner, version=note_draft.version)


@pytest.fixture
def unopened_note(sent_note) -> Invoice:
    return factories.deliver(sent_note)


@pytest.fixture
def opened_note(unopened_note, reviewer) -> Invoice:
    return review.open_invoice(invoice_id=unopened_note.pk, actor=reviewer)


@pytest.fixture
def returned_note(opened_note, reviewer) -> Invoice:
    return review.return_invoice(
        invoice_id=opened_note.pk, actor=reviewer, reason=ReturnReason.WRONG_CONTENT, comment="数量が違います。"
    )


@pytest.fixture
def cancelled_note(unopened_note, supplier_owner) -> Invoice:
    return corrections.cancel(invoice_id=unopened_note.pk, actor=supplier_owner)


@pytest.fixture
def corrected_note(returned_note, supplier_owner, reviewer) -> Invoice:
    """The correction of a credit note that came back."""
    draft = corrections.reissue(invoice_id=returned_note.pk, actor=supplier_owner)
    factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
    return review.open_invoice(invoice_id=draft.pk, actor=reviewer)


@pytest.fixture
def replaced_note(corrected_note) -> Invoice:
    return corrected_note.replaces


@pytest.fixture
def settled_note(accepted_note, accountant) -> Invoice:
    return payments.set_off(invoice_id=accepted_note.pk, partner_id=accepted_note.original_id, actor=accountant)


STATIONS = [
    *("sent_note", "unopened_note", "opened_note", "returned_note", "cancelled_note", "corrected_note"),
    *("replaced_note", "accepted_note", "settled_note"),
]


class TestAPageOfACreditNote:
    @pytest.mark.parametrize("station", STATIONS)
    def test_of_the_supplier_calls_it_one(self, request, at_supplier, station):
        note = request.getfixturevalue(station)
        text = at_supplier.read("invoices:detail", note.pk).text
        assert "返還請求書" in text
        assert wrong_words(text) == []

    @pytest.mark.parametrize("station", STATIONS[1:])
    def test_of_the_city_calls_it_one(self, request, at_department, at_accounts, station):
        note = request.getfixturevalue(station)
        for visitor in (at_department, at_accounts):
            text = visitor.read("review:detail", note.pk).text
            assert "返還" in text
            assert wrong_words(text) == []

    def test_before_it_is_opened_says_what_comes_back(self, at_department, unopened_note):
        text = at_department.read("review:detail", unopened_note.pk).text
        assert "書類 返還請求書" in text
        assert "返還金額（税込） △1,782円" in text

    def test_that_was_just_issued_names_its_number_and_amount(self, at_supplier, sent_note):
        text = at_supplier.read("invoices:issued", sent_note.pk).text
        assert f"返還請求書番号 {sent_note.number}" in text
        assert "返還金額（税込） △1,782円" in text
        assert wrong_words(text) == []

    def test_in_the_making_and_before_its_issue_calls_it_one(self, at_supplier, note_draft):
        for route in ("invoices:edit", "invoices:confirm", "invoices:attachments"):
            assert wrong_words(at_supplier.read(route, note_draft.pk).text) == []

    def test_that_waits_for_its_time_calls_it_one(self, at_supplier, note_draft, supplier_owner):
        at = timezone.now() + timedelta(days=1)
        scheduling.schedule(invoice_id=note_draft.pk, actor=supplier_owner, version=note_draft.version, at=at)
        assert wrong_words(at_supplier.read("invoices:scheduled", note_draft.pk).text) == []


class TestWhatItReplacesAndWhatItReduces:
    """もとの請求書 is what a credit note reduces; what a correction stands for is what was there before it."""

    def test_have_different_names_on_both_sides(self, at_supplier, at_department, corrected_note):
        before, original = corrected_note.replaces, corrected_note.original
        for visitor, route in ((at_supplier, "invoices:detail"), (at_department, "review:detail")):
            page = visitor.read(route, corrected_note.pk)
            assert page.links["修正前の返還請求書を見る"] == visitor.address(route, before.pk)
            assert "もとの請求書を見る" not in page.links
            assert f"もとの請求書 {original.number}" in page.text
            assert f"返還請求書 {before.number} を修正した返還請求書です。" in page.text
            assert f"返還請求書 {before.number} から変わったところ" in page.text

    def test_have_different_names_in_the_editor(self, at_supplier, returned_note, supplier_owner):
        draft = corrections.reissue(invoice_id=returned_note.pk, actor=supplier_owner)
        page = at_supplier.read("invoices:edit", draft.pk)
        assert page.links["修正前の返還請求書を見る"] == at_supplier.address("invoices:detail", returned_note.pk)
        assert f"返還請求書 {returned_note.number} を修正した返還請求書です。" in page.text
        assert "修正前の返還請求書はそのまま残ります。" in page.text

    def test_of_an_invoice_it_is_what_was_before(self, at_supplier, at_department, returned_invoice, supplier_owner):
        draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
        editor = at_supplier.read("invoices:edit", draft.pk)
        factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        at_department.send("review:open", draft.pk)
        pages = [editor, at_supplier.read("invoices:detail", draft.pk), at_department.read("review:detail", draft.pk)]
        for page in pages:
            assert "修正前の請求書を見る" in page.links
            assert "もとの請求書" not in page.text


class TestAList:
    def test_says_of_a_row_that_it_is_a_credit_note(self, at_supplier, at_department, at_accounts, unopened_note):
        pages = [
            at_supplier.read("invoices:list"),
            at_supplier.read("supplier_home"),
            at_department.read("review:inbox"),
            at_department.read("city_home"),
        ]
        for page in pages:
            assert f"{unopened_note.number}" in page.text
            assert "返還請求書" in page.text
            assert "請求金額" not in page.text
            assert "請求書番号" not in page.text

    def test_of_what_was_ticked_adds_amounts_of_both_kinds(self, at_department, opened_note):
        page = at_department.send("review:batch", data={"do": "accept", "invoice": [str(opened_note.pk)]})
        assert "金額の合計 △1,782円" in page.text
        assert "請求金額" not in page.text


class TestAMail:
    def test_of_each_step_calls_it_what_it_is(
        self, returned_note, corrected_note, accountant, reviewer, supplier_owner
    ):
        pk = corrected_note.pk
        corrections.request_return(invoice_id=pk, actor=supplier_owner, comment="数量の誤り。")
        review.accept(invoice_id=pk, actor=reviewer)
        review.reopen(invoice_id=pk, actor=reviewer, comment="確かめます。")
        review.accept(invoice_id=pk, actor=reviewer)
        payments.refund(invoice_id=pk, actor=accountant, paid_on=today_jst())
        (entry,) = Invoice.objects.get(pk=pk).payments.all()
        payments.correct(invoice_id=pk, payment_id=entry.pk, actor=accountant, comment="誤り。")
        payments.set_off(invoice_id=pk, partner_id=corrected_note.original_id, actor=accountant)
        of_notes = [mail for mail in OutgoingMail.objects.all() if " R" in mail.subject]
        assert len({mail.subject[:8] for mail in of_notes}) >= 8
        assert [mail.subject for mail in of_notes if "返還請求書" not in mail.subject] == []
        assert [mail.subject for mail in of_notes if "返還請求書" not in mail.body] == []
        assert {mail.subject: wrong_words(mail.subject + "\n" + mail.body) for mail in of_notes} == {
            mail.subject: [] for mail in of_notes
        }

    def test_of_its_arrival_names_number_and_amount_as_the_document_does(self, unopened_note):
        mail = OutgoingMail.objects.order_by("-pk")[0]
        assert mail.subject == f"【返還請求書が届きました】事業者A {unopened_note.number}"
        assert f"返還請求書番号 {unopened_note.number}" in mail.body
        assert "返還金額 △1,782円" in mail.body

    def test_of_its_withdrawal(self, cancelled_note):
        mail = OutgoingMail.objects.order_by("-pk")[0]
        assert mail.subject.startswith("【返還請求書が取り消されました】")
        assert wrong_words(mail.subject + mail.body) == []

    def test_of_an_issue_that_failed_says_what_was_not_issued(self, note_draft, trading_link, supplier_owner):
        at = timezone.now() + timedelta(days=1)
        scheduling.schedule(invoice_id=note_draft.pk, actor=supplier_owner, version=note_draft.version, at=at)
        row_id = factories.let_its_time_come(note_draft)
        trading_link.active = False
        trading_link.save()
        scheduling.issue_due(row_id)
        mail = OutgoingMail.objects.order_by("-pk")[0]
        assert mail.subject.startswith("【発行予約】返還請求書「")
        assert "発行予約した返還請求書「" in mail.body


class TestARefusal:
    def test_says_where_the_credit_note_is(self, at_supplier, at_department, opened_note):
        texts = [
            at_supplier.send("invoices:cancel", opened_note.pk).text,
            at_department.send("review:open", opened_note.pk).text,
        ]
        for text in texts:
            assert "この返還請求書はすでに開封されています。" in text

    def test_of_a_step_with_an_invoice_still_says_invoice(self, at_supplier, opened_invoice):
        text = at_supplier.send("invoices:cancel", opened_invoice.pk).text
        assert "この請求書はすでに開封されています。" in text


class TestThePublicCheck:
    @pytest.mark.parametrize("station", ["accepted_note", "returned_note", "cancelled_note", "replaced_note"])
    def test_calls_it_what_it_is(self, request, client, station):
        note = request.getfixturevalue(station)
        text = Page(client.post(reverse("check"), {"code": note.check_code})).text
        assert f"返還請求書番号 {note.number}" in text
        assert "発行日 " in text
        assert wrong_words(text) == []


def test_page_and_document_of_both_kinds_take_their_words_from_one_place(accepted_note, accepted_invoice):
    for invoice in (accepted_note, accepted_invoice):
        words = InvoiceKind(invoice.kind).words
        shown = read(schema.load(invoice.snapshot))
        labels = [fact.label for fact in shown.head]
        assert {str(words.number), str(words.issue_date), str(words.transaction_date)} <= set(labels)
        assert [one.label for one in shown.amounts.sums[0] if one.rank == "grand"] == [str(words.amount)]
