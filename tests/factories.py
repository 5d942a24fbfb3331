"""Rows for tests: people and organisations as factories, invoices written the way the portal writes them."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.acting import ActingFor, OrganisationKind
from accounts.models import Department, Municipality, MunicipalityPolicy, StaffMembership, StaffRole, User
from invoices.enums import Status
from invoices.lifecycle import delivery, drafting, paper
from invoices.lifecycle.draft_input import DraftInput, LineInput
from invoices.lifecycle.paper import PaperFacts
from invoices.models import Document, Invoice, NumberSeries, ScheduledIssue, TaxRate
from portal.lib.calendar import today_jst
from portal.lib.ids import uuid7
from suppliers.models import BankAccount, MemberRole, Supplier, SupplierMember, TradingLink
from tests.small_files import pdf

PASSWORD = "kitto-himitsu-26"


def dated(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with days in place of what only says how far they are from today.

    What is written when a test is read in, as its parameters, would otherwise mean the day before if midnight passes.
    """
    today = today_jst()
    return {name: today + value if isinstance(value, timedelta) else value for name, value in values.items()}


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.jp")
    name = factory.Sequence(lambda n: f"鶴田 {n}子")
    kana = "つるた"
    password = factory.django.Password(PASSWORD)


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality

    name = factory.Sequence(lambda n: f"見本{n}市")
    kana = "みほんし"


class MunicipalityPolicyFactory(DjangoModelFactory):
    class Meta:
        model = MunicipalityPolicy

    municipality = factory.SubFactory(MunicipalityFactory)


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda n: f"第{n}課")
    kana = "だいか"


class StaffMembershipFactory(DjangoModelFactory):
    class Meta:
        model = StaffMembership
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    municipality = factory.SubFactory(MunicipalityFactory)
    role = StaffRole.REVIEWER

    @factory.post_generation
    def departments(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            self.departments.set(extracted)


class SupplierFactory(DjangoModelFactory):
    """A registered corporation whose number has a right check digit."""

    class Meta:
        model = Supplier

    name = factory.Sequence(lambda n: f"宮園商事{n}")
    kana = "みやぞのしょうじ"
    registration_number = "T7123456789012"
    representative_title = "代表取締役"
    representative_name = "宮園 太郎"
    postcode = "893-0001"
    address = "鹿児島県見本市本町1-2-3"
    phone = "0994-00-0001"


class SupplierMemberFactory(DjangoModelFactory):
    class Meta:
        model = SupplierMember

    user = factory.SubFactory(UserFactory)
    supplier = factory.SubFactory(SupplierFactory)
    role = MemberRole.OWNER


class TradingLinkFactory(DjangoModelFactory):
    class Meta:
        model = TradingLink

    supplier = factory.SubFactory(SupplierFactory)
    department = factory.SubFactory(DepartmentFactory)


class BankAccountFactory(DjangoModelFactory):
    class Meta:
        model = BankAccount

    supplier = factory.SubFactory(SupplierFactory)
    bank_code = "0185"
    bank_name = "鹿児島銀行"
    branch_code = "100"
    branch_name = "本店"
    number = factory.Sequence(lambda n: f"{n:07d}")
    holder = "ﾐﾔｿﾞﾉｼﾖｳｼﾞ(ｶ"


class InvoiceFactory(DjangoModelFactory):
    """A bare row in any status, as its constraints want it: no lines, no document, and no history.

    For what depends on the status alone. An invoice with content is made by `write_draft` and the lifecycle.
    """

    class Meta:
        model = Invoice

    supplier = factory.SubFactory(SupplierFactory)
    title = "10月分 消耗品"
    status = Status.DRAFT

    class Params:
        issued = factory.LazyAttribute(lambda row: row.status not in (Status.DRAFT, Status.SCHEDULED))
        reached = factory.LazyAttribute(
            lambda row: row.status in (Status.UNOPENED, Status.OPENED, Status.RETURNED, Status.ACCEPTED, Status.PAID)
        )

    department = factory.SubFactory(DepartmentFactory)
    municipality = factory.LazyAttribute(lambda row: row.department.municipality)
    series = factory.LazyAttribute(
        lambda row: (
            NumberSeries.objects.get_or_create(supplier=row.supplier, prefix="X", fiscal_year=2026)[0]
            if row.issued
            else None
        )
    )
    sequence = factory.Sequence(lambda n: n + 1)
    number = factory.LazyAttribute(lambda row: f"X2026-{row.sequence:05d}" if row.issued else None)
    issued_at = factory.LazyAttribute(lambda row: timezone.now() if row.issued else None)
    snapshot = factory.LazyAttribute(lambda row: '{"schema":1}' if row.issued else None)
    check_code = factory.LazyAttribute(lambda row: f"CODE{row.sequence}" if row.issued else None)
    delivered_at = factory.LazyAttribute(lambda row: timezone.now() if row.reached else None)
    return_reason = factory.LazyAttribute(lambda row: "minor" if row.status == Status.RETURNED else "")
    return_comment = factory.LazyAttribute(lambda row: "印字不良" if row.status == Status.RETURNED else "")
    scheduled_for = factory.LazyAttribute(
        lambda row: timezone.now() + timedelta(days=1) if row.status == Status.SCHEDULED else None
    )
    paid_on = factory.LazyAttribute(lambda row: today_jst() if row.status == Status.PAID else None)
    total = 1782
    payable = factory.LazyAttribute(lambda row: row.total if row.issued else 0)
    settled = factory.LazyAttribute(lambda row: row.payable if row.status == Status.PAID else 0)


def line_input(**changes: Any) -> LineInput:
    """A line without fault: 60 at 27 yen, 10 %."""
    rate = changes.pop("rate", "standard10")
    return LineInput(
        **dated(
            {
                "date": today_jst() - timedelta(days=3),
                "description": "A4コピー用紙",
                "quantity": Decimal(60),
                "unit": "冊",
                "unit_price": Decimal(27),
                "rate_id": TaxRate.objects.get(code=rate).pk if rate else None,
            }
            | changes
        )
    )


def draft_input(*, department: Department | None, bank_account: BankAccount | None, **changes: Any) -> DraftInput:
    """A draft to which the checks have nothing to say: one line of 1,620 yen, 162 yen of tax."""
    return DraftInput(
        **dated(
            {
                "department_id": department.pk if department else None,
                "title": "10月分 消耗品",
                "issue_date": today_jst(),
                "transaction_date": today_jst() - timedelta(days=3),
                "bank_account_id": bank_account.pk if bank_account else None,
                "responsible_title": "部長",
                "responsible_name": "柏木 一",
                "responsible_phone": "0994-00-0002",
                "contact_title": "主任",
                "contact_name": "有馬 二郎",
                "contact_phone": "0994-00-0003",
                "lines": (line_input(),),
            }
            | changes
        )
    )


def write_draft(
    actor: ActingFor, *, department: Department | None, bank_account: BankAccount | None, **changes: Any
) -> Invoice:
    """A saved draft, written through the one way into drafts."""
    data = draft_input(department=department, bank_account=bank_account, **changes)
    return drafting.save(draft_id=uuid7(), data=data, actor=actor, version=0)


def deliver(invoice: Invoice) -> Invoice:
    """Do the pending work of an issued invoice, as a worker would."""
    delivery.deliver(Document.objects.get(invoice=invoice).pk)
    invoice.refresh_from_db()
    return invoice


def let_its_time_come(invoice: Invoice) -> UUID:
    """Put the time of a reservation into the past.

    Returns:
        The row of work that is due now.
    """
    past = timezone.now() - timedelta(minutes=1)
    Invoice.objects.filter(pk=invoice.pk).update(scheduled_for=past)
    ScheduledIssue.objects.filter(invoice=invoice).update(next_attempt_at=past)
    return ScheduledIssue.objects.get(invoice=invoice).pk


SCAN = pdf("a scan")


def paper_facts(**changes: Any) -> PaperFacts:
    """What stands on a paper invoice that came today."""
    return PaperFacts(
        **dated(
            {
                "issuer_name": "手書商店",
                "title": "10月分 修繕",
                "issue_date": today_jst() - timedelta(days=5),
                "received_on": today_jst(),
                "total": 55_000,
            }
            | changes
        )
    )


def record_paper(
    actor: ActingFor, department: Department, scan: bytes = SCAN, *, another: bool = False, **changes: Any
) -> Invoice:
    return paper.record_paper(
        department_id=department.pk, facts=paper_facts(**changes), scan=scan, actor=actor, another=another
    )


def member_of(supplier: Supplier, role: MemberRole = MemberRole.OWNER, **user: Any) -> ActingFor:
    """Somebody new of this supplier."""
    membership = SupplierMemberFactory(user=UserFactory(**user), supplier=supplier, role=role)
    return ActingFor(membership.user, OrganisationKind.SUPPLIER, supplier.id, supplier.name, membership.role)


def staff_of(
    municipality: Municipality, *departments: Department, role: StaffRole = StaffRole.REVIEWER, **user: Any
) -> ActingFor:
    """Somebody new of this city."""
    membership = StaffMembershipFactory(
        user=UserFactory(**user), municipality=municipality, role=role, departments=departments
    )
    return ActingFor(
        membership.user,
        OrganisationKind.MUNICIPALITY,
        municipality.id,
        municipality.name,
        membership.role,
        frozenset(department.id for department in departments),
    )
