"""The editor: what somebody types is saved on the way, shown again as it was typed, and never lost."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from invoices.lifecycle import drafting, issuing
from invoices.models import Invoice, TaxRate
from suppliers.models import BankAccount
from tests import factories
from tests.pages import Page, Visitor, on_one_line

pytestmark = pytest.mark.django_db

Typed = dict[str, str]


def id_of(page: Page) -> UUID:
    (target,) = (action for action in page.forms if action.endswith("/edit/"))
    return UUID(target.split("/")[-3])


def typed_on(page: Page) -> Typed:
    """What the editor's form would send as it stands."""
    return dict(page.forms[next(action for action in page.forms if action.endswith("/edit/"))])


def rows_of(page: Page, *names: str) -> list[tuple[str, ...]]:
    count = int(page.fields["lines-count"])
    return [tuple(page.fields[f"lines-{index}-{name}"] for name in names) for index in range(count)]


@pytest.fixture
def a_line() -> Typed:
    rate = str(TaxRate.objects.get(code="standard10").pk)
    line = {"date": "2026-10-03", "description": "A4コピー用紙", "quantity": "６０", "unit": "冊", "unit_price": "27"}
    return {f"lines-0-{name}": value for name, value in (line | {"rate": rate}).items()}


@pytest.fixture
def live(at_supplier) -> Callable[..., str]:
    """What htmx gets while somebody is typing."""

    def send(pk: UUID, typed: Typed, **changes: str) -> str:
        response = at_supplier.send_in_passing("invoices:edit", pk, data=typed | changes | {"do": "live"})
        assert response.status_code == 200
        return response.content.decode()

    return send


def state(answer: str) -> str:
    """What stands beside the buttons: saved, or why not."""
    return on_one_line(answer).split('id="save-state"')[1].split(">", 1)[1].split("</span>")[0]


def version(answer: str) -> str:
    return answer.split('id="draft-version" value="')[1].split('"')[0]


class TestANewInvoice:
    def test_saves_nothing_before_something_is_written(self, at_supplier, live, trading_link):
        page = at_supplier.read("invoices:new")
        assert not Invoice.objects.exists()
        answer = live(id_of(page), typed_on(page))
        assert (state(answer), version(answer)) == ("", "0")
        at_supplier.send("invoices:edit", id_of(page), data=typed_on(page) | {"do": "add"})
        assert not Invoice.objects.exists()

    def test_two_pages_stand_for_two_invoices(self, at_supplier):
        assert id_of(at_supplier.read("invoices:new")) != id_of(at_supplier.read("invoices:new"))

    def test_the_first_save_creates_it_under_the_id_of_the_page_and_a_repeated_one_changes_nothing(
        self, at_supplier, live, trading_link, a_line
    ):
        page = at_supplier.read("invoices:new")
        typed = typed_on(page) | a_line | {"title": "10月分 用紙"}
        for _twice in range(2):
            answer = live(id_of(page), typed)
            assert state(answer).startswith("保存済み ")
            assert version(answer) == "1"
        draft = Invoice.objects.get()
        assert (draft.pk, draft.title, draft.total) == (id_of(page), "10月分 用紙", 1782)
        assert draft.number is None

    def test_is_kept_by_the_button_even_when_it_is_empty(self, at_supplier):
        page = at_supplier.read("invoices:new")
        after = at_supplier.send("invoices:edit", id_of(page), data=typed_on(page) | {"do": "save"})
        assert "保存しました。" in after.text
        assert Invoice.objects.get().pk == id_of(page)

    def test_starts_with_what_was_written_last_about_payment_and_people(self, at_supplier, draft, bank_account):
        fields = at_supplier.read("invoices:new").fields
        assert fields["responsible_name"] == "柏木 一"
        assert fields["contact_phone"] == "0994-00-0003"
        assert fields["bank_account"] == str(bank_account.pk)
        assert (fields["title"], fields["lines-0-description"]) == ("", "")

    def test_without_a_department_or_an_account_it_says_where_they_come_from(self, at_supplier, colleague):
        page = at_supplier.read("invoices:new")
        assert "発行できる課がまだありません。" in page.text
        assert page.links["振込先口座を登録する"] == at_supplier.address("suppliers:bank_account_new")
        assert "振込先口座の登録を、自社の管理者に依頼してください。" in Visitor(colleague).read("invoices:new").text


class TestWhileTyping:
    def test_the_sums_follow_and_the_save_is_told(self, at_supplier, live, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk)) | {"lines-0-quantity": "100"}
        answer = live(draft.pk, typed)
        read = " ".join(answer.split())
        assert "2,700" in read
        assert "270円" in read
        assert "2,970円" in read
        assert "税率ごとに合計し、1円未満を切り捨てています。" in read
        assert state(answer).startswith("保存済み ")
        draft.refresh_from_db()
        assert (draft.total, version(answer)) == (2970, str(draft.version))

    def test_a_save_that_a_later_button_overtook_changes_nothing_and_is_no_conflict(self, at_supplier, live, draft):
        page = at_supplier.read("invoices:edit", draft.pk)
        typed = typed_on(page)
        at_supplier.send("invoices:edit", draft.pk, data=typed | {"title": "あとに押したボタン", "do": "save"})
        sent = typed | {"title": "途中の文字", "do": "live"}
        response = at_supplier.send_in_passing("invoices:edit", draft.pk, data=sent)
        answer = response.content.decode()
        draft.refresh_from_db()
        assert draft.title == "あとに押したボタン"
        assert "保存済み" not in state(answer), "nothing is said of what was not saved"
        assert response["X-Overtaken"] == "true"
        assert version(answer) == str(draft.version)
        assert "保存済み" in state(live(draft.pk, sent | {"version": version(answer)}))

    def test_a_page_that_was_loaded_before_another_one_saved_is_told(self, at_supplier, live, draft):
        first, second = (typed_on(at_supplier.read("invoices:edit", draft.pk)) for _tab in range(2))
        live(draft.pk, first | {"title": "一つ目のタブ"})
        answer = live(draft.pk, second | {"title": "二つ目のタブ"})
        assert "別の画面で保存されています" in state(answer)
        page = at_supplier.send("invoices:edit", draft.pk, data=second | {"title": "二つ目のタブ", "do": "save"})
        assert "別の画面で保存されています" in page.text
        assert page.fields["title"] == "二つ目のタブ", "what was typed is not lost"
        draft.refresh_from_db()
        assert draft.title == "一つ目のタブ"

    def test_a_figure_that_cannot_be_read_is_saved_as_it_is_and_told(self, at_supplier, live, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk))
        answer = live(draft.pk, typed | {"title": "直した件名", "lines-0-quantity": "六十"})
        assert "保存済み" in state(answer)
        problem = 'href="#id_lines-0-quantity">1行目の数量：数字で入力してください(例: 1,620)</a>'
        assert problem in state(answer), "it names the field and leads to it"
        assert '<li data-field="id_lines-0-quantity">数字で入力してください(例: 1,620)</li>' in answer, "to be marked"
        draft.refresh_from_db()
        assert (draft.title, version(answer)) == ("直した件名", str(draft.version))

    def test_whoever_is_signed_out_gets_no_sign_in_page_into_the_middle(self, at_supplier, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk))
        at_supplier.client.logout()
        response = at_supplier.send_in_passing("invoices:edit", draft.pk, data=typed | {"do": "live"})
        assert (response.status_code, response.content) == (401, b"")

    def test_an_invoice_that_was_issued_meanwhile_leads_to_its_page(self, at_supplier, supplier_owner, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk))
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        response = at_supplier.send_in_passing("invoices:edit", draft.pk, data=typed | {"title": "x", "do": "live"})
        assert response["HX-Redirect"].split("?")[0] == at_supplier.address("invoices:detail", draft.pk)
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | {"title": "x", "do": "save"})
        assert page.url == at_supplier.address("invoices:detail", draft.pk)
        assert "すでに発行されている" in page.text


class TestTheButtons:
    def test_what_cannot_be_read_stays_as_it_was_typed_with_its_error_beside_it(self, at_supplier, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk))
        wrong = {"issue_date": "きのう", "lines-0-quantity": "六十", "title": "直した件名"}
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | wrong | {"do": "save"})
        assert page.status == 200
        assert wrong.items() <= page.fields.items()
        assert set(page.errors) == {"id_issue_date", "id_lines-0-quantity"}
        assert page.links["1行目の数量：数字で入力してください(例: 1,620)"] == "#id_lines-0-quantity"
        draft.refresh_from_db()
        assert (draft.title, draft.version) == ("直した件名", 2)

    @pytest.mark.parametrize(
        ("do", "expected"),
        [
            ("up-1", ["二", "一", "三"]),
            ("down-1", ["一", "三", "二"]),
            ("remove-1", ["一", "三"]),
            ("add", ["一", "二", "三", ""]),
            ("copy-1", ["一", "二", "二", "三"]),
            ("copy-9", ["一", "二", "三"]),
            ("up-0", ["一", "二", "三"]),
            ("down-2", ["一", "二", "三"]),
            ("remove-9", ["一", "二", "三"]),
            ("up-x", ["一", "二", "三"]),
        ],
    )
    def test_of_the_rows_keep_all_that_was_typed_also_what_is_wrong(self, at_supplier, new_draft, do, expected):
        draft = new_draft(lines=tuple(factories.line_input(description=name) for name in "一二三"))
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk))
        # Each row carries a text that no number and no date field reads.
        marked = {f"lines-{i}-{name}": f"?{i}" for i in range(3) for name in ("quantity", "unit_price", "date")}
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | marked | {"do": do})
        assert [name for (name,) in rows_of(page, "description")] == expected
        of = {"一": "?0", "二": "?1", "三": "?2"}
        assert rows_of(page, "quantity", "unit_price", "unit") == [
            (of[name], of[name], "冊") if name else ("", "", "") for name in expected
        ]
        assert draft.lines.count() == len("".join(expected)), "saved as it stands there"

    def test_a_new_row_takes_the_date_and_the_rate_of_the_last(self, at_supplier, draft):
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        after = at_supplier.send("invoices:edit", draft.pk, data=typed_on(page) | {"do": "add"})
        first, second = rows_of(after, "date", "rate")
        assert first == second

    def test_rows_that_can_be_read_are_saved_in_their_new_order(self, at_supplier, new_draft):
        draft = new_draft(lines=tuple(factories.line_input(description=name) for name in "一二三"))
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk))
        at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": "down-0"})
        assert [line.description for line in draft.lines.order_by("position")] == ["二", "一", "三"]

    def test_a_thousand_lines_are_the_limit(self, at_supplier, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk)) | {"lines-count": "1000"}
        typed |= {"lines-999-description": "最後の行"}
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": "add"})
        assert len(rows_of(page, "description")) == 1000
        assert page.fields["lines-999-description"] == "最後の行"
        assert "明細は1000行までです。続きは別の書類に分けてください。" in page.text
        assert "行を追加" not in page.buttons

    def test_delete_takes_a_draft_away(self, at_supplier, draft):
        page = at_supplier.send("invoices:delete", draft.pk)
        assert (page.url, "下書きを削除しました。" in page.text) == (at_supplier.address("invoices:list"), True)
        assert not Invoice.objects.exists()


class TestADraftThatIsNotThere:
    def test_does_not_come_back_when_it_was_deleted_elsewhere(self, at_supplier, live, draft, supplier_owner):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk)) | {"title": "直した件名"}
        drafting.delete(draft_id=draft.pk, actor=supplier_owner)
        assert "別の画面で削除されています" in state(live(draft.pk, typed))
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": "save"})
        assert "別の画面で削除されています" in page.text
        assert page.fields["title"] == "直した件名"
        assert not Invoice.objects.exists()

    def test_of_somebody_else_is_unknown(self, other_supplier, at_supplier, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk)) | {"title": "よその件名"}
        stranger = Visitor(other_supplier)
        assert stranger.read("invoices:edit", draft.pk).status == 404
        for do in ("live", "save", "confirm", "add"):
            assert stranger.send("invoices:edit", draft.pk, data=typed | {"do": do}).status == 404
        draft.refresh_from_db()
        assert draft.title == "10月分 消耗品"

    def test_leads_to_a_new_one_and_says_so(self, at_supplier):
        page = at_supplier.read("invoices:edit", uuid4())
        assert page.url == at_supplier.address("invoices:new")
        assert "保存されていないか、削除されています。" in page.text


class TestWhatSpeaksAgainstIssuing:
    @pytest.fixture
    def faulty(self, new_draft):
        lines = (factories.line_input(), factories.line_input(quantity=None, rate=None))
        return new_draft(title="", contact_phone="", bank_account=None, lines=lines)

    def test_is_shown_beside_its_field(self, at_supplier, faulty):
        page = at_supplier.read("invoices:edit", faulty.pk, check="1")
        assert page.errors == {
            "id_title": "件名を入力してください。",
            "id_bank_account": "振込先口座を選択するか、債権者番号を入力してください。",
            "id_contact_phone": "代表者印がないため、担当者の直通電話を入力してください。",
            "id_lines-1-quantity": "数量を入力してください。",
            "id_lines-1-rate": "税区分を選択してください。",
        }
        assert page.links["件名を入力してください。"] == "#id_title"
        assert page.links["2行目：数量を入力してください。"] == "#id_lines-1-quantity"

    def test_is_not_shown_to_somebody_who_only_returns_to_the_draft(self, at_supplier, faulty):
        assert at_supplier.read("invoices:edit", faulty.pk).errors == {}

    def test_keeps_the_way_to_confirm_closed_but_saves(self, at_supplier, faulty):
        typed = typed_on(at_supplier.read("invoices:edit", faulty.pk)) | {"remarks": "書き足した備考"}
        page = at_supplier.send("invoices:edit", faulty.pk, data=typed | {"do": "confirm"})
        assert "件名を入力してください。" in page.errors["id_title"]
        assert "発行する" not in page.buttons
        faulty.refresh_from_db()
        assert faulty.remarks == "書き足した備考"
        assert at_supplier.read("invoices:confirm", faulty.pk).url == at_supplier.address("invoices:edit", faulty.pk)

    def test_that_belongs_to_no_field_stands_at_the_top(self, at_supplier, supplier, draft):
        supplier.representative_name = ""
        supplier.save()
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert "会社情報で、代表者職と代表者氏名を登録してください。" in page.text
        assert page.errors == {}

    def test_nothing_leads_to_confirm(self, at_supplier, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk))
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": "confirm"})
        assert page.url == at_supplier.address("invoices:confirm", draft.pk)


def test_the_editor_of_a_correction_shows_why_it_came_back(at_supplier, returned_invoice):
    page = at_supplier.send("invoices:reissue", returned_invoice.pk)
    assert f"請求書 {returned_invoice.number} を修正した請求書です。" in page.text
    assert "差戻しの理由（内容誤り）" in page.text
    assert "数量が納品書と違います。" in page.text
    assert page.fields["title"] == returned_invoice.title
    assert page.links["修正前の請求書を見る"] == at_supplier.address("invoices:detail", returned_invoice.pk)


def test_an_account_that_was_given_up_is_not_offered(at_supplier, draft, bank_account):
    BankAccount.objects.update(active=False)
    assert at_supplier.read("invoices:edit", draft.pk).fields["bank_account"] == ""
