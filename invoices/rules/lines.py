"""Checks of the lines: required fields, the tax rate on the day, and what refunds an earlier sale."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from invoices.enums import LineKind, Reduction, TaxCategory
from invoices.models import Invoice, InvoiceLine
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import CREDIT_NOTES, QUALIFIED, RATES


def lines(case: Case) -> Iterator[Finding]:
    """There is a line, and each line is complete, has a valid rate, and says what it refunds if it refunds a sale.

    Headings and blank rows have nothing that could be missing but a heading's words.
    """
    if not any(line.kind == LineKind.ITEM for line in case.content.lines):
        yield Finding("lines-missing", Level.ERROR, _("明細を1行以上入力してください。"), "lines", source=QUALIFIED)
    for index, line in enumerate(case.content.lines):
        if line.kind == LineKind.ITEM:
            yield from _missing_fields(case, index, line)
            yield from _rate(case.invoice, index, line)
            yield from _refund(case, index, line)
        elif line.kind == LineKind.HEADING and not line.description.strip():
            yield Finding(
                "line-heading-empty",
                Level.ERROR,
                _("見出しの言葉を品名に入力してください。空けておくときは、行の種類を「空行」にします。"),
                "description",
                index,
            )


def _missing_fields(case: Case, index: int, line: InvoiceLine) -> Iterator[Finding]:
    """What a line lacks. Without a date it lies on the day or in the period of the invoice."""
    invoice = case.invoice
    undated = invoice.transaction_date is None and None in (invoice.period_from, invoice.period_to)
    for field, missing, message in (
        ("date", line.date is None and undated, _("日付を入力してください。")),
        ("description", not line.description.strip(), _("品名を入力してください。")),
        ("quantity", line.quantity is None, _("数量を入力してください。")),
        ("unit_price", line.unit_price is None, _("単価を入力してください。")),
        ("rate", line.rate is None, _("税区分を選択してください。")),
    ):
        if missing:
            yield Finding(f"line-{field}-missing", Level.ERROR, message, field, index, _SOURCES.get(field, QUALIFIED))


# 57条の4① asks for what was supplied, when, at which rate and for how much in all, but not for what one of it costs.
_SOURCES = {"quantity": "", "unit_price": ""}


def _rate(invoice: Invoice, index: int, line: InvoiceLine) -> Iterator[Finding]:
    """The rate is valid on the day of the line. Whether one that lasts by contract may be used, see `old_rates`.

    Of a period, and of a line without a date, one day is enough: the line does not say on which of them it was.
    """
    days = days_of_rate(invoice, line)
    if line.rate is None or not days or any(line.rate.holds_on(day) or line.rate.may_last_on(day) for day in days):
        return
    yield Finding(
        "line-rate-date",
        Level.ERROR,
        _("%(rate)sは%(date)sの取引には使えません。税区分か日付を直してください。")
        % {"rate": line.rate.label, "date": days[0].isoformat()},
        "rate",
        index,
        RATES,
    )


def days_of_rate(invoice: Invoice, line: InvoiceLine) -> list[date]:
    """The days of which one decides the rate. A refund has the rate of its original transaction."""
    if reduces(line) and line.original_date:
        days = [line.original_date, line.original_until]
    elif line.date is not None:
        days = [line.date]
    else:
        days = [invoice.transaction_date, invoice.period_from, invoice.period_to]
    return [day for day in days if day is not None]


def _refund(case: Case, index: int, line: InvoiceLine) -> Iterator[Finding]:
    """What refunds an earlier sale is negative, and says why and of which day; what is not negative refunds none.

    A negative line of a claim that says neither is a deduction from what is claimed itself. On a credit note all lines
    refund an earlier sale, but for those that were the price of nothing (不課税), as deposits and advances. That each
    is negative another check says.
    """
    refunds = bool(line.original_date or line.reduction)
    if reduces(line):
        if refunds or (case.is_credit_note and not _is_no_price(line)):
            yield from _incomplete_refund(case, index, line)
    elif refunds and line.quantity is not None and line.unit_price is not None and not case.is_credit_note:
        yield Finding(
            "line-original-date-without-refund",
            Level.ERROR,
            _(
                "返還の種類と元の取引日は、金額がマイナスの行だけに入力します。"
                "返品・値引・割戻なら数量か単価をマイナスに、そうでなければどちらも消してください。"
            ),
            "original_date" if line.original_date else "reduction",
            index,
            CREDIT_NOTES,
        )


def _is_no_price(line: InvoiceLine) -> bool:
    return line.rate is not None and line.rate.category == TaxCategory.OUTSIDE


def _incomplete_refund(case: Case, index: int, line: InvoiceLine) -> Iterator[Finding]:
    if line.reduction == Reduction.NONE:
        yield Finding(
            "line-reduction-missing",
            Level.ERROR,
            _("返品・値引・割戻のどれかを、返還の種類で選択してください。"),
            "reduction",
            index,
            CREDIT_NOTES,
        )
    if line.original_date is None:
        yield Finding(
            "line-original-date-missing",
            Level.ERROR,
            _("前の取引の返還です。元の取引日を入力してください。「2026年9月」のように月や期間でも構いません。"),
            "original_date",
            index,
            CREDIT_NOTES,
        )
    else:
        yield from _refund_before_the_sale(case, index, line)


def _refund_before_the_sale(case: Case, index: int, line: InvoiceLine) -> Iterator[Finding]:
    """Nothing comes back before it was sold, unless it was paid ahead (前払) and then given up.

    Of an original that was issued elsewhere nobody knows whether it was.
    """
    invoice, day = case.invoice, line.date
    if case.is_credit_note:
        day = day or invoice.transaction_date or invoice.period_to
    if day is None or line.original_date is None or line.original_date <= day:
        return
    if case.is_credit_note and invoice.original is not None and invoice.original.prepayment:
        return
    elsewhere = case.is_credit_note and invoice.original is None
    yield Finding(
        "line-original-date-later",
        Level.WARNING if elsewhere else Level.ERROR,
        _("元の取引日が返還の日付より後です。前払したものの取りやめでなければ、日付を直してください。")
        if elsewhere
        else _("元の取引日が返還の日付より後です。日付を確かめてください。"),
        "original_date",
        index,
        CREDIT_NOTES,
    )


def reduces(line: InvoiceLine) -> bool:
    """Whether its amount is below zero, whichever of its factors is; an amount that rounds to nothing counts too."""
    if line.quantity is None or line.unit_price is None:
        return False
    return line.quantity * line.unit_price < 0


def slips(case: Case) -> Iterator[Finding]:
    """All refunds on one delivery slip (伝票) have the same original date or period."""
    first: dict[str, InvoiceLine] = {}
    for index, line in enumerate(case.content.lines):
        slip = line.slip_number.strip()
        if not slip or line.original_date is None:
            continue
        known = first.setdefault(slip, line)
        if (known.original_date, known.original_until) != (line.original_date, line.original_until):
            yield Finding(
                "slip-with-two-original-dates",
                Level.ERROR,
                _("伝票%(slip)sの元の取引日が、ほかの行と違います。日付をそろえるか、伝票番号を分けてください。")
                % {"slip": slip},
                "original_date",
                index,
                CREDIT_NOTES,
            )
