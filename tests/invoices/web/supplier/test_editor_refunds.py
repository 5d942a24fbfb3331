"""Refunds, headings and the rounding of amounts in the editor: typed, pasted, kept, and settled at a press."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from invoices.enums import AmountRounding, DeductionKind, InvoiceKind, LineKind, PaymentMethod, Reduction
from invoices.lifecycle import drafting
from invoices.lifecycle.draft_input import DeductionInput, LineInput
from invoices.models import Invoice, TaxRate
from portal.lib.calendar import fiscal_year, fiscal_year_text, today_jst
from tests.factories import line_input
from tests.invoices.web.supplier.test_editor_pasting import paste
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

APRIL, SEPTEMBER = date(2026, 4, 1), date(2026, 9, 30)


def read_again(draft: Invoice):
    return drafting.input_of(Invoice.objects.get(pk=draft.pk))


def post(at_supplier: Visitor, draft: Invoice, do: str = "save", **typed: str) -> Page:
    fields = at_supplier.read("invoices:edit", draft.pk).fields
    return at_supplier.send("invoices:edit", draft.pk, data=fields | typed | {"do": do})


class TestTheOriginalDate:
    @pytest.mark.parametrize(
        ("typed", "first", "until", "shown"),
        [
            ("2026-09-30", SEPTEMBER, None, "2026-09-30"),
            ("令和8年9月", date(2026, 9, 1), SEPTEMBER, "2026年9月分"),
            ("2026/4–9月", APRIL, SEPTEMBER, "2026年4月〜9月分"),
            ("令和8年4月2日〜9月30日", date(2026, 4, 2), SEPTEMBER, "2026-04-02〜2026-09-30"),
        ],
    )
    def test_of_a_line_is_a_day_a_month_or_a_period_in_one_field(self, at_supplier, draft, typed, first, until, shown):
        page = post(
            at_supplier,
            draft,
            **{"lines-0-original_date": typed, "lines-0-reduction": "rebate", "lines-0-unit_price": "-27"},
        )
        (line,) = read_again(draft).lines
        assert (line.original_date, line.original_until, line.reduction) == (first, until, Reduction.REBATE)
        assert page.fields["lines-0-original_date"] == shown

    def test_that_cannot_be_read_says_how_to_write_one(self, at_supplier, draft):
        page = post(at_supplier, draft, **{"lines-0-original_date": "きのう"})
        assert page.errors["id_lines-0-original_date"] == (
            "「2026-09-30」「2026年9月」「2026年4月〜9月」のように入力してください"
        )
        assert page.fields["lines-0-original_date"] == "きのう"

    def test_of_a_far_year_is_refused(self, at_supplier, draft):
        page = post(at_supplier, draft, **{"lines-0-original_date": "2099年12月〜2100年1月"})
        assert "昭和元年12月25日から令和81年12月31日まで" in page.errors["id_lines-0-original_date"]

    def test_of_a_deduction_stands_beside_what_it_is(self, at_supplier, new_draft):
        rate = TaxRate.objects.get(code="standard10").pk
        draft = new_draft(deductions=(DeductionInput(DeductionKind.OTHER, rate, 500),))
        typed = {"deductions-0-description": "上期リベート", "deductions-0-original_date": "2026年4月〜9月"}
        page = post(at_supplier, draft, **typed)
        assert read_again(draft).deductions == (
            DeductionInput(DeductionKind.OTHER, rate, 500, "上期リベート", APRIL, SEPTEMBER),
        )
        assert page.fields["deductions-0-original_date"] == "2026年4月〜9月分"


class TestAHeading:
    def test_is_a_row_that_holds_a_description_alone(self, at_supplier, new_draft):
        draft = new_draft(lines=(LineInput(description="直接工事費"), line_input()))
        assert [line.kind for line in read_again(draft).lines] == [LineKind.HEADING, LineKind.ITEM]
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert page.fields["lines-0-kind"] == "heading"
        assert page.errors == {}

    def test_in_brackets_is_one_although_a_date_and_a_rate_were_taken_over(self, new_draft):
        bare = {"quantity": None, "unit_price": None, "unit": ""}
        draft = new_draft(lines=(line_input(**bare, description="【共通仮設費】"), line_input(**bare), line_input()))
        assert [line.kind for line in read_again(draft).lines] == [LineKind.HEADING, LineKind.ITEM, LineKind.ITEM]

    def test_is_chosen_and_becomes_an_item_with_figures(self, at_supplier, draft):
        post(at_supplier, draft, **{"lines-0-kind": "heading", "lines-0-quantity": "", "lines-0-unit_price": ""})
        assert read_again(draft).lines == (LineInput(LineKind.HEADING, description="A4コピー用紙"),)
        post(at_supplier, draft, **{"lines-0-quantity": "2"})
        (line,) = read_again(draft).lines
        assert (line.kind, line.quantity) == (LineKind.ITEM, 2)

    def test_blank_rows_are_kept_where_they_are_chosen(self, at_supplier, new_draft):
        draft = new_draft(lines=(line_input(), line_input()))
        post(at_supplier, draft, "save", **{"lines-2-kind": "blank", "lines-count": "3"})
        assert [line.kind for line in read_again(draft).lines] == ["item", "item", "blank"]
        assert Invoice.objects.get(pk=draft.pk).total == 2 * 1782


class TestPasting:
    def paste(self, at_supplier: Visitor, draft: Invoice, *rows: tuple[str, ...]) -> Page:
        return paste(at_supplier, draft, "0-date", "\n".join(map("\t".join, rows)))

    def test_headings_and_blank_rows_of_a_table_are_known_by_what_they_lack(self, at_supplier, draft):
        item = ("2026/11/10", "掘削", "1", "式", "1000", "10%")
        self.paste(at_supplier, draft, ("", "直接工事費", "", "", "", ""), item, ("",) * 6, item)
        lines = read_again(draft).lines
        assert [line.kind for line in lines] == ["heading", "item", "blank", "item"]
        assert lines[0] == LineInput(LineKind.HEADING, description="直接工事費")

    def test_a_list_of_names_alone_makes_no_headings(self, at_supplier, draft):
        page = paste(at_supplier, draft, "0-description", "りんご\nみかん")
        assert not {"lines-0-kind", "lines-1-kind"} & page.fields.keys(), "what they are folds away"
        assert [line.kind for line in read_again(draft).lines] == ["item", "item"]

    def test_the_kind_and_day_of_a_refund_are_found_to_the_right(self, at_supplier, draft):
        page = self.paste(
            at_supplier,
            draft,
            ("2026/11/10", "りんご", "-1", "箱", "1000", "10%", "-1000", "返品", "2026.9"),
            ("2026/11/10", "協賛", "1", "式", "-500", "10%", "", "割戻", "2026年4月〜9月"),
            ("2026/11/10", "みかん", "1", "箱", "1000", "10%", "1,000"),
        )
        first, second, third = read_again(draft).lines
        assert (first.reduction, first.original_date, first.original_until) == (
            "returned",
            date(2026, 9, 1),
            SEPTEMBER,
        )
        assert (second.reduction, second.original_date, second.original_until) == ("rebate", APRIL, SEPTEMBER)
        assert (third.reduction, third.original_date) == ("", None)
        assert page.errors == {}


class TestTheRoundingOfAmounts:
    HALF = {"lines-0-quantity": "1.5", "lines-0-unit_price": "333"}

    @pytest.mark.parametrize(
        ("chosen", "amount", "total"), [("same", 499, 548), ("half_up", 500, 550), ("carried", 499, 548)]
    )
    def test_is_chosen_apart_from_that_of_the_tax(self, at_supplier, draft, chosen, amount, total):
        post(at_supplier, draft, amount_rounding=chosen, **self.HALF)
        saved = Invoice.objects.get(pk=draft.pk)
        assert (saved.amount_rounding, saved.lines.get().amount, saved.total) == (chosen, amount, total)

    def test_of_a_utility_bill_is_that_of_its_sum(self, at_supplier, new_draft):
        prices = ("1205820.55", "2409318.66", "-26015.4", "120500.53")
        lines = tuple(line_input(quantity=Decimal(1), unit_price=Decimal(price)) for price in prices)
        draft = new_draft(lines=lines, price_mode="inclusive", amount_rounding=AmountRounding.CARRIED)
        assert draft.total == 3_709_624
        page = at_supplier.read("invoices:edit", draft.pk)
        assert "1,205,820.55" in page.text
        assert "△26,015.4" in page.text
        assert "明細の合計 3,709,624.34 → 切捨て 3,709,624" in page.text
        typed = page.fields | {"do": "live"}
        assert "△26,015.4" in at_supplier.send_in_passing("invoices:edit", draft.pk, data=typed).content.decode()


class TestAPress:
    def test_turns_a_negative_claim_into_a_credit_note(self, at_supplier, new_draft):
        back = line_input(quantity=Decimal(-1), original_date=SEPTEMBER, reduction=Reduction.RETURNED)
        draft = new_draft(lines=(back,))
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert "返還請求書に切り替える" in page.buttons
        page = post(at_supplier, draft, "to-credit-note")
        assert "もとの請求書番号" in page.text
        data = read_again(draft)
        assert (data.kind, data.payment_method, data.lines) == (
            InvoiceKind.CREDIT_NOTE,
            PaymentMethod.OTHER,
            (back,),
        )

    @pytest.fixture
    def two_years(self, new_draft) -> Invoice:
        year = fiscal_year(today_jst())
        days = (date(year, 3, 20), date(year, 4, 5))
        lines = tuple(line_input(date=day) for day in days)
        return new_draft(lines=lines, transaction_date=None, period_from=days[0], period_to=days[1])

    @pytest.mark.parametrize("where", ["editor", "confirm"])
    def test_splits_a_draft_of_two_fiscal_years(self, at_supplier, two_years, where):
        first, second = two_years.lines.all()
        if where == "editor":
            page = at_supplier.read("invoices:edit", two_years.pk, check="1")
            assert "年度で2つの下書きに分ける" in page.buttons
            page = post(at_supplier, two_years, "split-by-year")
        else:
            page = at_supplier.read("invoices:confirm", two_years.pk)
            assert "年度で2つの下書きに分ける" in page.buttons
            page = at_supplier.send("invoices:split", two_years.pk, data={"version": str(two_years.version)})
        year = fiscal_year_text(fiscal_year(second.date))
        assert f"別の下書き「10月分 消耗品（{year}分）」に分けました。" in page.text
        assert page.url.endswith(f"/{two_years.pk}/edit/")
        other = Invoice.objects.exclude(pk=two_years.pk).get()
        assert (two_years.lines.get().date, other.lines.get().date) == (first.date, second.date)

    def test_of_an_outdated_page_changes_nothing(self, at_supplier, two_years):
        page = at_supplier.send("invoices:split", two_years.pk, data={"version": "0"})
        assert "別の画面で保存されています" in page.text
        assert Invoice.objects.get() == two_years


def test_everything_of_the_lines_survives_a_save(at_supplier, new_draft):
    refund = line_input(
        unit_price=Decimal(-27), reduction=Reduction.DISCOUNT, original_date=APRIL, original_until=SEPTEMBER
    )
    draft = new_draft(lines=(refund, LineInput(LineKind.HEADING, description="見出し"), line_input()))
    before = read_again(draft)
    post(at_supplier, draft, title="直した件名")
    assert read_again(draft) == replace(before, title="直した件名")
