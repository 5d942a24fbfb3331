"""A draft that is checked, with what the checks need to know."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from accounts.models import MunicipalityPolicy, policy_of
from invoices.amounts import totals_of
from invoices.documents import schema
from invoices.documents.invoice_system import printed_number, system_of
from invoices.enums import InvoiceKind, InvoiceSystem, KindWords, LineKind, TaxCategory
from invoices.models import Content, Invoice
from invoices.rules.days import transaction_day
from invoices.rules.facts import Issuer, Sums
from invoices.rules.sources import ACCOUNTING_RULES
from portal.lib.calendar import jst_date


@dataclass(frozen=True, slots=True)
class Case:
    """A draft or an issued invoice, with the facts that several checks need.

    Attributes:
        policy: The policy of the city; the default policy while no department is chosen.
        issuer: Who issues the invoice, with the registration number that is printed; for an issued invoice as printed.
        totals: None while there is no line, or a line has no tax rate; for an issued invoice as printed.
        day: The day of the transaction; None while it is unknown.
        system: The law of consumption tax by which it is made out; for an issued invoice as printed.
        effective_at: When the invoice is really issued. The issue date on it may be another day.
    """

    invoice: Invoice
    content: Content
    policy: MunicipalityPolicy
    issuer: Issuer
    totals: Sums | None
    day: date | None
    system: InvoiceSystem
    effective_at: datetime

    @classmethod
    def of(cls, invoice: Invoice, content: Content, effective_at: datetime) -> "Case":
        """Collect the facts. An issued invoice is read from its snapshot, a draft from the rows of now."""
        department = invoice.department
        frozen = schema.load(invoice.snapshot) if invoice.snapshot else None
        return cls(
            invoice=invoice,
            content=content,
            policy=policy_of(department.municipality) if department else MunicipalityPolicy(),
            issuer=replace(Issuer.of(invoice, None), registration_number=printed_number(invoice, content))
            if frozen is None
            else Issuer.of(invoice, frozen),
            totals=_sums(invoice, content) if frozen is None else Sums.frozen(frozen),
            day=transaction_day(invoice, content),
            system=system_of(invoice, content) if frozen is None else frozen.system,
            effective_at=effective_at,
        )

    @property
    def effective_day(self) -> date:
        """The day in Japan on which it is really issued."""
        return jst_date(self.effective_at)

    @property
    def sending_day(self) -> date:
        """The day in Japan on which the supplier sends it. An issued one may have reached the city a little later."""
        issued_at = self.invoice.issued_at if self.invoice.is_issued else None
        return jst_date(issued_at or self.effective_at)

    @property
    def is_credit_note(self) -> bool:
        """Whether it is a credit note (適格返還請求書), which claims no money."""
        return self.invoice.kind == InvoiceKind.CREDIT_NOTE

    @property
    def is_taxed(self) -> bool:
        """Whether anything on it is taxed, as far as is known: else it is no document of the consumption tax law."""
        return self.totals is None or any(rate.category == TaxCategory.TAXABLE for rate in self.totals.rates)

    @property
    def words(self) -> KindWords:
        """What it and its parts are called."""
        return self.invoice.words

    def policy_source(self, field: str) -> str:
        """The source of a rule in the policy: 「見本市の請求書の取扱い(印影の扱い)」.

        Args:
            field: The name of a field of MunicipalityPolicy.
        """
        if self.invoice.department is None:
            return ACCOUNTING_RULES
        return f"{self.policy}({getattr(MunicipalityPolicy, field).field.verbose_name})"


def _sums(invoice: Invoice, content: Content) -> Sums | None:
    items = [line for line in content.lines if line.kind == LineKind.ITEM]
    complete = items and all(line.rate for line in items)
    return Sums.of(totals_of(invoice, content)) if complete else None
