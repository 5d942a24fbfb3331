"""The heading row of a table that was copied with its rows: which column is which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from invoices.web.supplier.forms.base import plain

_NAMES = {
    "date": "日付 月日 年月日 取引日 取引年月日 納品日 納入日 納品年月日 売上日 利用日 使用日 実施日 伝票日付 date",
    "description": "品名 品目 品目名 商品名 商品 内容 摘要 明細 件名 項目 名称 品名規格 品名・規格 品名/規格 品名摘要"
    " 品名・摘要 作業内容 工事内容 業務内容 description item",
    "quantity": "数量 数 個数 qty quantity",
    "unit": "単位 unit",
    "unit_price": "単価 税抜単価 税込単価 単価税抜 単価税込 unitprice price",
    "rate": "税区分 税率 消費税率 課税区分 適用税率 消費税区分",
    "slip_number": "伝票番号 伝票no 伝票no. 納品書番号 納品書no",
    "original_date": "元の取引日 元の取引年月日",
    "reduction": "返還の種類 返品・値引・割戻",
}
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names.split()}
# What such tables hold besides; the portal calculates it, or has no place for it.
_OTHERS = frozenset(
    {"金額", "合計", "合計金額", "小計", "税抜金額", "税込金額", "消費税", "消費税額", "税額"}
    | {"no", "no.", "#", "番号", "項番", "行", "コード", "商品コード", "品番", "備考"}
)
_IN_BRACKETS = re.compile(r"\([^()]*\)\Z")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading row says.

    Attributes:
        columns: For each cell the field of a line; empty for what is not taken.
        left_out: The names of the columns that are not taken.
        says_inclusive: Whether it calls the unit prices tax-inclusive.
    """

    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    says_inclusive: bool


def heading_of(cells: Sequence[str]) -> Heading | None:
    """The row as a heading; None for a row that is none.

    Two known names make a heading, and so does a single column with one. Of two columns with one meaning the first
    counts.
    """
    names = [plain(cell) for cell in cells]
    columns: list[str] = []
    for name in names:
        column = _column(name)
        columns.append("" if column in columns else column)
    known = sum(map(bool, columns))
    written = [name for name in names if name]
    if not known or (known < 2 and not all(_column(name) or _bare(name) in _OTHERS for name in written)):
        return None
    left_out = tuple(cell for cell, column in zip(cells, columns, strict=True) if cell.strip() and not column)
    prices = (name for name, column in zip(names, columns, strict=True) if column == "unit_price")
    return Heading(tuple(columns), left_out, any("税込" in name for name in prices))


def _column(name: str) -> str:
    return _COLUMN_OF.get(name) or _COLUMN_OF.get(_bare(name), "")


def _bare(name: str) -> str:
    return _IN_BRACKETS.sub("", name)
