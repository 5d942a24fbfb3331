"""The document as HTML, from the snapshot alone.

The text of a document is Japanese by nature and not a matter of the reader's language, so nothing here is translated:
the same snapshot gives the same page whoever asks for it.
"""

import re
import unicodedata
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from invoices.documents.ledger import Column, Ledger, lay_out
from invoices.documents.snapshot import Snapshot
from invoices.enums import PriceMode, Rounding
from portal.lib.calendar import to_wareki
from portal.lib.yen import format_yen_triangle

STANDARD = "standard"
LAYOUTS = {STANDARD: "invoices/document/standard.html"}

# In half-width columns of the document's small print; the style sheet of the layout counts on them.
_PAGE_COLUMNS = 116
_RATE_COLUMNS = 76

_NO_POSITION = frozenset({"", "無", "なし", "役職なし"})
_ROUNDING = {Rounding.FLOOR: "切捨て", Rounding.HALF_UP: "四捨五入", Rounding.CEIL: "切上げ"}
_VOICED_KANA = re.compile("[\u3041-\u30ff][\u3099\u309a]")
_MISSING = "―"


def html(snapshot: Snapshot, draft: bool = False, layout: str = STANDARD) -> str:
    """The whole document as one HTML page, without its style sheet.

    Args:
        draft: Marked 見本, without number and check code; so is every snapshot that has no number.
    """
    printed = _clean(snapshot)
    return render_to_string(LAYOUTS[layout], _sheet(printed, draft or printed["number"] is None))


def _sheet(printed: dict[str, Any], draft: bool) -> dict[str, Any]:
    """What the template shows, in words and padded lines; nothing is left to decide there."""
    lines, tax, issuer = printed["lines"], printed["tax"], printed["issuer"]
    return {
        "draft": draft,
        "invoice": printed,
        "kind": _kind(issuer, lines),
        "number": None if draft else printed["number"],
        "check_code": None if draft else printed["check_code"],
        "issue_date": _both_calendars(printed["issue_date"]),
        "transaction": _transaction(printed),
        "replaced": _replaced(printed["replaces"]),
        "total": format_yen_triangle(tax["total"]),
        "rates": _rate_ledger(tax),
        "lines": _line_ledger(lines),
        "has_reduced": any(_is_reduced(line) for line in lines),
        "has_returns": any(line["amount"] < 0 for line in lines),
        "price_mode": "税込" if tax["price_mode"] == PriceMode.INCLUSIVE else "税抜",
        "rounding": _ROUNDING[Rounding(tax["rounding"])],
        "people": [
            {**person, "role": role, "title": "無" if person["title"] in _NO_POSITION else person["title"]}
            for role, person in (("発行責任者", printed["responsible"]), ("本件担当者", printed["contact"]))
            if person
        ],
    }


def _kind(issuer: dict[str, Any], lines: list[dict[str, Any]]) -> str:
    """What the document is in the terms of the Consumption Tax Act.

    Only a registered issuer's may be called 適格請求書 (消費税法57条の5).
    """
    if not issuer["registration_number"]:
        return "区分記載請求書"
    returns = [line for line in lines if line["original_date"]]
    if not returns:
        return "適格請求書"
    return "適格返還請求書" if len(returns) == len(lines) else "適格請求書・適格返還請求書"


def _rate_ledger(tax: dict[str, Any]) -> Ledger:
    columns = (
        Column("税率・区分"),
        Column("税抜金額", figures=True, least=15),
        Column("消費税額", figures=True, least=15),
        Column("税込金額", figures=True, least=15),
    )
    return lay_out(columns, [*map(_rate_cells, tax["rates"]), _total_cells(tax)], width=_RATE_COLUMNS, elastic=0)


def _rate_cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (row["rate"]["label"], *map(format_yen_triangle, (row["base"], row["tax"], row["gross"])))


def _total_cells(tax: dict[str, Any]) -> tuple[str, ...]:
    return ("合計", *map(format_yen_triangle, (tax["net"], tax["tax"], tax["total"])))


def _line_ledger(lines: list[dict[str, Any]]) -> Ledger:
    columns = (
        Column("日付"),
        Column("品名"),
        Column("数量", figures=True, least=8),
        Column("単位", least=4, most=10),
        Column("単価", figures=True, least=10),
        Column("税率", figures=True, least=6, most=12),
        Column("金額", figures=True, least=12),
    )
    return lay_out(columns, [_line_cells(line) for line in lines], width=_PAGE_COLUMNS, elastic=1)


def _line_cells(line: dict[str, Any]) -> tuple[str, ...]:
    description = line["description"] + (" ※" if _is_reduced(line) else "")
    if line["original_date"]:
        description += f"\n(返品 元取引日 {_slashes(line['original_date'])})"
    return (
        _slashes(line["date"]),
        description,
        _figure(line["quantity"]),
        line["unit"],
        _figure(line["unit_price"]),
        _rate_mark(line["rate"]),
        format_yen_triangle(line["amount"]),
    )


def _rate_mark(rate: dict[str, Any] | None) -> str:
    if rate is None:
        return _MISSING
    return f"{rate['percent']}%" if rate["category"] == "taxable" else str(rate["label"])


def _is_reduced(line: dict[str, Any]) -> bool:
    return bool(line["rate"] and line["rate"]["reduced"])


def _figure(number: str | None) -> str:
    """A decimal with thousands commas, and △ for minus: `1,620.5`, `△10`."""
    if number is None:
        return _MISSING
    whole, point, fraction = number.removeprefix("-").partition(".")
    return f"{'△' if number.startswith('-') else ''}{int(whole):,d}{point}{fraction}"


def _both_calendars(day: str | None) -> str:
    return f"{to_wareki(date.fromisoformat(day))}({_slashes(day)})" if day else _MISSING


def _slashes(day: str | None) -> str:
    return day.replace("-", "/") if day else _MISSING


def _transaction(printed: dict[str, Any]) -> dict[str, str]:
    """The transaction date, or the period that a combined invoice covers."""
    first, last = printed["period_from"], printed["period_to"]
    if first or last:
        return {"heading": "取引期間      ", "text": f"{_both_calendars(first)}から\n{_both_calendars(last)}まで"}
    return {"heading": "取引年月日    ", "text": _both_calendars(printed["transaction_date"])}


def _replaced(replaces: dict[str, Any] | None) -> str:
    if replaces is None:
        return ""
    return f"本書は{_both_calendars(replaces['issue_date'])}の請求書({replaces['number']})を修正したものです。"


def _clean(value: Any) -> Any:
    """The same content with spaces for tabs and without the spellings that fonts trip over.

    Kana with a separate voicing mark (か and ゛, as some systems store が) become one character. Other characters stay
    as they are, since Unicode's normalization would replace variants of names (﨑, 神) by their common forms.
    """
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        return _VOICED_KANA.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), text)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
