"""What the editor says after a save that was refused, and that each message names its field."""

import pytest

from invoices.enums import DeductionKind
from invoices.lifecycle import drafting
from invoices.lifecycle.draft_input import DeductionInput, DraftInput
from invoices.models import Invoice, TaxRate
from portal.lib.text_fields import LinesField
from tests.factories import line_input
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

UNREADABLE = "数字で入力してください(例: 1,620)"
NO_PERIOD = "「2026-09-30」「2026年9月」「2026年4月〜9月」のように入力してください"
NO_DATE = "日付を「2026-10-31」または「令和8年10月31日」の形で入力してください"


def press(at_supplier: Visitor, draft: Invoice, do: str, **typed: str) -> Page:
    page = at_supplier.read("invoices:edit", draft.pk)
    return at_supplier.send("invoices:edit", draft.pk, data={**page.fields, **typed, "do": do})


@pytest.fixture
def draft(new_draft) -> Invoice:
    rate = TaxRate.objects.get(code="standard10").pk
    return new_draft(
        lines=(line_input(), line_input()),
        deductions=(DeductionInput(DeductionKind.BASIC, rate, 10), DeductionInput(DeductionKind.ITEM, rate, 10)),
    )


class TestAPageWithSomethingThatCannotBeRead:
    @pytest.mark.parametrize("do", ["save", "confirm", "add", "up-1"])
    def test_is_saved_and_leads_to_the_first_field_to_mend(self, at_supplier, draft, do):
        page = press(at_supplier, draft, do, remarks="消えては困る", **{"lines-0-unit_price": "百円"})
        assert "まだ保存していません。" not in page.text
        assert "保存済み" in page.text
        assert "読み取れない入力があります。" in page.text
        field = "#id_lines-1-unit_price" if do == "up-1" else "#id_lines-0-unit_price"
        assert page.links[f"{2 if do == 'up-1' else 1}行目の単価：{UNREADABLE}"] == field
        assert page.fields["remarks"] == "消えては困る"
        draft.refresh_from_db()
        assert draft.remarks == "消えては困る"


class TestAPageThatWasNotSaved:
    def test_of_another_page_says_why(self, at_supplier, draft):
        typed = at_supplier.read("invoices:edit", draft.pk).fields
        press(at_supplier, draft, "save", title="ほかの画面")
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | {"title": "この画面", "do": "save"})
        assert "まだ保存していません。 この下書きは別の画面で保存されています。" in page.text
        assert "保存済み" not in page.text

    @pytest.mark.parametrize("do", ["confirm", "add"])
    def test_is_not_one_that_only_may_not_be_issued_yet(self, at_supplier, draft, do):
        page = press(at_supplier, draft, do, title="")
        assert "保存済み" in page.text
        assert "まだ保存していません" not in page.text


class TestTheNameOfTheField:
    def test_stands_in_each_message_once(self, at_supplier, draft):
        wrong = {
            "transaction_date": "きのう",
            "lines-0-date": "きのう",
            "lines-0-original_date": "きのう",
            "lines-1-quantity": "六十",
            "lines-1-unit_price": "百円",
            "deductions-1-amount": "百円",
            "title": "長" * 61,
        }
        page = press(at_supplier, draft, "save", **wrong)
        for message, href in {
            "件名は60文字以内で入力してください(いまは61文字)": "#id_title",
            f"取引年月日：{NO_DATE}": "#id_transaction_date",
            f"1行目：{NO_DATE}": "#id_lines-0-date",
            f"1行目の元の取引日：{NO_PERIOD}": "#id_lines-0-original_date",
            f"2行目の数量：{UNREADABLE}": "#id_lines-1-quantity",
            f"2行目の単価：{UNREADABLE}": "#id_lines-1-unit_price",
            f"控除2行目の控除額：{UNREADABLE}": "#id_deductions-1-amount",
        }.items():
            assert page.links.get(message) == href, message
        # Beside its field a message need not name it.
        assert page.errors["id_lines-1-quantity"] == UNREADABLE


class TestLineBreaks:
    @pytest.mark.parametrize("typed", ["一行目\r\n二行目", "一行目\n二行目", "一行目\r二行目"])
    def test_are_the_same_however_they_came(self, at_supplier, draft, typed):
        press(at_supplier, draft, "save", remarks=typed)
        draft.refresh_from_db()
        assert draft.remarks == "一行目\n二行目"

    def test_that_are_written_otherwise_are_no_change(self, supplier_owner, draft):
        for version, remarks in ((1, "一行目\n二行目"), (2, "一行目\r\n二行目")):
            data = DraftInput(title="x", remarks=remarks)
            saved = drafting.save(draft_id=draft.pk, data=data, actor=supplier_owner, version=version)
            assert (saved.version, saved.remarks) == (2, "一行目\n二行目")

    def test_of_what_is_only_built_too(self, supplier_owner):
        built, _content = drafting.build(DraftInput(remarks="a\r\n\r\nb\r"), actor=supplier_owner)
        assert built.remarks == "a\n\nb\n"

    def test_count_as_one_character(self):
        assert LinesField(max_length=5).clean("ab\r\ncd") == "ab\ncd"
