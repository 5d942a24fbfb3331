"""A draft under examination."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import MunicipalityPolicy, policy_of
from invoices.amounts import totals_of
from invoices.documents import schema
from invoices.enums import InvoiceKind
from invoices.models import Content, Invoice
from invoices.rules.days import transaction_day
from invoices.rules.facts import Issuer, Sums
from invoices.rules.sources import ACCOUNTING_RULES
from portal.lib.calendar import jst_date


@dataclass(frozen=True, slots=True)
class Case:
    """A draft, and what more than one check asks of it.

    Attributes:
        policy: The city's; the usual one as long as no department is chosen.
        issuer: Who claims; of an issued invoice as it was printed.
        totals: None as long as there is no line, or a line without a rate; of an issued invoice as they were printed.
        day: The day of the transaction.
        effective_at: When the claim really goes out, whatever date is typed on it.
    """

    invoice: Invoice
    content: Content
    policy: MunicipalityPolicy
    issuer: Issuer
    totals: Sums | None
    day: date | None
    effective_at: datetime

    @classmethod
    def of(cls, invoice: Invoice, content: Content, effective_at: datetime) -> "Case":
        department = invoice.department
        frozen = schema.load(invoice.snapshot) if invoice.snapshot else None
        return cls(
            invoice=invoice,
            content=content,
            policy=policy_of(department.municipality) if department else MunicipalityPolicy(),
            issuer=Issuer.of(invoice, frozen),
            totals=_sums(invoice, content) if frozen is None else Sums.frozen(frozen),
            day=transaction_day(invoice, content),
            effective_at=effective_at,
        )

    @property
    def effective_day(self) -> date:
        """The day in Japan on which it goes out."""
        return jst_date(self.effective_at)

    @property
    def is_credit_note(self) -> bool:
        """Whether it is a credit note (適格返還請求書), by which nothing is claimed."""
        return self.invoice.kind == InvoiceKind.CREDIT_NOTE

    def policy_source(self, field: str) -> str:
        """The name of a rule of the city: 「見本市の請求書の取扱い(印影の扱い)」."""
        if self.invoice.department is None:
            return ACCOUNTING_RULES
        return f"{self.policy}({getattr(MunicipalityPolicy, field).field.verbose_name})"


def _sums(invoice: Invoice, content: Content) -> Sums | None:
    complete = content.lines and all(line.rate for line in content.lines)
    return Sums.of(totals_of(invoice, content)) if complete else None
