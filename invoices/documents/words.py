"""How a document says things: dates in both calendars, figures, titles.

The text of a document is Japanese by nature and not a matter of the reader's language, so nothing here is translated:
the same snapshot gives the same page whoever asks for it.
"""

import re
import unicodedata
from datetime import date
from typing import Any

from invoices.documents.snapshot import Snapshot
from invoices.enums import InvoiceKind, PriceMode, Rounding, TaxUnit
from portal.lib.calendar import to_wareki
from portal.lib.yen import format_yen_triangle

MISSING = "―"
ROUNDING = {Rounding.FLOOR: "切捨て", Rounding.HALF_UP: "四捨五入", Rounding.CEIL: "切上げ"}
PRICE_MODE = {PriceMode.EXCLUSIVE: "税抜", PriceMode.INCLUSIVE: "税込"}
_NO_POSITION = frozenset({"", "無", "なし", "役職なし"})
_MARKED = re.compile("[\u3041-\u30ff][\u3099\u309a]|[A-Za-z\u00c0-\u024f\u1e00-\u1eff][\u0300-\u036f]+")
# Hyphens of word processors, of a width of their own; and a place to break a word, which is no character at all.
_LINE_BREAKING = str.maketrans({"\u2011": "-", "\u2012": "-", "\u00ad": None})


def title(snapshot: Snapshot) -> str:
    """The title by kind; only a registered issuer's returns may be called 適格返還請求書 (消費税法57条の5)."""
    if snapshot["kind"] != InvoiceKind.CREDIT_NOTE:
        return "請求書"
    return "適格返還請求書" if snapshot["issuer"]["registration_number"] else "返還請求書"


def certificate_title(snapshot: Snapshot) -> str:
    return f"{title(snapshot)}到達証明書"


def total_label(snapshot: Snapshot) -> str:
    return "返還金額" if snapshot["kind"] == InvoiceKind.CREDIT_NOTE else "請求金額"


def legal_kind(snapshot: Snapshot) -> str:
    """What the document is in the terms of the Consumption Tax Act.

    Only a registered issuer's may be called 適格請求書 (消費税法57条の5). For the returns of others it has no name.
    """
    if snapshot["kind"] == InvoiceKind.CREDIT_NOTE and not snapshot["issuer"]["registration_number"]:
        return title(snapshot)
    if not snapshot["issuer"]["registration_number"]:
        return "区分記載請求書"
    lines = snapshot["lines"]
    returns = [line for line in lines if line["original_date"]]
    if not returns:
        return "適格請求書"
    return "適格返還請求書" if len(returns) == len(lines) else "適格請求書・適格返還請求書"


def both_calendars(day: str | None) -> str:
    return f"{to_wareki(date.fromisoformat(day))}({day})" if day else MISSING


def yen(amount: int) -> str:
    return f"{format_yen_triangle(amount)}円"


def figure(number: str | None) -> str:
    """A decimal with thousands commas, and △ for minus: `1,620.5`, `△10`."""
    if number is None:
        return MISSING
    whole, point, fraction = number.removeprefix("-").partition(".")
    return f"{'△' if number.startswith('-') else ''}{int(whole):,d}{point}{fraction}"


def rate_mark(rate: dict[str, Any] | None) -> str:
    if rate is None:
        return MISSING
    return f"{rate['percent']}%" if rate["category"] == "taxable" else str(rate["label"])


def is_reduced(line: dict[str, Any]) -> bool:
    return bool(line["rate"] and line["rate"]["reduced"])


def transaction(snapshot: Snapshot) -> tuple[str, str]:
    """The transaction date, or the period that a combined invoice covers, with its name."""
    first, last = snapshot["period_from"], snapshot["period_to"]
    if first or last:
        return "取引期間", f"{both_calendars(first)}から\n{both_calendars(last)}まで"
    return "取引年月日", both_calendars(snapshot["transaction_date"])


def position(text: str) -> str:
    """An office as cities want to read it: somebody without one is 無."""
    return "無" if text in _NO_POSITION else text


def rounding(tax: dict[str, Any]) -> str:
    """How the figures came about."""
    mode, how = PRICE_MODE[PriceMode(tax["price_mode"])], ROUNDING[Rounding(tax["rounding"])]
    often = "明細ごとに" if tax["unit"] == TaxUnit.LINE else "税率ごとに1回で"
    return f"明細の単価と金額は{mode}です。消費税額は{often}計算し、1円未満は{how}です。"


def clean(value: Any) -> Any:
    """The same content with spaces for tabs and without the spellings that fonts trip over.

    Kana with a separate voicing mark (か and ゛, as some systems store が) become one character, and so do Latin
    letters with accents of their own. Other characters stay as they are, since Unicode's normalization would replace
    variants of names (﨑, 神) by their common forms.
    """
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        text = text.translate(_LINE_BREAKING)
        return _MARKED.sub(lambda marked: unicodedata.normalize("NFC", marked[0]), text)
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return value
