"""The page of an issued invoice says in words what its document prints, for supplier and city alike."""

import re

import pytest

from invoices.lifecycle import issuing
from tests import factories
from tests.pages import on_one_line


@pytest.fixture
def page_of(request, at_supplier, at_accounts, new_draft, supplier_owner):
    """The page of an invoice with these lines, as its supplier and as the city reads it."""

    def read_page(side: str, lines: int) -> str:
        draft = new_draft(lines=tuple(factories.line_input() for _n in range(lines)))
        issued = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        invoice = factories.deliver(issued)
        visitor, route = {"supplier": (at_supplier, "invoices:detail"), "city": (at_accounts, "review:detail")}[side]
        return visitor.ask(route, invoice.pk).content.decode()

    return read_page


@pytest.mark.django_db
@pytest.mark.parametrize("side", ["supplier", "city"])
class TestThePage:
    def test_has_a_real_table_of_the_lines(self, page_of, side):
        page = on_one_line(page_of(side, 2))
        table = page[page.index('<table class="table table--cards table--compact table--frozen">') :]
        table = table[: table.index("</table>")]
        assert "2行（単価と金額は税抜、単位は円）</caption>" in table
        headings = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', table)
        assert headings == ["行", "日付", "品名", "数量", "単位", "単価", "税率", "金額"]
        assert re.findall(r'<th scope="row"[^>]*>([^<]*)</th>', table) == ["A4コピー用紙"] * 2 + ["明細の計（税抜）"]
        assert re.findall(r'<td data-label="金額" data-align="end">([^<]*)</td>', table) == ["1,620", "1,620", "3,240"]
        assert "<details" not in table

    def test_folds_many_lines_and_counts_them(self, page_of, side):
        page = page_of(side, 31)
        start = page.index('<details class="disclosure" id="lines">')
        assert "明細 31行を表示" in page[start : page.index("</summary>", start)]
        assert page.index("table--frozen") > start
        assert page[start:].count('<th scope="row" data-label="品名">') == 31

    def test_tells_everything_once(self, page_of, side):
        page = page_of(side, 1)
        for shown in ("7123456789012", "鹿児島銀行（", "柏木 一（役職 部長）", "請求の内容", "代表取締役 宮園 太郎"):
            assert page.count(shown) == 1
