"""What the checks say to the department that reads an invoice."""

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
        "issuer-not-registered",
        "issuer-not-registered-for-enterprise",
        "possible-duplicate",
        "fiscal-year-closed",
        "closing-period",
        "past-cut-off",
        "line-date-outside-period",
        "holder-differs",
        "proxy-letter",
        "withholding-base-above-net",
        "withholding-of-corporation",
        "rate-base-negative",
        "credit-note-above-original",
        "credit-note-of-later-sale",
        "credit-note-rate-not-claimed",
        "credit-note-original-withdrawn",
    }
)
"""What concerns whoever pays. The rest is between the supplier and the editor."""
_FOR_BOTH = frozenset({"possible-duplicate"})
"""Messages that name more than the rule's meaning, and tell the department what to do as well."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding in words for the department."""

    code: str
    level: Level
    text: str
    source: str


def remarks(invoice: Invoice) -> Sequence[Remark]:
    """The findings of today that concern the recipient of an issued invoice, the heaviest first.

    They are found anew: the register may have answered since the issue, and a second invoice may have come. What was
    found on several lines is one remark that names them.
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
