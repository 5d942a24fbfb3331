"""Findings for the department that has received an invoice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from invoices.models import Invoice, content_of
from invoices.rules.catalogue import CODES
from invoices.rules.checks import check
from invoices.rules.findings import Level

OF_INTEREST = frozenset(
    {
        "registration-not-in-register",
        "registration-of-another-name",
        "registration-unchecked",
        "registration-number-digit",
        "joint-venture-before-notice",
        "issuer-not-registered",
        "issuer-not-registered-for-enterprise",
        "possible-duplicate",
        "fiscal-year-closed",
        "closing-period",
        "past-cut-off",
        "line-date-outside-period",
        "holder-differs",
        "holder-must-match",
        "proxy-letter",
        "withholding-base-above-net",
        "withholding-of-corporation",
        "withholding-of-foreigner",
        "withholding-of-partial-return",
        "rate-base-negative",
        "credit-note-above-original",
        "credit-note-of-later-sale",
        "credit-note-rate-not-claimed",
        "credit-note-original-withdrawn",
    }
)
"""Codes of the findings that matter to the city that pays. The others matter only to the supplier."""
_FOR_BOTH = frozenset({"possible-duplicate"})
"""Codes whose message is useful for the department too, because it says more than the meaning of the rule."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding, in words for the department."""

    code: str
    level: Level
    text: str
    source: str


def remarks(invoice: Invoice) -> Sequence[Remark]:
    """The findings of today that matter to the recipient of an issued invoice, the most serious first.

    The checks run again, because the register may have answered since the issue, or a second invoice may have arrived.
    The same finding on several lines becomes one remark with the numbers of the lines.
    """
    lines: dict[Remark, list[int]] = {}
    for finding in check(invoice, content_of(invoice)):
        if finding.code in OF_INTEREST:
            text = finding.message if finding.code in _FOR_BOTH else CODES[finding.code].meaning
            remark = Remark(finding.code, finding.level, str(text), finding.source)
            lines.setdefault(remark, []).extend([] if finding.line is None else [finding.line + 1])
    return [
        replace(
            remark, text=_("%(text)s(%(lines)s行目)") % {"text": remark.text, "lines": "、".join(map(str, numbers))}
        )
        if numbers
        else remark
        for remark, numbers in lines.items()
    ]
