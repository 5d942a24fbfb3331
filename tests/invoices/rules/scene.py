"""A draft without fault, and the ways to bring one in."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from accounts.acting import ActingFor
from accounts.models import Department, MunicipalityPolicy
from dev import sample_documents as samples
from invoices import amounts, rules
from invoices.documents import schema, snapshot
from invoices.enums import DeductionKind, InvoiceKind, PriceMode, Reduction, Rounding, Status, TaxUnit
from invoices.lifecycle import drafting, issuing
from invoices.lifecycle.draft_input import DeductionInput, DraftInput, LineInput
from invoices.models import Attachment, Content, Invoice, TaxRate
from invoices.rules import CODES, Finding, Level
from invoices.tax.calculation import LineAmount, totals
from portal.lib.calendar import JST, today_jst
from portal.lib.ids import uuid7
from suppliers.models import (
    BankAccount,
    BillingSource,
    RegisterLookup,
    RegisterStatus,
    Seal,
    SealKind,
    Supplier,
)
from tests.factories import InvoiceFactory, dated, draft_input, line_input

EMOJI = "お茶🍵"


def day(offset: int) -> date:
    return today_jst() + timedelta(days=offset)


def back(**changes: object) -> dict[str, object]:
    """A line that goes back."""
    return {"quantity": Decimal(-1), "original_date": timedelta(days=-30), "reduction": Reduction.RETURNED} | changes


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def objections(findings: list[Finding]) -> list[str]:
    """The codes of errors and warnings."""
    return [finding.code for finding in findings if finding.level != Level.INFO]


@dataclass
class Scene:
    """A draft for today, of 1,620 yen and 162 yen of tax. Each method makes one change and hands the scene back."""

    actor: ActingFor
    supplier: Supplier
    department: Department
    policy: MunicipalityPolicy
    account: BankAccount
    changes: dict[str, Any] = field(default_factory=dict)
    lines: list[LineInput] = field(default_factory=list)
    deductions: list[DeductionInput] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    later: list[Callable[[Invoice], None]] = field(default_factory=list)
    now: datetime | None = None

    def head(self, **changes: Any) -> "Scene":
        self.changes |= dated(changes)
        return self

    def line(self, **changes: Any) -> "Scene":
        """A second line with these changes, so that its index is worth something."""
        self.lines = [self.written(), self.written(**changes)]
        return self

    def only_line(self, **changes: Any) -> "Scene":
        self.lines = [self.written(**changes)]
        return self

    def dated(self, work: date, issued: date) -> "Scene":
        """Work of a day, claimed on another."""
        return self.head(transaction_date=work, issue_date=issued).only_line(date=work)

    def going_out(self, at: date) -> "Scene":
        """Looked at as on this day, a minute after midnight in Japan."""
        self.now = datetime.combine(at, time(0, 1), JST)
        return self

    def deduction(self, amount: int | None, rate: str | None = "standard10", **changes: Any) -> "Scene":
        """A second deduction with these changes, so that its index is worth something."""
        for of_rate, yen, more in (("standard10", 1, {}), (rate, amount, changes)):
            rate_id = TaxRate.objects.get(code=of_rate).pk if of_rate else None
            self.deductions.append(DeductionInput(DeductionKind.BASIC, rate_id, yen, **dated(more)))
        return self

    def file(self, size: int, name: str = "納品書.pdf", content_type: str = "application/pdf") -> "Scene":
        position = len(self.attachments)
        self.attachments.append(Attachment(position=position, name=name, size=size, content_type=content_type))
        return self

    def city(self, **columns: Any) -> "Scene":
        """The city's policy."""
        return self.master(self.policy, **columns)

    def company(self, **columns: Any) -> "Scene":
        return self.master(self.supplier, **columns)

    def master(self, row: Any, **columns: Any) -> "Scene":
        for name, value in columns.items():
            setattr(row, name, value)
        row.save()
        return self

    def branch(self, **columns: Any) -> "Scene":
        row = BillingSource.objects.create(
            supplier=self.supplier,
            **{"name": "鹿児島支店", "postcode": "890-0001", "address": "鹿児島市1", "phone": "099-000-0001"} | columns,
        )
        self.later.append(lambda invoice: setattr(invoice, "billing_source", row))
        return self

    def seal(self, kind: SealKind, **columns: Any) -> "Scene":
        row = Seal.objects.create(supplier=self.supplier, kind=kind, image=b"-", sha256="0" * 64, **columns)
        self.later.append(lambda invoice: setattr(invoice, "seal", row))
        return self

    def register(self, status: RegisterStatus, name: str = "", *, on: date | None = None) -> "Scene":
        """What the register answers about the supplier's number on a day, today when None."""
        key = {"number": self.supplier.registration_number, "day": on or today_jst()}
        RegisterLookup.objects.update_or_create(**key, defaults={"status": status, "name": name})
        return self

    def credit_note(self, **head: Any) -> "Scene":
        """A credit note, of -1,782 yen."""
        self.lines = [self.written(**back(quantity=Decimal(-60)))]
        return self.head(**{"kind": InvoiceKind.CREDIT_NOTE, "original_number": "2025-00001"} | head)

    def replacing(self, original: Invoice) -> "Scene":
        return self.set(replaces=original)

    def set(self, **values: Any) -> "Scene":
        """Onto the draft itself, past what drafting would drop."""

        def change(invoice: Invoice) -> None:
            for name, value in values.items():
                setattr(invoice, name, value)

        self.later.append(change)
        return self

    def row(self, **columns: Any) -> Invoice:
        """A bare invoice of the supplier to the department."""
        return InvoiceFactory(**{"supplier": self.supplier, "department": self.department} | dated(columns))

    def claim(
        self,
        claimed: dict[str, int] | None = None,
        issued: date | None = None,
        sold: date | None = None,
        **columns: Any,
    ) -> Invoice:
        """A bare issued invoice, whose document is the sample but for what returns are measured by.

        Args:
            claimed: Yen including tax by rate, of which its total is the sum.
            issued: The issue date; today when None.
            sold: The day of the transaction and of its line.
        """
        claimed = claimed or {"standard10": 1782}
        rates = [amounts.rate_of(TaxRate.objects.get(code=code)) for code in claimed]
        lines = map(LineAmount, rates, claimed.values())
        sums = totals(lines, PriceMode.INCLUSIVE, Rounding.FLOOR)
        frozen = samples.snapshot(
            [replace(samples.line(), date=sold or day(-30))],
            number="2026-00007",
            issue_date=issued or day(0),
            transaction_date=sold or day(-30),
            period_from=None,
            period_to=None,
            tax=snapshot.tax_block(sums, PriceMode.INCLUSIVE, Rounding.FLOOR, TaxUnit.INVOICE),
        )
        return self.row(**{"status": Status.ACCEPTED, "total": sums.total, "snapshot": schema.dump(frozen)} | columns)

    def issued(self, **changes: Any) -> Invoice:
        """This draft as it is now, issued."""
        data = replace(self.input(), **changes)
        draft = drafting.save(draft_id=uuid7(), data=data, actor=self.actor, version=0)
        return issuing.issue(invoice_id=draft.pk, actor=self.actor, version=draft.version)

    def build(self) -> tuple[Invoice, Content]:
        invoice, content = drafting.build(self.input(), actor=self.actor)
        for change in self.later:
            change(invoice)
        return invoice, replace(content, attachments=self.attachments)

    def input(self) -> DraftInput:
        data = draft_input(department=self.department, bank_account=self.account, **self.days())
        return replace(data, **{"lines": tuple(self.lines), "deductions": tuple(self.deductions)} | self.changes)

    def days(self) -> dict[str, date | None]:
        """The day or the period of the lines, unless a change says something about them."""
        days = {line.date for line in self.changes.get("lines", self.lines) if line.date}
        if {"transaction_date", "period_from", "period_to"} & self.changes.keys():
            return {"transaction_date": today_jst()}
        if len(days) < 2:
            return {"transaction_date": next(iter(days), today_jst())}
        return {"transaction_date": None, "period_from": min(days), "period_to": max(days)}

    def findings(self) -> list[Finding]:
        found = rules.check(*self.build(), now=self.now)
        for finding in found:
            assert finding.level in CODES[finding.code].levels
            assert str(finding.message).endswith("。")
        return found

    @staticmethod
    def written(**changes: Any) -> LineInput:
        return line_input(**{"date": today_jst()} | changes)
