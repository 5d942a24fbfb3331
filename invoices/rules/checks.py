"""All checks in their order. They read only the database, because they run in the transaction that issues."""

from collections.abc import Callable, Iterable
from datetime import datetime

from invoices.models import Content, Invoice
from invoices.rules import (
    attached_files,
    characters,
    claims_of_qualification,
    dates,
    deductions,
    department_staff,
    earlier,
    foreign,
    heading,
    issuer,
    limits,
    lines,
    old_rates,
    payment,
    reductions,
    register_status,
    unread,
    years,
)
from invoices.rules.case import Case
from invoices.rules.days import moment_of_issue
from invoices.rules.findings import Finding, Level

_CHECKS: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    unread.fields,
    heading.title,
    heading.recipient,
    department_staff.staff,
    heading.correction,
    dates.issue_date,
    dates.prepayment,
    dates.transaction_date,
    dates.period,
    dates.fiscal_year_of_work,
    dates.cut_off,
    years.limitation,
    years.fiscal_years,
    years.long_period,
    payment.account,
    payment.holder,
    issuer.signer,
    issuer.seal,
    issuer.named_persons,
    register_status.registration,
    claims_of_qualification.claims,
    foreign.reverse_charge,
    lines.lines,
    lines.slips,
    old_rates.contracts,
    reductions.lines_of_credit_notes,
    reductions.original,
    reductions.small_credit_note,
    deductions.deductions,
    limits.total,
    limits.carry_over,
    limits.withholding,
    limits.size,
    attached_files.attachments,
    earlier.duplicate,
    earlier.monthly_limit,
    characters.characters,
)
_WEIGHT = {level: weight for weight, level in enumerate(Level)}


def check(invoice: Invoice, content: Content, *, now: datetime | None = None) -> list[Finding]:
    """All findings about an invoice before it is issued: errors first, then warnings, then information.

    The number of queries does not depend on the number of lines, deductions and files.

    Args:
        invoice: A draft, saved or not, or an issued invoice.
        now: When it is issued, with a time zone. Time limits are checked for this time. None means the time that
            `moment_of_issue` gives.
    """
    case = Case.of(invoice, content, now or moment_of_issue(invoice))
    found = [finding for look in _CHECKS for finding in look(case)]
    return sorted(found, key=lambda finding: _WEIGHT[finding.level])
