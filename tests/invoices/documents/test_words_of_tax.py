"""What a document says of tax: rates that look alike are told apart, and where nothing is taxed it speaks of none."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dev.sample_documents import RECEIVED, credit_note, line, snapshot
from dev.sample_rates import EXEMPT, EXPORT, OLD_8, OUTSIDE, REDUCED, STANDARD
from invoices.documents import reading
from invoices.documents.difference import difference
from invoices.documents.pdf.layouts.receipt import receipt
from invoices.documents.pdf.render import html
from invoices.documents.schema import FrozenDocument, dump, load
from invoices.documents.snapshot import rate_block
from invoices.enums import AmountRounding, DeductionKind, InvoiceKind, Layout, Reduction
from tests.invoices.documents.reading import words

OF_TAX = ("税込", "税抜", "消費税")


class TestTwoRatesOfEightPerCent:
    BOTH = (line("弁当", rate=REDUCED), line("リース料", rate=OLD_8), line("文具", rate=STANDARD))

    def test_are_told_apart_on_each_line_of_the_document(self):
        text = words(html(snapshot(self.BOTH)))
        assert "弁当 ※ 1 式 10,000 8% 10,000" in text
        assert "リース料 1 式 10,000 8%(旧税率) 10,000" in text
        assert "文具 1 式 10,000 10% 10,000" in text
        assert "※は軽減税率対象品目です。" in text

    def test_are_told_apart_in_the_sums_of_the_rates_and_on_the_page(self):
        read = reading.read(snapshot(self.BOTH))
        labels = [row.label for row in read.amounts.rates]
        assert len(set(labels)) == 3
        assert [row.rate for slip in read.lines.slips for row in slip.lines] == [
            "課税 8%(軽減)",
            "課税 8%(旧税率)",
            "課税 10%",
        ]

    def test_that_were_issued_before_keep_their_words(self):
        text = words(html(load(dump(replace(snapshot(self.BOTH), wording=3)))))
        assert "リース料 1 式 10,000 8% 10,000" in text

    def test_a_change_from_one_to_the_other_is_a_difference(self):
        found = difference(snapshot([line(rate=REDUCED)]), snapshot([line(rate=OLD_8)]))
        assert found.lines


def untaxed(**changes: object) -> FrozenDocument:
    return snapshot([line("診療報酬", rate=EXEMPT), line("保証金", rate=OUTSIDE)], **changes)


def everything_read(document: FrozenDocument) -> str:
    return repr(reading.read(document))


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("rate", [EXEMPT, EXPORT, OUTSIDE])
def test_where_nothing_is_taxed_no_word_speaks_of_tax(rate, layout):
    document = snapshot([line(rate=rate, slip="A"), line(rate=rate, slip="A")] * 30, layout=layout)
    text = words(html(document)) + everything_read(document)
    assert [word for word in OF_TAX if word in text] == []
    assert f"請求金額 {document.tax.total:,}円" in text


@pytest.mark.parametrize("amounts", [AmountRounding.CARRIED, AmountRounding.HALF_UP])
def test_nor_does_what_is_said_of_rounding_and_of_deductions(amounts):
    document = untaxed(deductions=[(DeductionKind.BASIC, EXEMPT, 500)])
    document = replace(document, tax=replace(document.tax, amount_rounding=amounts))
    text = words(html(document)) + everything_read(document)
    assert [word for word in OF_TAX if word in text] == []
    assert "1円未満" in text
    assert "控除の内訳:非課税 基本控除 △500円" in text


def test_an_untaxed_deduction_beside_taxed_lines_is_not_called_without_tax():
    lines = [line("清掃"), line("保証金", rate=OUTSIDE)]
    outside = snapshot(lines, deductions=[(DeductionKind.BASIC, OUTSIDE, 500)])
    assert "控除の内訳:不課税 基本控除 △500円" in words(html(outside))
    both = snapshot(lines, deductions=[(DeductionKind.BASIC, OUTSIDE, 500), (DeductionKind.BASIC, STANDARD, 300)])
    assert "控除の内訳(税抜):" in words(html(both))


def test_nor_does_a_credit_note_or_a_certificate():
    back = replace(line("診療報酬", "-1", rate=EXEMPT, original="2026-09-30"), reduction=Reduction.RETURNED)
    note = credit_note(lines=[back])
    assert note.kind == InvoiceKind.CREDIT_NOTE
    text = words(html(note)) + everything_read(note)
    assert [word for word in OF_TAX if word in text] == []
    assert "返還金額 △10,000円" in text
    assert "税込" not in repr(receipt(untaxed(), RECEIVED))


def test_nor_does_the_comparison_of_two_of_them():
    before, after = untaxed(), snapshot([line("診療報酬", rate=EXEMPT), line("保証金", "2", rate=OUTSIDE)])
    labels = {change.label for change in difference(before, after).items}
    assert {label for label in labels if any(word in label for word in OF_TAX)} == set()
    assert {"不課税 金額", "請求金額"} <= labels


def test_one_taxed_line_brings_them_back():
    document = snapshot([line("診療報酬", rate=EXEMPT), line("文書料")])
    text = words(html(document))
    assert "(税込)" in text
    assert "税抜金額 消費税額 税込金額" in text
    assert "消費税額は税率ごとに1回で計算し" in text


def test_what_was_issued_before_keeps_them():
    text = words(html(load(dump(replace(untaxed(), wording=3)))))
    assert "20,000円 (税込)" in text
    assert "消費税額は税率ごとに1回で計算し" in text


def test_as_long_as_no_line_is_written_it_is_taken_for_a_taxed_one():
    empty = snapshot([])
    assert empty.tax.rates == ()
    assert "0円 (税込)" in words(html(empty))


def test_the_amount_of_a_rate_is_the_sum_of_its_lines():
    (row, *_others) = reading.read(untaxed()).amounts.rates
    assert row.cells == (("金額", "10,000"),)
    assert Decimal(row.amounts[0].replace(",", "")) == 10_000
    assert rate_block(EXEMPT).label == row.label
