"""What the checks say to the department that reads an invoice."""

from collections.abc import Sequence
from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

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
        "return-above-original",
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
    text: StrOrPromise
    source: str


def remarks(invoice: Invoice) -> Sequence[Remark]:
    """The findings of today that concern the recipient of an issued invoice, the heaviest first.

    They are found anew: the register may have answered since the issue, and a second invoice may have come.
    """
    return [
        Remark(
            code=finding.code,
            level=finding.level,
            text=finding.message if finding.code in _FOR_BOTH else CODES[finding.code].meaning,
            source=finding.source,
        )
        for finding in check(invoice, content_of(invoice))
        if finding.code in OF_INTEREST
    ]
