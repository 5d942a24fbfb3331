"""Checks of deductions (控除)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import QUALIFIED


def deductions(case: Case) -> Iterator[Finding]:
    """Each deduction has a tax rate that a line has too, and a positive amount."""
    used = {line.rate_id for line in case.content.lines}
    for index, row in enumerate(case.content.deductions):
        if row.rate is None:
            yield Finding(
                "deduction-rate-missing",
                Level.ERROR,
                _("控除の税区分を選択してください。"),
                "rate",
                source=QUALIFIED,
                deduction=index,
            )
        elif row.rate_id not in used:
            yield Finding(
                "deduction-without-lines",
                Level.WARNING,
                _("控除の税区分「%(rate)s」の明細がありません。控除の税区分を確かめてください。")
                % {"rate": row.rate.label},
                "rate",
                source=QUALIFIED,
                deduction=index,
            )
        if row.amount is None:
            yield Finding(
                "deduction-amount-missing",
                Level.ERROR,
                _("控除額を入力してください。"),
                "amount",
                source=QUALIFIED,
                deduction=index,
            )
        elif row.amount <= 0:
            yield Finding(
                "deduction-not-positive",
                Level.ERROR,
                _("控除額は、差し引く金額をプラスの数で入力してください。控除しないときは行を消してください。"),
                "amount",
                deduction=index,
            )
