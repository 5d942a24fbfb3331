"""The facts that the rules need: of an issued invoice from its snapshot, of a draft from the rows of now.

So findings about an issued invoice do not change when the supplier changes its own data later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from invoices.documents import snapshot
from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import SignerRole
from invoices.enums import PaymentMethod, TaxCategory
from invoices.models import Invoice
from invoices.tax.calculation import Totals
from portal.lib.yen import Yen
from suppliers.models import SupplierKind


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues the invoice.

    Attributes:
        kana: The reading of the name. It is not in the snapshot; for an issued invoice it comes from the history of
            the supplier.
        registration_number: Empty for an issuer that is not registered.
        member: The representative member of a joint venture; empty for others.
        notice_filed_on: When a joint venture filed the notice that all its members are registered.
        delegated: Whether a delegate of a branch signs (受任者) and not the representative.
        holder: The holder of the account for a bank transfer; None without a transfer.
    """

    name: str
    kana: str
    kind: SupplierKind
    registration_number: str
    member: str
    notice_filed_on: date | None
    representative_title: str
    representative_name: str
    delegated: bool
    holder: str | None

    @property
    def is_registered(self) -> bool:
        """Whether it has a registration number."""
        return bool(self.registration_number)

    @property
    def is_joint_venture(self) -> bool:
        return self.kind == SupplierKind.JOINT_VENTURE

    @classmethod
    def of(cls, invoice: Invoice, frozen: FrozenDocument | None) -> "Issuer":
        """The issuer of an invoice.

        Args:
            frozen: The document of an issued invoice; None for a draft.
        """
        return cls._live(invoice) if frozen is None else cls._frozen(invoice, frozen)

    @classmethod
    def _live(cls, invoice: Invoice) -> "Issuer":
        supplier = invoice.issuer
        account = invoice.bank_account if invoice.payment_method == PaymentMethod.TRANSFER else None
        return cls(
            name=supplier.name,
            kana=supplier.kana,
            kind=SupplierKind(supplier.kind),
            registration_number=supplier.registration_number,
            member=supplier.member_name,
            notice_filed_on=supplier.notice_filed_on,
            representative_title=supplier.representative_title,
            representative_name=supplier.representative_name,
            delegated=snapshot.signer_of(invoice).role == SignerRole.DELEGATE,
            holder=account.holder if account else None,
        )

    @classmethod
    def _frozen(cls, invoice: Invoice, frozen: FrozenDocument) -> "Issuer":
        issuer, account = frozen.issuer, frozen.payment.bank_account
        venture = issuer.joint_venture
        return cls(
            name=issuer.name,
            kana=_kana_at_issue(invoice),
            kind=issuer.kind,
            registration_number=issuer.registration_number,
            member=venture.member if venture else "",
            notice_filed_on=venture.notice_filed_on if venture else None,
            representative_title=issuer.representative_title,
            representative_name=issuer.representative_name,
            delegated=issuer.signer.role == SignerRole.DELEGATE,
            holder=account.holder if account else None,
        )


def _kana_at_issue(invoice: Invoice) -> str:
    """The reading of the issuer's name at the time of issue, from the history; else the oldest reading there."""
    known = invoice.issuer.history.order_by("history_date", "history_id")
    then = known.filter(history_date__lte=invoice.issued_at).last() or known.first()
    return then.kana if then is not None else invoice.issuer.kana


@dataclass(frozen=True, slots=True)
class RateSum:
    """The sums of one rate, in yen.

    Attributes:
        code: The code of the rate. The reduced 8 % and the old 8 % have different codes.
        base: Without tax, after deductions.
        gross: With tax, after deductions.
    """

    code: str
    label: str
    category: TaxCategory
    base: Yen
    gross: Yen


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of an invoice, in yen."""

    net: Yen
    total: Yen
    rates: Sequence[RateSum]

    @classmethod
    def of(cls, totals: Totals) -> "Sums":
        """The sums of a draft, as calculated now."""
        rows = [RateSum(row.rate.code, row.label, row.rate.category, row.base, row.gross) for row in totals.rates]
        return cls(totals.net, totals.total, rows)

    @classmethod
    def frozen(cls, document: FrozenDocument) -> "Sums":
        """The sums of an issued invoice, as printed."""
        tax = document.tax
        rows = [RateSum(row.rate.code, row.rate.label, row.rate.category, row.base, row.gross) for row in tax.rates]
        return cls(tax.net, tax.total, rows)
