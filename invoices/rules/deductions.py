"""Checks of deductions (控除)."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from invoices.enums import TaxCategory
from invoices.models import InvoiceDeduction
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import CREDIT_NOTES, QUALIFIED, RATES


def deductions(case: Case) -> Iterator[Finding]:
    """Each deduction has a tax rate that fits, a positive amount, and says what it refunds if it refunds a sale."""
    used = {line.rate_id for line in case.content.lines}
    for index, row in enumerate(case.content.deductions):
        yield from _rate(index, row, used)
        yield from _amount(index, row)
        yield from _refund(case, index, row)


def _rate(index: int, row: InvoiceDeduction, used: Collection[object]) -> Iterator[Finding]:
    """A line has the same rate, unless earlier sales are refunded or an advance (前払金), which carries no tax."""
    if row.rate is None:
        yield _error("deduction-rate-missing", _("控除の税区分を選択してください。"), "rate", index)
    elif row.original_date is not None:
        if not any(day and row.rate.holds_on(day) for day in (row.original_date, row.original_until)):
            message = _("%(rate)sは%(date)sの取引には使えません。税区分か元の取引日を直してください。")
            words = {"rate": row.rate.label, "date": row.original_date.isoformat()}
            yield _error("deduction-rate-date", message % words, "rate", index, RATES)
    elif row.rate_id not in used and row.rate.category != TaxCategory.OUTSIDE:
        yield Finding(
            "deduction-without-lines",
            Level.WARNING,
            _("控除の税区分「%(rate)s」の明細がありません。控除の税区分を確かめてください。")
            % {"rate": row.rate.label},
            "rate",
            source=QUALIFIED,
            deduction=index,
        )


def _amount(index: int, row: InvoiceDeduction) -> Iterator[Finding]:
    if row.amount is None:
        yield _error("deduction-amount-missing", _("控除額を入力してください。"), "amount", index)
    elif row.amount <= 0:
        message = _("控除額は、差し引く金額をプラスの数で入力してください。控除しないときは行を消してください。")
        yield _error("deduction-not-positive", message, "amount", index, "")


def _refund(case: Case, index: int, row: InvoiceDeduction) -> Iterator[Finding]:
    """What refunds earlier sales says what it is, and these lie before it."""
    if row.original_date is None:
        return
    if not row.description.strip():
        message = _("前の取引の返還です。控除の内容(「上期分の割戻」など)を入力してください。")
        yield _error("deduction-description-missing", message, "description", index, CREDIT_NOTES)
    if case.day is not None and row.original_date > case.day:
        message = _("元の取引日が今回の取引より後です。日付を確かめてください。")
        yield _error("deduction-original-date-later", message, "original_date", index, CREDIT_NOTES)


def _error(code: str, message: StrOrPromise, field: str, index: int, source: str = QUALIFIED) -> Finding:
    return Finding(code, Level.ERROR, message, field, source=source, deduction=index)
