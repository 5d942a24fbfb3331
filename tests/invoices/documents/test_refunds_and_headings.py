"""What a document calls its negative amounts, its headings, its dates, and itself where nothing is taxed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dev.sample_documents import credit_note, line, snapshot
from dev.sample_rates import EXEMPT, EXPORT, OUTSIDE, STANDARD
from invoices.documents import reading
from invoices.documents.difference import difference
from invoices.documents.pdf.render import html
from invoices.documents.schema import dump, load
from invoices.documents.schema_parts import Deduction
from invoices.documents.snapshot import rate_block
from invoices.enums import AmountRounding, DeductionKind, LineKind, Reduction
from tests.invoices.documents.reading import words

NUMBERLESS = {"registration_number": ""}
APRIL, SEPTEMBER = date(2026, 4, 1), date(2026, 9, 30)


def refund(kind: Reduction, first: date = SEPTEMBER, until: date | None = None, price: str = "-500"):
    written = line("リベート", "1", "式", price)
    return replace(written, reduction=kind, original_date=first, original_until=until)


def heading(text: str, kind: LineKind = LineKind.HEADING):
    empty = {"date": None, "quantity": None, "unit": "", "unit_price": None, "rate": None, "tax": None, "amount": 0}
    return replace(line(), kind=kind, description=text, **empty)


def printed(*lines, **changes) -> str:
    return words(html(snapshot(list(lines), **changes)))


class TestANegativeLine:
    @pytest.mark.parametrize(
        ("kind", "word"), [(Reduction.RETURNED, "返品"), (Reduction.DISCOUNT, "値引"), (Reduction.REBATE, "割戻")]
    )
    def test_is_called_what_it_is(self, kind, word):
        text = printed(line(), refund(kind))
        assert f"({word} 元の取引日 令和8年9月30日(2026-09-30))" in text
        assert f"△は{word}です。" in text

    def test_that_refunds_no_earlier_sale_is_no_return(self):
        text = printed(line(), line("特別値引き", "-1", "式", "3000"), remarks="")
        assert "返品" not in text
        assert "△は差引きです。" in text
        assert "請求書 適格請求書 見本市" in text

    def test_names_a_month_or_a_period(self):
        text = printed(
            line(), refund(Reduction.REBATE, APRIL, SEPTEMBER), refund(Reduction.RETURNED, date(2026, 9, 1), SEPTEMBER)
        )
        assert "(割戻 元の取引日 2026年4月〜9月分)" in text
        assert "(返品 元の取引日 2026年9月分)" in text
        assert "△は返品・割戻です。" in text

    def test_is_read_on_the_page_in_the_same_words(self):
        lines = reading.read(snapshot([line(), refund(Reduction.REBATE, APRIL, SEPTEMBER)])).lines
        (slip,) = lines.slips
        assert (slip.lines[1].reduction, slip.lines[1].original_date, slip.lines[1].original_day) == (
            "割戻",
            "",
            "2026年4月〜9月分",
        )
        assert lines.notes == ("金額が負の行は、割戻です。",)

    def test_is_compared_with_its_kind_and_period(self):
        before, after = (snapshot([line(), refund(kind)]) for kind in (Reduction.RETURNED, Reduction.DISCOUNT))
        (change,) = difference(before, after).lines
        assert "返品 元の取引日 令和8年9月30日" in change.before[1]
        assert "値引 元の取引日 令和8年9月30日" in change.after[1]


class TestARefundOfASaleFromBeforeQualifiedInvoices:
    """No qualified credit note is due for it (57条の4③), so a claim that lowers itself by it is not called one."""

    BEFORE, SINCE = date(2023, 9, 30), date(2023, 10, 1)

    def test_makes_no_qualified_credit_note_of_a_claim(self):
        text = printed(line(), refund(Reduction.RETURNED, self.BEFORE))
        assert "適格返還請求書" not in text
        assert "適格請求書" in text
        assert "適格請求書・適格返還請求書" in printed(line(), refund(Reduction.RETURNED, self.SINCE))

    def test_nor_does_a_deduction(self):
        row = Deduction(DeductionKind.OTHER, rate_block(STANDARD), 828, "上期リベート", date(2023, 4, 1), self.BEFORE)
        document = replace(snapshot([line()], deductions=[(DeductionKind.OTHER, STANDARD, 828)]), deductions=(row,))
        assert "適格返還請求書" not in words(html(document))
        lasting = replace(document, deductions=(replace(row, original_until=self.SINCE),))
        assert "適格返還請求書" in words(html(lasting))

    def test_keeps_the_words_in_which_it_was_issued(self):
        document = replace(snapshot([line(), refund(Reduction.RETURNED, self.BEFORE)]), wording=2)
        assert "適格返還請求書" in words(html(load(dump(document))))


class TestADeduction:
    WHAT = Deduction(DeductionKind.OTHER, rate_block(STANDARD), 828, "上期リベート", APRIL, SEPTEMBER)

    def test_says_what_it_refunds_of_which_sales(self):
        document = replace(snapshot(deductions=[(DeductionKind.OTHER, STANDARD, 828)]), deductions=(self.WHAT,))
        text = words(html(document))
        assert "その他控除 △828円(上期リベート 元の取引日 2026年4月〜9月分 △828円)" in text
        assert "適格請求書・適格返還請求書" in text
        changed = replace(document, deductions=(replace(self.WHAT, description="年間リベート"),))
        (change,) = difference(document, changed).items
        assert (change.label, "上期リベート" in change.before, "年間リベート" in change.after) == ("控除 1", True, True)

    def test_makes_no_return_of_a_claim_when_it_refunds_nothing(self):
        document = snapshot([line()], deductions=[(DeductionKind.OTHER, STANDARD, 828)])
        assert "適格返還請求書" not in words(html(document))


class TestAHeading:
    def test_goes_across_and_has_no_figures(self):
        text = printed(heading("【直接工事費】"), line("掘削"), heading("", LineKind.BLANK), line("埋戻し"))
        assert "【直接工事費】 2026-10-05 掘削" in text
        assert "― ― ―" not in text
        assert "請求書 適格請求書 見本市" in text

    def test_does_not_count_as_a_line_but_keeps_its_place(self):
        lines = reading.read(snapshot([heading("【直接工事費】"), line("掘削")])).lines
        assert lines.count == 1
        rows = [row for slip in lines.slips for row in slip.lines]
        assert [(row.position, row.is_item, row.description) for row in rows] == [
            (1, False, "【直接工事費】"),
            (2, True, "掘削"),
        ]

    def test_is_compared_by_its_words(self):
        before, after = snapshot([heading("直接"), line()]), snapshot([heading("間接"), line()])
        (change,) = difference(before, after).lines
        assert (change.before, change.after) == ((1, "見出し 直接"), (1, "見出し 間接"))


class TestWhereNothingIsTaxed:
    @pytest.mark.parametrize("rate", [EXEMPT, EXPORT, OUTSIDE])
    @pytest.mark.parametrize("issuer", [{}, NUMBERLESS])
    def test_a_claim_is_neither_kind_of_invoice(self, rate, issuer):
        text = printed(line("診療報酬", rate=rate), issuer=issuer)
        assert "適格" not in text
        assert "区分記載" not in text
        assert ("登録番号" in text) == (not issuer), "a number is no claim by itself"

    def test_the_page_calls_it_by_its_title_alone(self):
        (kind, *_others) = reading.read(snapshot([line("診療報酬", rate=EXEMPT)])).head
        assert (kind.label, kind.texts) == ("書類", ("請求書",))

    def test_one_taxed_line_makes_it_one(self):
        assert "請求書 適格請求書 見本市" in printed(line("診療報酬", rate=EXEMPT), line("文書料"))

    def test_a_credit_note_is_no_qualified_one(self):
        back = replace(refund(Reduction.RETURNED), rate=rate_block(EXEMPT))
        text = words(html(credit_note(lines=[back])))
        assert text.startswith("返還請求書")
        assert "適格" not in text

    def test_a_refund_without_tax_makes_no_return_of_a_taxed_claim(self):
        back = replace(refund(Reduction.RETURNED), rate=rate_block(EXEMPT))
        assert "適格返還請求書" not in printed(line(), back)


class TestACreditNote:
    def test_has_dates_of_its_own(self):
        text = words(html(credit_note(transaction_date=date(2026, 10, 5), period_from=None, period_to=None)))
        assert "発行日 令和8年10月31日(2026-10-31)" in text
        assert "返還年月日 令和8年10月5日(2026-10-05)" in text
        assert "請求日" not in text
        assert "返還期間 令和8年10月1日(2026-10-01)から" in words(html(credit_note()))

    def test_that_was_issued_before_keeps_its_words(self):
        document = load(dump(replace(credit_note(), wording=1)))
        text = words(html(document))
        assert "請求日 令和8年10月31日(2026-10-31)" in text
        assert "△は返品・値引きです。" in text
        assert "発行日" not in text


class TestDecimalsThatAreCarried:
    LINES = tuple(
        replace(line(f"料金{number}", "1", "式", text), amount=int(Decimal(text)), exact_amount=Decimal(text))
        for number, text in enumerate(("1205820.55", "2503803.79"))
    )

    def document(self):
        document = snapshot(list(self.LINES))
        return replace(document, tax=replace(document.tax, amount_rounding=AmountRounding.CARRIED))

    def test_stand_on_the_lines_and_in_their_sums(self):
        text = words(html(self.document()))
        assert "1,205,820.55" in text
        assert "明細の1円未満は合計まで持ち越し、税率ごとの合計で1回だけ処理(切捨て)します。" in text
        assert reading.read(self.document()).lines.amount == "3,709,624.34"

    def test_other_roundings_of_amounts_are_said_apart_from_that_of_the_tax(self):
        document = snapshot([line()])
        own = replace(document, tax=replace(document.tax, amount_rounding=AmountRounding.HALF_UP))
        said = "明細の単価と金額は税抜です。明細の金額の1円未満は四捨五入です。消費税額は"
        assert said in words(html(own))
        assert "明細の金額の1円未満" not in words(html(document))
