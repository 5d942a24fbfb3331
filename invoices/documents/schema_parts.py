"""What the frozen document is made of; see `schema`."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from accounts.models import AddressLine, PersonContact, SealRule
from accounts.models import Signer as SignerRule
from invoices.enums import (
    AmountRounding,
    DeductionKind,
    LineKind,
    PaymentMethod,
    PriceMode,
    Reduction,
    Rounding,
    TaxCategory,
    TaxUnit,
    WithholdingKind,
)
from portal.lib.yen import Yen
from suppliers.models import SealKind, SupplierKind

Day: TypeAlias = date  # where a field is called `date`, that name is no type any more


class SignerRole(StrEnum):
    REPRESENTATIVE = "representative"
    """代表者."""
    DELEGATE = "delegate"
    """受任者: a branch's head or somebody else to whom the representative gave the power to claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    postcode: str
    address: str
    building: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Place):
    """請求元: the branch that claims."""

    name: str


@dataclass(frozen=True, slots=True)
class Signer:
    """In whose name the claim is made. The role was decided at issue and is not to be guessed from the names."""

    role: SignerRole
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class SealRef:
    """The picture of a seal, named by its SHA-256."""

    kind: SealKind
    sha256: str


@dataclass(frozen=True, slots=True)
class JointVenture:
    """What only a joint venture has (任意組合, 消費税法57条の6).

    Its place, representative and registration number are those of the representative member.

    Attributes:
        member: The name of the representative member (代表構成員).
        notice_filed_on: When its notice was filed that all members are registered; None without one.
    """

    member: str
    notice_filed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer(Place):
    """The supplier, at its head office.

    Attributes:
        registration_number: Empty for one that is not registered, and under a law that knew no such numbers.
    """

    id: UUID
    name: str
    kind: SupplierKind
    registration_number: str
    representative_title: str
    representative_name: str
    signer: Signer
    branch: Branch | None
    seal: SealRef | None
    joint_venture: JointVenture | None

    @property
    def place(self) -> Place:
        """Where whoever claims is: the branch, or the head office."""
        return self.branch or self


@dataclass(frozen=True, slots=True)
class Recipient:
    """The addressee; without ids and with empty names while a draft has no department."""

    municipality_id: UUID | None
    municipality: str
    addressee: str
    address_line: AddressLine
    department_id: UUID | None
    department: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax rate with the name that it had at issue.

    Attributes:
        code: Tells rates apart, which may be called the same.
        percent: 8 means 8 %.
    """

    code: str
    label: str
    percent: Decimal
    category: TaxCategory
    reduced: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line; of a draft much may be missing.

    Attributes:
        amount: Yen in the invoice's price mode.
        exact_amount: Before rounding, where fractions of yen are carried to the sum; None elsewhere.
        original_date, original_until: Of what is refunded: a day, or the first and last day of a period; None for a
            line that refunds nothing.
        tax: Yen for this line alone, for reference.
    """

    kind: LineKind
    date: Day | None
    slip_number: str
    original_date: Day | None
    original_until: Day | None
    reduction: Reduction
    description: str
    quantity: Decimal | None
    unit: str
    unit_price: Decimal | None
    amount: Yen
    exact_amount: Decimal | None
    rate: Rate | None
    tax: Yen | None

    @property
    def is_item(self) -> bool:
        """Whether it is something supplied, and not a heading or a blank row."""
        return self.kind == LineKind.ITEM

    @property
    def shown_amount(self) -> Yen | Decimal:
        """As it is printed: with its decimals where they are carried to the sum."""
        return self.amount if self.exact_amount is None else self.exact_amount

    @property
    def is_reduced(self) -> bool:
        """Whether it is taxed at the reduced rate (軽減税率)."""
        return self.rate is not None and self.rate.reduced


@dataclass(frozen=True, slots=True)
class DeductionSum:
    """What was deducted of one kind from one rate: yen in the invoice's price mode, positive where it lowers."""

    kind: DeductionKind
    label: str
    amount: Yen


@dataclass(frozen=True, slots=True)
class Deduction:
    """One deduction that says what it refunds of earlier sales; `amount` as in `DeductionSum`."""

    kind: DeductionKind
    rate: Rate
    amount: Yen
    description: str
    original_date: Day | None
    original_until: Day | None


@dataclass(frozen=True, slots=True)
class RateRow:
    """The sums of one rate in yen; their meaning is that of `invoices.tax.calculation.RateTotal`."""

    rate: Rate
    sales: Yen
    deductions: tuple[DeductionSum, ...]
    base: Yen
    tax: Yen
    gross: Yen
    line_tax: Yen

    @property
    def deducted(self) -> Yen:
        return sum(entry.amount for entry in self.deductions)


@dataclass(frozen=True, slots=True)
class TaxBlock:
    """The sums in yen, rate by rate in the order of the document, and how they came about."""

    price_mode: PriceMode
    rounding: Rounding
    amount_rounding: AmountRounding
    unit: TaxUnit
    rates: tuple[RateRow, ...]
    net: Yen
    tax: Yen
    total: Yen


@dataclass(frozen=True, slots=True)
class CarryOver:
    """前回請求額, ご入金額, 前回ご請求残額 and 合計請求額, in yen."""

    billed: Yen
    received: Yen
    remaining: Yen
    grand_total: Yen


@dataclass(frozen=True, slots=True)
class Withholding:
    """源泉徴収, in yen: what it is charged on, what is kept back, and what is left to pay.

    Attributes:
        taxes: Of which taxes it consists, in the words of the law of its time.
        explanation: How the amount came about. This and `taxes` are empty in documents before schema 4.
    """

    kind: WithholdingKind
    base: Yen
    amount: Yen
    payable: Yen
    taxes: str
    explanation: str


@dataclass(frozen=True, slots=True)
class BankAccountRef:
    """The account to pay to, in the terms of the Zengin system."""

    bank_code: str
    bank_name: str
    branch_code: str
    branch_name: str
    account_type: str
    account_type_label: str
    number: str
    holder: str


@dataclass(frozen=True, slots=True)
class Payment:
    method: PaymentMethod
    method_label: str
    bank_account: BankAccountRef | None
    creditor_number: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who answers for the claim: 発行責任者 or 担当者."""

    title: str
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that goes with the invoice; `size` in bytes."""

    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Another invoice: the one that this one corrects, or the one that a credit note reduces.

    Attributes:
        id: None where it was not issued here, or is named by its number alone.
        number: Empty in a draft that does not name it yet.
    """

    id: UUID | None
    number: str
    issue_date: date | None


@dataclass(frozen=True, slots=True)
class PolicyValues:
    """The city's rules that the invoice was checked against."""

    signer: SignerRule
    seal_rule: SealRule
    delegate_needs_seal: bool
    person_contact: PersonContact
    asks_sole_trader_contact: bool
    holder_must_match: bool
    issue_date_is_sending_day: bool
    allows_attachments: bool
    payment_days: int
    construction_payment_days: int
    retention_years: int


@dataclass(frozen=True, slots=True)
class Received:
    """What the certificate of receipt says of a document besides its content.

    Attributes:
        delivered_at: The moment of receipt in words, in both calendars.
        sha256: Of the PDF that was delivered, hexadecimal.
    """

    delivered_at: str
    sha256: str
