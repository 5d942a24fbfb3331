"""What a supplier sees of an invoice at each station of its life, and what it can do there."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.enums import Status
from invoices.lifecycle import corrections, credit_notes, issuing, review
from invoices.models import Document, Invoice
from portal.lib.calendar import today_jst
from tests import factories
from tests.factories import InvoiceFactory
from tests.pages import Page, Visitor, on_one_line

pytestmark = pytest.mark.django_db

CANCEL, REISSUE, ASK, TAKE_BACK = "取り消す", "修正して再発行", "依頼を送る", "返還請求書を作成"
AGAIN = "前と同じ内容で作成"


@pytest.fixture
def invoice_in(supplier, department):
    return lambda status, **changes: InvoiceFactory(
        **{"supplier": supplier, "department": department} | changes, status=status
    )


class TestTheInvoicePage:
    @pytest.mark.parametrize(
        ("invoice", "badge", "buttons"),
        [
            ("issued_invoice", "送信済", [AGAIN, CANCEL]),
            ("unopened_invoice", "未開封", [TAKE_BACK, AGAIN, CANCEL]),
            ("opened_invoice", "開封", [TAKE_BACK, AGAIN, ASK]),
            ("returned_invoice", "差戻し", [REISSUE]),
            ("accepted_invoice", "受理", [REISSUE, TAKE_BACK, AGAIN]),
            ("taken_over_invoice", "受理", [REISSUE, TAKE_BACK, AGAIN]),
            ("paid_invoice", "支払済", [REISSUE, TAKE_BACK, AGAIN]),
            ("cancelled_invoice", "取消", [REISSUE]),
        ],
    )
    def test_offers_what_can_be_done(self, request, at_supplier, invoice, badge, buttons):
        invoice = request.getfixturevalue(invoice)
        page = at_supplier.read("invoices:detail", invoice.pk)
        assert page.buttons == buttons
        assert page.text.count("請求の内容") == 1
        assert f"10月分 消耗品 {badge}" in page.text
        assert ("PDFを開く" in page.links) == (invoice.status != Status.SENT)

    def test_of_one_on_its_way_says_that_the_document_is_being_made(self, at_supplier, issued_invoice):
        page = at_supplier.read("invoices:detail", issued_invoice.pk)
        assert "PDFを作成して課に届けています。" in page.text
        Document.objects.update(attempts=2)
        page = at_supplier.read("invoices:detail", issued_invoice.pk)
        assert "請求書が失われることはありません。" in page.text

    def test_of_a_returned_one_begins_with_the_reason(self, at_supplier, returned_invoice):
        text = at_supplier.read("invoices:detail", returned_invoice.pk).text
        reason, comment, button, content = (
            text.index(shown)
            for shown in ("差し戻されました（内容誤り）", "数量が納品書と違います。", REISSUE, "請求の内容")
        )
        assert reason < comment < button < content

    def test_shows_everything_that_was_sent_and_who_did_what(self, at_supplier, opened_invoice):
        page = at_supplier.read("invoices:detail", opened_invoice.pk)
        for shown in (
            opened_invoice.number,
            "T7123456789012",
            "金融機関 鹿児島銀行（0185） 支店 本店（100）",
            "1,620円",
            "1,782円",
        ):
            assert shown in page.text
        history = page.text[page.text.index("これまでの経過") :]
        assert [history.index(step) for step in ("開封", "到達", "発行")] == sorted(
            history.index(step) for step in ("開封", "到達", "発行")
        )
        assert "見本市 鶴田 洋子" in history
        assert at_supplier.client.get(page.images[0])["Content-Type"] == "image/png"

    def test_of_a_paid_one_says_when_and_how_much(self, at_supplier, paid_invoice):
        day = today_jst()
        text = at_supplier.read("invoices:detail", paid_invoice.pk).text
        assert f"{day.year}年{day.month}月{day.day}日 に支払が済みました。支払額は 1,782円です。" in text

    def test_of_a_rerouted_one_names_the_department_where_it_lies(
        self, at_supplier, opened_invoice, reviewer, other_department
    ):
        review.reroute(
            invoice_id=opened_invoice.pk, actor=reviewer, department_id=other_department.pk, comment="道路の請求です。"
        )
        text = at_supplier.read("invoices:detail", opened_invoice.pk).text
        assert "回送先の課 道路課" in text
        assert "発行先 見本市 子育て支援課" in text

    def test_of_a_replaced_one_leads_to_its_successor_and_back(self, at_supplier, supplier_owner, returned_invoice):
        draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
        assert "修正の続きを書く" in at_supplier.read("invoices:detail", returned_invoice.pk).buttons
        new = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        old_page = at_supplier.read("invoices:detail", returned_invoice.pk)
        assert f"この請求書は {new.number} に置き換えられました。" in old_page.text
        assert old_page.links["新しい請求書を見る"] == at_supplier.address("invoices:detail", new.pk)
        assert old_page.buttons == []
        new_page = at_supplier.read("invoices:detail", new.pk)
        assert f"請求書 {returned_invoice.number} を修正した請求書です。" in new_page.text
        assert new_page.links["修正前の請求書を見る"] == at_supplier.address("invoices:detail", returned_invoice.pk)

    def test_of_a_chain_leads_from_everywhere_to_what_counts(self, at_supplier, supplier_owner, returned_invoice):
        draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
        second = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        second = corrections.cancel(invoice_id=second.pk, actor=supplier_owner)
        old = (returned_invoice, second)
        assert [at_supplier.read("invoices:detail", each.pk).buttons for each in old] == [[REISSUE]] * 2
        draft = corrections.reissue(invoice_id=second.pk, actor=supplier_owner)
        for each in old:
            assert at_supplier.read("invoices:detail", each.pk).buttons == ["修正の続きを書く"]
            page = at_supplier.send("invoices:reissue", each.pk)
            assert page.url == at_supplier.address("invoices:edit", draft.pk)
            assert f"請求書 {returned_invoice.number} を修正した請求書です。" in page.text
        third = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        for each in old:
            page = at_supplier.read("invoices:detail", each.pk)
            assert f"この請求書は {third.number} に置き換えられました。" in page.text
            assert page.links["新しい請求書を見る"] == at_supplier.address("invoices:detail", third.pk)
            assert page.buttons == []
        page = at_supplier.read("invoices:detail", third.pk)
        assert page.links["修正前の請求書を見る"] == at_supplier.address("invoices:detail", returned_invoice.pk)
        assert f"請求書 {returned_invoice.number} から変わったところ" in page.text

    def test_of_one_that_is_reduced_says_why_it_cannot_be_cancelled(
        self, at_supplier, supplier_owner, unopened_invoice
    ):
        draft = credit_notes.begin_credit_note(invoice_id=unopened_invoice.pk, actor=supplier_owner)
        assert CANCEL in at_supplier.read("invoices:detail", unopened_invoice.pk).buttons
        reducing = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        page = at_supplier.read("invoices:detail", unopened_invoice.pk)
        assert page.buttons == [TAKE_BACK, AGAIN]
        reason = f"返還請求書{reducing.number}がこの請求書を減額しているため、取り消せません。"
        assert reason in page.text
        assert reason in at_supplier.send("invoices:cancel", unopened_invoice.pk).text
        unopened_invoice.refresh_from_db()
        assert unopened_invoice.status == Status.UNOPENED
        assert at_supplier.read("invoices:detail", reducing.pk).buttons == [CANCEL]


class TestTheSteps:
    def test_cancel_keeps_the_number_and_says_so(self, at_supplier, unopened_invoice):
        page = at_supplier.send("invoices:cancel", unopened_invoice.pk)
        assert "請求書を取り消しました。番号とPDFは記録として残ります。" in page.text
        assert unopened_invoice.number in page.text
        assert "PDFを開く" in page.links

    def test_cancel_after_the_department_opened_it_is_told_and_changes_nothing(self, at_supplier, opened_invoice):
        page = at_supplier.send("invoices:cancel", opened_invoice.pk)
        assert page.url == at_supplier.address("invoices:detail", opened_invoice.pk)
        assert "この請求書はすでに開封されています。" in page.text
        opened_invoice.refresh_from_db()
        assert opened_invoice.status == Status.OPENED

    def test_a_request_for_return_reaches_the_department(self, at_supplier, at_department, opened_invoice):
        data = {"request-comment": "単価を誤りました。"}
        page = at_supplier.send("invoices:request_return", opened_invoice.pk, data=data)
        assert "差戻しを依頼しました。課が差し戻すと、修正して再発行できます。" in page.text
        assert "課の対応をお待ちください。" in page.text
        text = at_department.read("review:detail", opened_invoice.pk).text
        assert (
            text.index("請求者が差戻しを依頼しています") < text.index("単価を誤りました。") < text.index("請求の内容")
        )

    def test_a_request_without_a_reason_is_asked_for_it(self, at_supplier, opened_invoice):
        page = at_supplier.send("invoices:request_return", opened_invoice.pk, data={"request-comment": " "})
        assert (page.status, set(page.errors)) == (200, {"id_request-comment"})
        long = "理" * 1001
        page = at_supplier.send("invoices:request_return", opened_invoice.pk, data={"request-comment": long})
        assert page.fields["request-comment"] == long
        assert set(page.errors) == {"id_request-comment"}

    def test_a_request_is_not_offered_where_the_city_takes_none(self, at_supplier, opened_invoice, policy):
        policy.accepts_return_requests = False
        policy.save()
        assert at_supplier.read("invoices:detail", opened_invoice.pk).buttons == [TAKE_BACK, AGAIN]
        sent = at_supplier.send("invoices:request_return", opened_invoice.pk, data={"request-comment": "誤り"})
        assert "この市は画面からの差戻しの依頼を受け付けていません。" in sent.text
        assert "課の対応をお待ちください。" not in sent.text

    def test_a_second_request_is_told_that_there_is_one(self, at_supplier, opened_invoice):
        data = {"request-comment": "単価を誤りました。"}
        page = at_supplier.send("invoices:request_return", opened_invoice.pk, data=data)
        assert "依頼を送る" not in page.buttons
        page = at_supplier.send("invoices:request_return", opened_invoice.pk, data=data)
        assert "差戻しはすでに依頼してあります。課の対応をお待ちください。" in page.text
        assert opened_invoice.events.filter(action="request_return").count() == 1

    def test_reissue_twice_is_one_draft(self, at_supplier, returned_invoice):
        first = at_supplier.send("invoices:reissue", returned_invoice.pk)
        assert at_supplier.send("invoices:reissue", returned_invoice.pk).url == first.url
        assert Invoice.objects.filter(replaces=returned_invoice).count() == 1

    def test_reissue_of_what_was_not_returned_is_told(self, at_supplier, opened_invoice):
        page = at_supplier.send("invoices:reissue", opened_invoice.pk)
        assert page.url == at_supplier.address("invoices:detail", opened_invoice.pk)
        assert "再発行できるのは、差し戻されたもの、取り消したものと、受理または支払の済んだものだけです。" in page.text

    def test_what_is_issued_is_not_deleted(self, at_supplier, unopened_invoice):
        page = at_supplier.send("invoices:delete", unopened_invoice.pk)
        assert "すでに発行されているため、変更できません。" in page.text
        assert Invoice.objects.filter(pk=unopened_invoice.pk).exists()


def numbers(page: Page) -> set[str]:
    return {label for label in page.links if label.startswith("X2026-")}


class TestTheList:
    def test_has_a_tab_for_every_status_with_its_count(self, at_supplier, invoice_in):
        for status in Status:
            invoice_in(status)
        page = at_supplier.read("invoices:list")
        for label in ("差戻し", "下書き", "発行予約", "開封", "受理", "支払済", "取消"):
            assert f"{label}1件" in page.links
        assert "未開封2件" in page.links, "送信済 stands with 未開封"

    @pytest.mark.parametrize("status", [status for status in Status if status != Status.SENT])
    def test_a_tab_shows_its_status_alone(self, at_supplier, invoice_in, status):
        rows = {each: invoice_in(each, title=f"件名 {each}") for each in Status}
        text = at_supplier.read("invoices:list", status=status).text
        shown = {each for each in rows if f"件名 {each} " in text}
        assert shown == ({Status.SENT, status} if status == Status.UNOPENED else {status})

    @pytest.mark.parametrize("tab", ["to_correct", "returned"])
    def test_counts_and_marks_what_came_back_as_the_home_page_does(self, at_supplier, invoice_in, tab):
        waiting, replaced = invoice_in(Status.RETURNED), invoice_in(Status.RETURNED)
        invoice_in(Status.UNOPENED, replaces=replaced)
        page = at_supplier.read("invoices:list", status=tab)
        assert page.links["差戻し1件"] == "?status=to_correct"
        answer = at_supplier.client.get(at_supplier.address("invoices:list"), {"status": tab})
        source = on_one_line(answer.content.decode())
        assert re.findall(r'class="tabs__link" href="([^"]*)" aria-current', source) == ["?status=to_correct"]
        assert "差戻し 1 件" in at_supplier.read("supplier_home").text
        assert numbers(page) == ({waiting.number} if tab == "to_correct" else {waiting.number, replaced.number})

    def test_to_correct_leaves_out_what_has_been_replaced(self, at_supplier, invoice_in):
        waiting, replaced, begun = (invoice_in(Status.RETURNED) for _n in range(3))
        invoice_in(Status.UNOPENED, replaces=replaced)
        invoice_in(Status.DRAFT, replaces=begun)
        page = at_supplier.read("invoices:list", status="to_correct")
        assert numbers(page) == {waiting.number, begun.number}
        assert "差し戻されて、まだ再発行していない請求書です。" in page.text
        assert numbers(at_supplier.read("invoices:list", status="returned")) == {
            waiting.number,
            begun.number,
            replaced.number,
        }

    @pytest.mark.parametrize("tab", ["nonsense", "sent' OR 1=1", "all"])
    def test_an_unknown_tab_shows_all(self, at_supplier, invoice_in, tab):
        rows = {invoice_in(status).number for status in (Status.OPENED, Status.PAID)}
        assert numbers(at_supplier.read("invoices:list", status=tab)) == rows

    def test_goes_on_to_further_pages_within_its_tab(self, at_supplier, invoice_in):
        rows = [invoice_in(Status.OPENED) for _n in range(53)]
        invoice_in(Status.PAID)
        first = at_supplier.read("invoices:list", status="opened")
        assert len(numbers(first)) == 50
        response = at_supplier.client.get(at_supplier.address("invoices:list") + first.links["次のページ"])
        second = Page(response)
        assert len(numbers(second)) == 3
        assert numbers(first) | numbers(second) == {row.number for row in rows}
        assert "次のページ" not in second.links

    @pytest.mark.parametrize("after", ["x", "2026-01-01_x", "_", "9999-99-99T00:00:00+00:00_" + "0" * 32])
    def test_a_broken_way_to_a_page_leads_to_the_first(self, at_supplier, invoice_in, after):
        row = invoice_in(Status.OPENED)
        assert numbers(at_supplier.read("invoices:list", after=after)) == {row.number}

    def test_that_is_empty_says_what_to_do(self, at_supplier):
        page = at_supplier.read("invoices:list")
        assert "請求書はまだありません" in page.text
        assert page.links["請求書を作成"] == at_supplier.address("invoices:new")
        assert "この状態の請求書はありません" in at_supplier.read("invoices:list", status="paid").text

    def test_leads_drafts_to_the_editor_and_the_rest_to_their_pages(
        self, at_supplier, draft, new_draft, supplier_owner
    ):
        other = new_draft(title="発行するもの")
        issued = issuing.issue(invoice_id=other.pk, actor=supplier_owner, version=other.version)
        links = at_supplier.read("invoices:list").links
        assert links["下書き 10月分 消耗品"] == at_supplier.address("invoices:edit", draft.pk)
        assert links[issued.number] == at_supplier.address("invoices:detail", issued.pk)

    def test_shows_nothing_of_another_supplier(self, at_supplier, other_supplier, invoice_in):
        row = invoice_in(Status.OPENED)
        assert "X2026-" not in Visitor(other_supplier).read("invoices:list").text
        assert row.number in at_supplier.read("invoices:list").text

    def test_asks_the_database_no_more_for_three_than_for_one(self, at_supplier, invoice_in, municipality):
        at_supplier.read("invoices:list")

        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert at_supplier.read("invoices:list").status == 200
            return len(asked)

        invoice_in(Status.OPENED)
        one = queries()
        for _n in range(2):
            invoice_in(Status.OPENED, department=factories.DepartmentFactory(municipality=municipality))
        assert queries() == one


def test_the_next_one_is_begun_from_the_list_the_page_and_after_issuing(at_supplier, new_draft, office):
    claim = office.deliver(new_draft())
    assert f"{claim.number} 同じ内容で作成" in at_supplier.read("invoices:list").text
    for route in ("invoices:detail", "invoices:issued"):
        assert AGAIN in at_supplier.read(route, claim.pk).text
    page = at_supplier.send("invoices:copy", claim.pk)
    assert "前と同じ内容で下書きを作成しました。" in page.text
    draft = Invoice.objects.get(status=Status.DRAFT)
    assert (draft.title, draft.total) == (claim.title, claim.total)


def test_no_next_one_is_begun_from_a_credit_note(at_supplier, new_draft, office):
    note = office.note(office.accept(office.deliver(new_draft())))
    assert "同じ内容で作成" not in at_supplier.read("invoices:detail", note.pk).text
    page = at_supplier.send("invoices:copy", note.pk)
    assert "返還請求書は、減額する請求書のページから作成してください。" in page.text
    assert not Invoice.objects.filter(status=Status.DRAFT).exists()
