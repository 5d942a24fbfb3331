"""Checks of the lines: required fields, the tax rate on the day, and the dates of returned goods."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from invoices.models import InvoiceLine
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import CREDIT_NOTES, QUALIFIED, RATES


def lines(case: Case) -> Iterator[Finding]:
    """There is a line, and each line is complete, has a valid rate, and an original date if it is a return."""
    if not case.content.lines:
        yield Finding("lines-missing", Level.ERROR, _("明細を1行以上入力してください。"), "lines", source=QUALIFIED)
    for index, line in enumerate(case.content.lines):
        yield from _missing_fields(index, line)
        yield from _rate(index, line)
        yield from _original_date(index, line, of_credit_note=case.is_credit_note)


def _missing_fields(index: int, line: InvoiceLine) -> Iterator[Finding]:
    for field, missing, message in (
        ("date", line.date is None, _("日付を入力してください。")),
        ("description", not line.description.strip(), _("品名を入力してください。")),
        ("quantity", line.quantity is None, _("数量を入力してください。")),
        ("unit_price", line.unit_price is None, _("単価を入力してください。")),
        ("rate", line.rate is None, _("税区分を選択してください。")),
    ):
        if missing:
            yield Finding(f"line-{field}-missing", Level.ERROR, message, field, index, QUALIFIED)


def _rate(index: int, line: InvoiceLine) -> Iterator[Finding]:
    """The rate is valid on the day of the line. Whether one that lasts by contract may be used, see `old_rates`."""
    day = day_of_rate(line)
    if line.rate is None or day is None or line.rate.holds_on(day) or line.rate.may_last_on(day):
        return
    yield Finding(
        "line-rate-date",
        Level.ERROR,
        _("%(rate)sは%(date)sの取引には使えません。税区分か日付を直してください。")
        % {"rate": line.rate.label, "date": day.isoformat()},
        "rate",
        index,
        RATES,
    )


def day_of_rate(line: InvoiceLine) -> date | None:
    """The day that decides the rate. A return has the rate of its original transaction."""
    return line.original_date if _is_return(line) and line.original_date else line.date


def _original_date(index: int, line: InvoiceLine, *, of_credit_note: bool) -> Iterator[Finding]:
    """Each return has an original date, which is not after the return. Other lines have none."""
    if line.original_date is None:
        if _is_return(line):
            yield Finding(
                "line-original-date-missing",
                Level.ERROR,
                _("返品の行です。元の取引日を入力してください。"),
                "original_date",
                index,
                CREDIT_NOTES,
            )
    elif line.quantity is not None and line.quantity >= 0:
        # On a credit note the quantity is wrong, and another check says so.
        if not of_credit_note:
            yield Finding(
                "line-original-date-without-return",
                Level.ERROR,
                _(
                    "元の取引日は返品の行だけに入力します。"
                    "返品なら数量をマイナスに、そうでなければ日付を消してください。"
                ),
                "original_date",
                index,
                CREDIT_NOTES,
            )
    elif line.date is not None and line.original_date > line.date:
        yield Finding(
            "line-original-date-later",
            Level.ERROR,
            _("元の取引日が返品の日付より後です。日付を確かめてください。"),
            "original_date",
            index,
            CREDIT_NOTES,
        )


def _is_return(line: InvoiceLine) -> bool:
    return line.quantity is not None and line.quantity < 0


def slips(case: Case) -> Iterator[Finding]:
    """All returns on one delivery slip (伝票) have the same original date."""
    first: dict[str, InvoiceLine] = {}
    for index, line in enumerate(case.content.lines):
        slip = line.slip_number.strip()
        if not slip or line.original_date is None:
            continue
        if first.setdefault(slip, line).original_date != line.original_date:
            yield Finding(
                "slip-with-two-original-dates",
                Level.ERROR,
                _("伝票%(slip)sの元の取引日が、ほかの行と違います。日付をそろえるか、伝票番号を分けてください。")
                % {"slip": slip},
                "original_date",
                index,
                CREDIT_NOTES,
            )
