"""The page on which a city reads an invoice: what each role sees and may do, at each station of its life."""

import pytest

from accounts.models import AccessLog
from invoices.enums import Status
from invoices.lifecycle import accounting, corrections, issuing, review
from invoices.models import Document
from portal.lib.calendar import today_jst
from tests import factories
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

OPEN, ACCEPT, RETURN, REROUTE = "開封する", "受理する", "差し戻す", "別の課へ回送する"
REOPEN, TAKE_OVER, RECALL, PAY = "受理を取りやめる", "会計へ引き継ぐ", "課へ引き戻す", "支払を記録する"
ON_PAPER = [REROUTE, "登録した内容を訂正する", "この登録を取り消す"]
DISPUTE, OVERPAY, CORRECT = "残額を係争中にする", "過払いを記録する", "支払の記録を訂正する"


class TestThePage:
    @pytest.mark.parametrize(
        ("invoice", "badge", "for_department", "for_accounts", "for_admin"),
        [
            ("unopened_invoice", "未開封", [OPEN, REROUTE], [REROUTE], [REROUTE]),
            ("opened_invoice", "開封", [ACCEPT, RETURN, REROUTE], [REROUTE], [REROUTE]),
            ("paper_invoice", "開封", [ACCEPT, RETURN, *ON_PAPER], ON_PAPER, ON_PAPER),
            ("returned_invoice", "差戻し", [], [], []),
            ("accepted_invoice", "受理", [REOPEN], [TAKE_OVER, PAY, DISPUTE, OVERPAY], []),
            ("taken_over_invoice", "受理", [], [PAY, DISPUTE, OVERPAY, RECALL], []),
            ("paid_invoice", "支払済", [], [CORRECT, OVERPAY], []),
            ("cancelled_invoice", "取消", [], [], []),
        ],
    )
    def test_offers_each_role_what_it_may_do(
        self,
        request,
        at_department,
        at_accounts,
        municipality_admin,
        invoice,
        badge,
        for_department,
        for_accounts,
        for_admin,
    ):
        invoice = request.getfixturevalue(invoice)
        pages = [
            visitor.read("review:detail", invoice.pk)
            for visitor in (at_department, at_accounts, Visitor(municipality_admin))
        ]
        assert [page.buttons for page in pages] == [for_department, for_accounts, for_admin]
        assert all(f"{invoice.title} {badge}" in page.text for page in pages)

    def test_before_opening_the_department_sees_sender_title_and_amount_alone(self, at_department, unopened_invoice):
        page = at_department.read("review:detail", unopened_invoice.pk)
        for shown in ("事業者A", "10月分 消耗品", "1,782円", "子育て支援課"):
            assert shown in page.text
        for hidden in ("鹿児島銀行", "162円", "1,620", "T7123456789012", "A4コピー用紙"):
            assert hidden not in page.text
        assert (page.images, "PDFを開く" in page.links) == ([], False)
        assert not AccessLog.objects.exists()

    def test_the_accounting_office_looks_without_opening(self, at_accounts, accountant, unopened_invoice):
        page = at_accounts.read("review:detail", unopened_invoice.pk)
        assert "金融機関 鹿児島銀行（0185） 支店 本店（100）" in page.text
        assert at_accounts.client.get(page.images[0])["Content-Type"] == "image/png"
        unopened_invoice.refresh_from_db()
        assert (unopened_invoice.status, unopened_invoice.opened_at) == (Status.UNOPENED, None)
        assert AccessLog.objects.get().user == accountant.user

    def test_opening_shows_the_content_and_writes_down_who_it_was(self, at_department, reviewer, unopened_invoice):
        page = at_department.send("review:open", unopened_invoice.pk)
        assert "開封しました。" in page.text
        assert "金融機関 鹿児島銀行（0185） 支店 本店（100）" in page.text
        assert at_department.client.get(page.images[0]).status_code == 200
        unopened_invoice.refresh_from_db()
        assert unopened_invoice.opened_by == reviewer.user

    def test_of_an_invoice_of_ones_own_supplier_leaves_it_to_others(
        self, at_department, reviewer, supplier, unopened_invoice
    ):
        factories.SupplierMemberFactory(user=reviewer.user, supplier=supplier)
        page = at_department.read("review:detail", unopened_invoice.pk)
        assert page.buttons == []
        assert "あなたが所属する事業者から届いたものは、ほかの職員が開封します。" in page.text
        assert at_department.send("review:open", unopened_invoice.pk).status == 403

    def test_of_a_returned_one_begins_with_the_reason(self, at_department, returned_invoice):
        text = at_department.read("review:detail", returned_invoice.pk).text
        assert (
            text.index("差し戻しました（内容誤り）") < text.index("数量が納品書と違います。") < text.index("請求の内容")
        )

    def test_of_a_cancelled_one_says_that_nothing_is_to_be_done(self, at_department, cancelled_invoice):
        page = at_department.read("review:detail", cancelled_invoice.pk)
        assert "請求者がこの請求書を取り消しました。お手続きは要りません。" in page.text
        assert "鹿児島銀行" not in page.text, "it was never opened"

    def test_of_a_paid_one_says_when_and_how_much(self, at_department, paid_invoice):
        day = today_jst()
        text = at_department.read("review:detail", paid_invoice.pk).text
        assert f"{day.year}年{day.month}月{day.day}日 に支払が済みました。支払額は 1,782円です。" in text

    def test_of_one_that_was_taken_over_says_so(self, at_department, taken_over_invoice):
        assert "に会計へ引き継ぎました。" in at_department.read("review:detail", taken_over_invoice.pk).text

    def test_of_a_correction_leads_to_what_it_replaces_and_back(self, at_department, supplier_owner, returned_invoice):
        draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
        new = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        assert "新しい請求書を見る" not in at_department.read("review:detail", returned_invoice.pk).links, (
            "not there yet"
        )
        factories.deliver(new)
        old_page = at_department.read("review:detail", returned_invoice.pk)
        assert old_page.links["新しい請求書を見る"] == at_department.address("review:detail", new.pk)
        at_department.send("review:open", new.pk)
        new_page = at_department.read("review:detail", new.pk)
        assert new_page.links["修正前の請求書を見る"] == at_department.address("review:detail", returned_invoice.pk)

    def test_of_what_follows_a_withdrawn_correction_leads_to_what_was_returned(
        self, at_department, at_accounts, supplier_owner, returned_invoice
    ):
        draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
        second = factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        corrections.cancel(invoice_id=second.pk, actor=supplier_owner)
        draft = corrections.reissue(invoice_id=second.pk, actor=supplier_owner)
        third = factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        page = at_department.send("review:open", third.pk)
        assert page.links["修正前の請求書を見る"] == at_department.address("review:detail", returned_invoice.pk)
        assert f"請求書 {returned_invoice.number} から変わったところ" in page.text
        for visitor, old in ((at_department, returned_invoice), (at_accounts, returned_invoice), (at_accounts, second)):
            page = visitor.read("review:detail", old.pk)
            assert f"この請求書は {third.number} に置き換えられました。" in page.text
            assert page.links["新しい請求書を見る"] == visitor.address("review:detail", third.pk)

    def test_of_somewhere_else_is_unknown(self, other_department_staff, other_city_staff, opened_invoice, draft):
        for stranger in (other_department_staff, other_city_staff):
            assert Visitor(stranger).read("review:detail", opened_invoice.pk).status == 404


class TestTheSteps:
    def test_accept(self, at_department, opened_invoice):
        page = at_department.send("review:accept", opened_invoice.pk)
        assert "受理しました。" in page.text
        assert page.buttons == [REOPEN]

    @pytest.mark.parametrize(
        ("route", "data"),
        [
            ("open", {}),
            ("accept", {}),
            ("return", {"return-reason": "minor", "return-comment": "印字不良です。"}),
        ],
    )
    def test_a_step_that_came_too_late_is_told_and_changes_nothing(self, at_department, returned_invoice, route, data):
        page = at_department.send(f"review:{route}", returned_invoice.pk, data=data)
        assert page.url == at_department.address("review:detail", returned_invoice.pk)
        assert "この請求書はすでに差し戻されています。" in page.text
        returned_invoice.refresh_from_db()
        assert (returned_invoice.status, returned_invoice.return_reason) == (Status.RETURNED, "wrong_content")

    def test_opening_what_was_cancelled_meanwhile_is_told(self, at_department, cancelled_invoice):
        page = at_department.send("review:open", cancelled_invoice.pk)
        assert "この請求書は取り消されています。" in page.text

    def test_return_asks_for_a_category_and_a_reason_and_keeps_what_was_typed(self, at_department, opened_invoice):
        page = at_department.send("review:return", opened_invoice.pk, data={"return-comment": "数量が違います。"})
        assert (page.status, set(page.errors)) == (200, {"id_return-reason"})
        assert page.fields["return-comment"] == "数量が違います。"
        page = at_department.send("review:return", opened_invoice.pk, data={"return-reason": "minor"})
        assert (page.fields["return-reason"], set(page.errors)) == ("minor", {"id_return-comment"})
        opened_invoice.refresh_from_db()
        assert opened_invoice.status == Status.OPENED

    def test_return_shows_the_supplier_the_reason_as_it_was_written(self, at_department, at_supplier, opened_invoice):
        data = {"return-reason": "missing_document", "return-comment": "納品書を<添付>してください。"}
        page = at_department.send("review:return", opened_invoice.pk, data=data)
        assert "差し戻しました。理由は請求者の画面とメールに表示されます。" in page.text
        text = at_supplier.read("invoices:detail", opened_invoice.pk).text
        assert "差し戻されました（書類不足） 納品書を<添付>してください。" in text

    def test_reroute_leads_whoever_no_longer_sees_it_back_to_the_inbox(
        self, at_department, opened_invoice, other_department, other_department_staff
    ):
        data = {"reroute-department": str(other_department.pk), "reroute-comment": "道路の工事です。"}
        page = at_department.send("review:reroute", opened_invoice.pk, data=data)
        assert page.url == at_department.address("review:inbox")
        assert "回送しました。" in page.text
        there = Visitor(other_department_staff).read("review:detail", opened_invoice.pk)
        assert there.buttons == [OPEN, REROUTE]
        assert "道路の工事です。" in there.text

    def test_reroute_offers_the_other_open_departments_of_the_city_alone(
        self, at_department, opened_invoice, department, other_department, municipality
    ):
        closed = factories.DepartmentFactory(municipality=municipality, closed=True)
        elsewhere = factories.DepartmentFactory()
        for target in (department, closed, elsewhere):
            data = {"reroute-department": str(target.pk), "reroute-comment": "違います。"}
            page = at_department.send("review:reroute", opened_invoice.pk, data=data)
            assert set(page.errors) == {"id_reroute-department"}
        opened_invoice.refresh_from_db()
        assert opened_invoice.department == department

    def test_reopen_needs_a_reason(self, at_department, accepted_invoice):
        assert set(at_department.send("review:reopen", accepted_invoice.pk).errors) == {"id_reopen-comment"}
        page = at_department.send("review:reopen", accepted_invoice.pk, data={"reopen-comment": "検収前でした。"})
        assert "受理を取りやめました。" in page.text
        assert ACCEPT in page.buttons

    def test_reopen_of_what_was_taken_over_says_whom_to_ask(self, at_department, taken_over_invoice):
        page = at_department.send("review:reopen", taken_over_invoice.pk, data={"reopen-comment": "検収前でした。"})
        assert "会計課に引戻しを依頼してください。" in page.text
        taken_over_invoice.refresh_from_db()
        assert taken_over_invoice.status == Status.ACCEPTED

    def test_recall_asks_whether_the_finance_systems_entry_is_deleted(self, at_accounts, taken_over_invoice):
        page = at_accounts.send("review:recall", taken_over_invoice.pk, data={"recall-comment": "口座の誤り"})
        assert set(page.errors) == {"id_recall-deleted"}
        data = {"recall-comment": "口座の誤り", "recall-deleted": "on"}
        page = at_accounts.send("review:recall", taken_over_invoice.pk, data=data)
        assert "引き戻しました。担当の課が改めて受理するか、差し戻します。" in page.text
        assert page.buttons == [REROUTE]
        assert "会計から引き戻されました。" in page.text

    def test_of_what_was_recalled_asks_the_department_to_decide_anew(
        self, at_department, accountant, taken_over_invoice
    ):
        accounting.recall(invoice_id=taken_over_invoice.pk, actor=accountant, comment="口座の名義が違います。")
        page = at_department.read("review:detail", taken_over_invoice.pk)
        assert page.buttons == [ACCEPT, RETURN, REROUTE]
        text = page.text
        assert (
            text.index("会計から引き戻されました。") < text.index("口座の名義が違います。") < text.index("請求の内容")
        )
        assert "会計から引き戻されました。" not in at_department.send("review:accept", taken_over_invoice.pk).text

    def test_take_over_twice_is_told(self, at_accounts, accepted_invoice):
        assert "会計へ引き継ぎました。" in at_accounts.send("review:take_over", accepted_invoice.pk).text
        page = at_accounts.send("review:take_over", accepted_invoice.pk)
        assert "すでに会計へ引き継がれています。" in page.text


class TestTheDocument:
    @pytest.fixture
    def without_store(self, documents_folder, opened_invoice):
        """The store is away."""
        away = documents_folder.with_name("away")
        documents_folder.rename(away)
        yield
        away.rename(documents_folder)

    def test_is_the_same_for_both_sides(self, at_department, at_supplier, opened_invoice):
        answers = [
            at_department.ask("review:pdf", opened_invoice.pk),
            at_supplier.ask("invoices:pdf", opened_invoice.pk),
        ]
        assert answers[0].content == answers[1].content
        for answer in answers:
            assert answer["Content-Type"] == "application/pdf"
            assert f'filename="{opened_invoice.number}.pdf"' in answer["Content-Disposition"]
            assert answer["Cache-Control"] == "private, no-store"

    @pytest.mark.usefixtures("without_store")
    def test_that_the_store_cannot_give_is_told_as_such(self, at_department, at_supplier, opened_invoice):
        for visitor, route in ((at_department, "review:pdf"), (at_supplier, "invoices:pdf")):
            answer = visitor.ask(route, opened_invoice.pk)
            assert answer.status_code == 503
            assert answer["Content-Type"].startswith("text/html")

    @pytest.mark.usefixtures("without_store")
    def test_that_the_store_cannot_give_leaves_the_page_readable(self, at_department, at_supplier, opened_invoice):
        for visitor, route in ((at_department, "review:detail"), (at_supplier, "invoices:detail")):
            page: Page = visitor.read(route, opened_invoice.pk)
            assert (page.status, page.images) == (200, [])
            assert "1,782円" in page.text
        assert at_department.ask("review:sheet", opened_invoice.pk, 1).status_code == 404

    def test_that_was_altered_is_never_handed_out(self, at_department, opened_invoice, documents_folder):
        stored = documents_folder / Document.objects.get().key
        stored.chmod(0o600)
        stored.write_bytes(stored.read_bytes() + b"%")
        assert at_department.ask("review:pdf", opened_invoice.pk).status_code == 503
        assert at_department.read("review:detail", opened_invoice.pk).images == []

    def test_of_an_invoice_that_moved_on_is_no_longer_theirs(
        self, at_department, reviewer, opened_invoice, other_department
    ):
        review.reroute(
            invoice_id=opened_invoice.pk, actor=reviewer, department_id=other_department.pk, comment="道路の請求です。"
        )
        assert at_department.ask("review:pdf", opened_invoice.pk).status_code == 404


@pytest.mark.parametrize("refunded", [False, True])
def test_who_returns_a_claim_hears_of_a_credit_note_that_then_lowers_nothing(
    refunded, at_department, at_supplier, office, new_draft
):
    """And the supplier, who writes the claim anew, that the note still stands."""
    claim = office.deliver(new_draft())
    review.open_invoice(invoice_id=claim.pk, actor=office.department)
    assert "を受理しています" not in at_department.read("review:detail", claim.pk).text
    note = office.accept(office.note(claim, 6))
    if refunded:
        office.refund(note)
    text = at_department.read("review:detail", claim.pk).text
    assert f"この請求書を減額する返還請求書 {note.number} を受理しています。" in text
    still = f"返還請求書 {note.number} は有効です。"
    assert still not in at_supplier.read("invoices:detail", claim.pk).text
    returned = {"reason": "wrong_content", "comment": "数量違い"}
    review.return_invoice(invoice_id=claim.pk, actor=office.department, **returned)
    assert still in at_supplier.read("invoices:detail", claim.pk).text
    office.correction(claim)
    assert still not in at_supplier.read("invoices:detail", claim.pk).text
