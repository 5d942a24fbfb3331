"""Tax rates by the names that people give them in their own tables."""

import re
from collections.abc import Sequence
from decimal import Decimal

from invoices.enums import TaxCategory
from invoices.models import TaxRate
from invoices.web.supplier.forms.base import plain

_CATEGORIES = {
    TaxCategory.OUTSIDE: ("対象外", "課税対象外", "課対外", "不課税", "不課税取引"),
    TaxCategory.EXEMPT: ("非課税", "非課税取引", "非課"),
    TaxCategory.EXPORT: ("免税", "輸出免税", "免税取引"),
}
_CATEGORY_OF = {name: category for category, names in _CATEGORIES.items() for name in names}
_RATE = re.compile(
    r"(?:税率|消費税|課税|税)?(?P<before>軽減税率|軽減|軽|標準税率|標準|旧税率|旧|※|\*)?[(:]?"
    r"(?P<number>[0-9]{1,2}(?:\.[0-9]{1,2})?)?(?P<sign>%)?(?:対象|課税)?"
    r"[(]?(?P<after>軽減税率|軽減|軽|標準税率|標準|旧税率|旧|※|\*)?(?:対象)?[)]?"
)


def rate_named(text: str, of_the_day: Sequence[TaxRate], others: Sequence[TaxRate]) -> TaxRate | None:
    """The rate of this name, if there is exactly one.

    The whole label on any day; a meaning (`軽減8%`, `10％`, `0.1`, `対象外`) or the beginning of a label among those of
    the day. 旧 may mean one of the others.
    """
    typed = plain(text)
    if not typed:
        return None
    same = [rate for rate in (*of_the_day, *others) if plain(rate.label) == typed]
    alike = [rate for rate in of_the_day if plain(rate.label).startswith(typed)]
    found = same or _meant(typed, of_the_day, others) or alike
    return found[0] if len(found) == 1 else None


def _meant(typed: str, of_the_day: Sequence[TaxRate], others: Sequence[TaxRate]) -> list[TaxRate]:
    if category := _CATEGORY_OF.get(typed):
        return [rate for rate in of_the_day if rate.category == category]
    match = _RATE.fullmatch(typed)
    if match is None or not (match["number"] or match["before"] or match["after"]):
        return []
    words = (match["before"] or "") + (match["after"] or "")
    taxable = [rate for rate in of_the_day if rate.category == TaxCategory.TAXABLE]
    if "旧" in words:
        taxable += [rate for rate in others if rate.category == TaxCategory.TAXABLE]
        taxable = [rate for rate in taxable if not rate.reduced and rate.valid_to is not None]
    elif "標準" in words:
        taxable = [rate for rate in taxable if not rate.reduced]
    elif words:
        taxable = [rate for rate in taxable if rate.reduced]
    if match["number"]:
        percent = Decimal(match["number"])
        # A spreadsheet keeps 10% as 0.1 and copies it so from a cell without a format.
        percent = percent * 100 if percent < 1 and not match["sign"] else percent
        taxable = [rate for rate in taxable if rate.percent == percent]
    return taxable
