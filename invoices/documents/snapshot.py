"""The making of a frozen document out of the live rows: `build` copies everything that the document shows.

At issue its text is frozen; documents are made from that alone, never from live rows. A draft has the same form
without number, check code and time of issue, for previews.
"""

from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.conf import settings

from accounts.models import AddressLine, Department, PersonContact, SealRule, policy_of
from accounts.models import Signer as SignerRule
from invoices.amounts import carry_over_of, exact_amount_of, rate_of, totals_of, unit_of, withholding_of
from invoices.documents.invoice_system import printed_number, system_of
from invoices.documents.schema import WORDING, Columns, FrozenDocument
from invoices.documents.schema_parts import (
    AttachedFile,
    BankAccountRef,
    Branch,
    CarryOver,
    Deduction,
    DeductionSum,
    Issuer,
    JointVenture,
    Line,
    Payment,
    Person,
    PolicyValues,
    Rate,
    RateRow,
    Recipient,
    Reference,
    SealRef,
    Signer,
    SignerRole,
    TaxBlock,
    Withholding,
)
from invoices.enums import (
    AmountRounding,
    DeductionKind,
    InvoiceKind,
    Layout,
    LineKind,
    PaymentMethod,
    Prepayment,
    PriceMode,
    Reduction,
    Rounding,
    TaxUnit,
)
from invoices.models import Attachment, Content, Invoice, InvoiceDeduction, InvoiceLine
from invoices.tax import calculation
from portal.lib.ids import random_code
from suppliers.models import BankAccount, BillingSource, Seal, SealKind, Supplier, SupplierKind

_CHECK_CODE_LENGTH = 13  # 65 bits


def new_check_code() -> str:
    """A random code of 65 bits, printed on the document, by which anybody can ask whether it is genuine."""
    return random_code(_CHECK_CODE_LENGTH)


def build(invoice: Invoice, content: Content) -> FrozenDocument:
    """Copy what the document shows out of the live rows.

    Args:
        invoice: A draft (also an unsaved one), or an invoice in the course of its issue, which has `number`,
            `check_code` and `issued_at` set already.
    """
    sums = totals_of(invoice, content)
    mode, rounding = PriceMode(invoice.price_mode), Rounding(invoice.rounding)
    return FrozenDocument(
        **_columns(invoice),
        kind=InvoiceKind(invoice.kind),
        system=system_of(invoice, content),
        layout=Layout(invoice.layout),
        wording=WORDING,
        check_address=f"{settings.PORTAL_URL}/check/",
        issuer=_issuer(invoice, printed_number(invoice, content)),
        recipient=_recipient(invoice.department),
        prepayment=Prepayment(invoice.prepayment),
        lines=tuple(_line(line, mode, rounding, exact_amount_of(invoice, line)) for line in content.lines),
        deductions=tuple(_deduction(row) for row in content.deductions if _says_what(row)),
        tax=tax_block(sums, mode, rounding, unit_of(invoice), AmountRounding(invoice.amount_rounding)),
        carry_over=_carry_over(invoice, sums),
        withholding=_withholding(invoice, sums),
        payment=_payment(invoice),
        responsible=_person(invoice, "responsible"),
        contact=_person(invoice, "contact"),
        attachments=tuple(map(_attachment, content.attachments)),
        original=_original(invoice),
        replaces=_reference(invoice.replaces) if invoice.replaces else None,
        policy=_policy(invoice.department),
    )


def signer_of(invoice: Invoice) -> Signer:
    """Who claims: the representative, or the delegate (受任者) of the branch.

    Decided here alone and frozen with its outcome. A branch that names the representative itself has no delegate.
    """
    supplier, branch = invoice.issuer, invoice.billing_source
    if branch is None or not branch.signer_name:
        return Signer(SignerRole.REPRESENTATIVE, supplier.representative_title, supplier.representative_name)
    role = SignerRole.DELEGATE if is_delegated(supplier, branch) else SignerRole.REPRESENTATIVE
    return Signer(role, branch.signer_title, branch.signer_name)


def is_delegated(supplier: Supplier, branch: BillingSource) -> bool:
    """Whether a claim of this branch is made by a delegate."""
    return branch.signer_name not in ("", supplier.representative_name)


def rate_block(rate: calculation.Rate) -> Rate:
    """A rate as the document holds it."""
    return Rate(rate.code, rate.label, rate.percent.normalize(), rate.category, rate.reduced)


def tax_block(
    sums: calculation.Totals,
    mode: PriceMode,
    rounding: Rounding,
    unit: TaxUnit,
    amount_rounding: AmountRounding = AmountRounding.SAME,
) -> TaxBlock:
    """The sums as the document holds them, rate by rate in its order."""
    rows = tuple(
        RateRow(
            rate=rate_block(row.rate),
            sales=row.sales,
            deductions=tuple(DeductionSum(kind, str(kind.label), amount) for kind, amount in row.deductions),
            base=row.base,
            tax=row.tax,
            gross=row.gross,
            line_tax=row.line_tax,
        )
        for row in sums.rates
    )
    return TaxBlock(mode, rounding, amount_rounding, unit, rows, sums.net, sums.tax, sums.total)


def _columns(invoice: Invoice) -> dict[str, Any]:
    """What is copied as it stands: the columns by the names under which the document declares them."""
    return {field.name: getattr(invoice, field.name) for field in fields(Columns)}


def _decimal(value: Decimal | None) -> Decimal | None:
    """Without trailing zeros: 60, 27.5."""
    return None if value is None else value.normalize()


def _person(invoice: Invoice, role: str) -> Person | None:
    person = Person(**{field.name: getattr(invoice, f"{role}_{field.name}") for field in fields(Person)})
    return person if person.name else None


def _issuer(invoice: Invoice, registration_number: str) -> Issuer:
    supplier, branch, seal = invoice.issuer, invoice.billing_source, invoice.seal
    return Issuer(
        id=supplier.id,
        name=supplier.name,
        kind=SupplierKind(supplier.kind),
        registration_number=registration_number,
        representative_title=supplier.representative_title,
        representative_name=supplier.representative_name,
        signer=signer_of(invoice),
        postcode=supplier.postcode,
        address=supplier.address,
        building=supplier.building,
        phone=supplier.phone,
        branch=_branch(branch) if branch else None,
        seal=_seal(seal) if seal else None,
        joint_venture=_joint_venture(supplier),
    )


def _joint_venture(supplier: Supplier) -> JointVenture | None:
    if supplier.kind != SupplierKind.JOINT_VENTURE:
        return None
    return JointVenture(member=supplier.member_name, notice_filed_on=supplier.notice_filed_on)


def _branch(branch: BillingSource) -> Branch:
    return Branch(
        name=branch.name,
        postcode=branch.postcode,
        address=branch.address,
        building=branch.building,
        phone=branch.phone,
    )


def _seal(seal: Seal) -> SealRef:
    return SealRef(SealKind(seal.kind), seal.sha256)


def _recipient(department: Department | None) -> Recipient:
    if department is None:
        return Recipient(
            municipality_id=None,
            municipality="",
            addressee="",
            address_line=AddressLine.HEAD,
            department_id=None,
            department="",
        )
    policy = policy_of(department.municipality)
    return Recipient(
        municipality_id=department.municipality_id,
        municipality=department.municipality.name,
        addressee=policy.addressee_in_full,
        address_line=AddressLine(policy.address_line),
        department_id=department.id,
        department=department.name,
    )


def _policy(department: Department | None) -> PolicyValues | None:
    if department is None:
        return None
    policy = policy_of(department.municipality)
    return PolicyValues(
        signer=SignerRule(policy.signer),
        seal_rule=SealRule(policy.seal_rule),
        delegate_needs_seal=policy.delegate_needs_seal,
        person_contact=PersonContact(policy.person_contact),
        asks_sole_trader_contact=policy.asks_sole_trader_contact,
        holder_must_match=policy.holder_must_match,
        issue_date_is_sending_day=policy.issue_date_is_sending_day,
        allows_attachments=policy.allows_attachments,
        payment_days=policy.payment_days,
        construction_payment_days=policy.construction_payment_days,
        retention_years=policy.retention_years,
    )


def _payment(invoice: Invoice) -> Payment:
    method = PaymentMethod(invoice.payment_method)
    account = invoice.bank_account if method == PaymentMethod.TRANSFER else None
    return Payment(
        method=method,
        method_label=str(method.label),
        bank_account=_account(account) if account else None,
        creditor_number=invoice.creditor_number,
    )


def _account(account: BankAccount) -> BankAccountRef:
    return BankAccountRef(
        bank_code=account.bank_code,
        bank_name=account.bank_name,
        branch_code=account.branch_code,
        branch_name=account.branch_name,
        account_type=account.account_type,
        account_type_label=str(account.get_account_type_display()),
        number=account.number,
        holder=account.holder,
    )


def _line(line: InvoiceLine, mode: PriceMode, rounding: Rounding, exact: Decimal | None) -> Line:
    rate = rate_of(line.rate) if line.rate else None
    return Line(
        kind=LineKind(line.kind),
        date=line.date,
        slip_number=line.slip_number,
        original_date=line.original_date,
        original_until=line.original_until,
        reduction=Reduction(line.reduction),
        description=line.description,
        quantity=_decimal(line.quantity),
        unit=line.unit,
        unit_price=_decimal(line.unit_price),
        amount=line.amount,
        exact_amount=_decimal(exact) if line.kind == LineKind.ITEM else None,
        rate=rate_block(rate) if rate else None,
        tax=calculation.line_tax(line.amount, rate, mode, rounding) if rate else None,
    )


def _says_what(row: InvoiceDeduction) -> bool:
    """Whether a deduction names what it refunds; without that its sum alone is printed."""
    return row.rate is not None and row.amount is not None and bool(row.description or row.original_date)


def _deduction(row: InvoiceDeduction) -> Deduction:
    assert row.rate is not None and row.amount is not None
    return Deduction(
        kind=DeductionKind(row.kind),
        rate=rate_block(rate_of(row.rate)),
        amount=row.amount,
        description=row.description,
        original_date=row.original_date,
        original_until=row.original_until,
    )


def _carry_over(invoice: Invoice, sums: calculation.Totals) -> CarryOver | None:
    carried = carry_over_of(invoice)
    if carried is None:
        return None
    return CarryOver(
        billed=carried.billed,
        received=carried.received,
        remaining=carried.remaining,
        grand_total=carried.grand_total(sums.total),
    )


def _withholding(invoice: Invoice, sums: calculation.Totals) -> Withholding | None:
    """源泉徴収, shown after the total: it lowers what is paid and never the base of the tax."""
    withheld = withholding_of(invoice)
    if withheld is None:
        return None
    return Withholding(
        kind=withheld.kind,
        base=withheld.base,
        amount=withheld.amount,
        payable=withheld.payable(sums.total),
        taxes=withheld.taxes,
        explanation=withheld.explanation,
    )


def _original(invoice: Invoice) -> Reference | None:
    """The invoice that a credit note reduces: one issued here, or what the supplier wrote of another."""
    if invoice.kind != InvoiceKind.CREDIT_NOTE:
        return None
    return _reference(invoice.original) if invoice.original else Reference(None, invoice.original_number, None)


def _reference(invoice: Invoice) -> Reference:
    return Reference(invoice.id, invoice.number or "", invoice.issue_date)


def _attachment(file: Attachment) -> AttachedFile:
    return AttachedFile(name=file.name, content_type=file.content_type, size=file.size, sha256=file.sha256)
