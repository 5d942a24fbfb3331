"""Loads the sample into the database."""

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.acting import ActingFor, acting_for_municipality
from accounts.models import Department, Municipality, MunicipalityPolicy, StaffMembership, StaffRole, User
from invoices.enums import Reduction, ReturnReason
from invoices.lifecycle import accounting, corrections, delivery, drafting, issuing, payments, review, scheduling
from invoices.lifecycle.draft_input import DeductionInput, DraftInput, LineInput, head_of, row_of
from invoices.models import Document, Invoice, TaxRate
from portal.lib.calendar import JST, today_jst
from portal.lib.ids import uuid7
from portal.lib.japan import bank_name, branch_name
from portal.sample.accounts import PASSWORD
from suppliers import billing_sources, seals
from suppliers.billing_sources import SourceInput
from suppliers.membership import acting_for_supplier
from suppliers.models import BankAccount, BillingSource, Seal, SealKind, Supplier, SupplierMember, TradingLink

_FOLDER = Path(__file__).parent
_SEAL = _FOLDER / "seal.png"
_OF_PERSONS = {"title": "title", "name": "name", "phone": "telephone", "email": "email"}
"""How the files call what an invoice says of a person."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The rows that were made so far, by their keys in the files."""

    suppliers: dict[str, Supplier]
    accounts: dict[tuple[str, str], BankAccount]
    branches: dict[str, BillingSource]
    seals: dict[str, Seal]
    municipalities: dict[str, Municipality]
    rates: dict[str, TaxRate]


def load() -> bool:
    """Load everything, once.

    Returns:
        False when there is data already; nothing is changed then.
    """
    if Municipality.objects.exists():
        return False
    # In one transaction although it renders: nobody else is at work yet, and a half-loaded city must not remain.
    with transaction.atomic():
        _load()
    return True


def _load() -> None:
    cities = _read("city.toml")["municipalities"]
    suppliers = _read("suppliers.toml")["suppliers"]
    _person("operator@madoguchi.example", "運用 担当", "うんよう たんとう", is_staff=True, is_superuser=True)
    municipalities = {city["key"]: _municipality(city) for city in cities}
    made = {entry["key"]: _supplier(entry, municipalities) for entry in suppliers}
    loaded = _Loaded(
        suppliers=made,
        accounts={
            (entry["key"], account["key"]): _bank_account(made[entry["key"]], account)
            for entry in suppliers
            for account in entry["bank_accounts"]
        },
        branches={
            entry["key"]: _branch(made[entry["key"]], entry["branch"]) for entry in suppliers if "branch" in entry
        },
        seals={
            entry["key"]: seals.add_seal(_issuer(made[entry["key"]]), SealKind.REPRESENTATIVE, _SEAL.read_bytes())
            for entry in suppliers
            if entry.get("seal")
        },
        municipalities=municipalities,
        rates={rate.code: rate for rate in TaxRate.objects.all()},
    )
    people = {entry["key"]: entry for entry in suppliers}
    done: dict[str, Invoice] = {}
    for entry in _read("invoices.toml")["invoices"]:
        done[entry["key"]] = _invoice(entry, people[entry["supplier"]], loaded, done)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _person(email: str, name: str, kana: str, **flags: bool) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create(email=email, password=_hashed(), name=name, kana=kana, **flags)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@cache
def _hashed() -> str:
    """The password that all have. To hash it is made slow on purpose, and it is no secret."""
    return make_password(PASSWORD)


def _municipality(city: dict[str, Any]) -> Municipality:
    municipality = Municipality.objects.create(
        name=city["name"],
        kana=city["kana"],
        postcode=city["postcode"],
        address=city["address"],
        phone=city["telephone"],
    )
    MunicipalityPolicy(municipality=municipality, **city["policy"]).save()
    departments: dict[str, Department] = {}
    for row in _departments(city):
        department = Department(municipality=municipality, name=row["name"], kana=row["kana"], code=row["code"])
        department.save()
        departments[department.name] = department
    for person in city["staff"]:
        user = _person(person["email"], person["name"], person["kana"])
        membership = StaffMembership.objects.create(user=user, municipality=municipality, role=person["role"])
        membership.departments.set(departments[name] for name in person["departments"])
    return municipality


def _departments(city: dict[str, Any]) -> Iterable[dict[str, str]]:
    if "departments_file" not in city:
        return city["departments"]
    with (_FOLDER / city["departments_file"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _supplier(entry: dict[str, Any], municipalities: dict[str, Municipality]) -> Supplier:
    supplier = Supplier.objects.create(
        name=entry["name"],
        kana=entry["kana"],
        kind=entry["kind"],
        registration_number=entry["registration_number"],
        member_name=entry.get("member_name", ""),
        members_all_registered=entry.get("members_all_registered", False),
        notice_filed_on=entry.get("notice_filed_on"),
        representative_title=entry["representative"]["title"],
        representative_name=entry["representative"]["name"],
        postcode=entry["postcode"],
        address=entry["address"],
        phone=entry["telephone"],
    )
    for person in entry["members"]:
        SupplierMember.objects.create(
            user=_person(person["email"], person["name"], person["kana"]),
            supplier=supplier,
            role=person["role"],
            section=person["section"],
            phone=person["telephone"],
        )
    for target in entry["sends_to"]:
        for name in target["departments"]:
            department = municipalities[target["municipality"]].departments.get(name=name)
            TradingLink.objects.create(supplier=supplier, department=department)
    return supplier


def _bank_account(supplier: Supplier, account: dict[str, Any]) -> BankAccount:
    return BankAccount.objects.create(
        supplier=supplier,
        bank_code=account["bank_code"],
        bank_name=bank_name(account["bank_code"]) or "",
        branch_code=account["branch_code"],
        branch_name=branch_name(account["bank_code"], account["branch_code"]) or "",
        account_type=str(account["account_type"]),
        number=account["number"],
        holder=account["holder"],
    )


def _branch(supplier: Supplier, branch: dict[str, str]) -> BillingSource:
    return billing_sources.add_source(
        _issuer(supplier),
        SourceInput(
            name=branch["name"],
            signer_title=branch["signer_title"],
            signer_name=branch["signer_name"],
            postcode=branch["postcode"],
            address=branch["address"],
            building="",
            phone=branch["telephone"],
        ),
    )


def _invoice(entry: dict[str, Any], people: dict[str, Any], loaded: _Loaded, done: dict[str, Invoice]) -> Invoice:
    """One invoice, brought to the state that the file names."""
    supplier = loaded.suppliers[entry["supplier"]]
    issuer = _issuer(supplier)
    data = _draft_input(entry, people, loaded, done)
    if replaced := entry.get("replaces"):
        draft = corrections.reissue(invoice_id=done[replaced].pk, actor=issuer)
    else:
        draft = Invoice(pk=uuid7(), version=0)
    draft = drafting.save(draft_id=draft.pk, data=data, actor=issuer, version=draft.version)
    state = entry["state"]
    if state == "draft":
        return draft
    if state == "scheduled":
        return scheduling.schedule(invoice_id=draft.pk, actor=issuer, version=draft.version, at=_some_morning())
    invoice = issuing.issue(invoice_id=draft.pk, actor=issuer, version=draft.version)
    delivery.deliver(Document.objects.get(invoice=invoice).pk)
    if state == "cancelled":
        return corrections.cancel(invoice_id=invoice.pk, actor=issuer)
    if state == "unopened":
        return invoice
    reviewer = _reviewer(invoice)
    invoice = review.open_invoice(invoice_id=invoice.pk, actor=reviewer)
    if state in ("returned", "reissued"):
        return review.return_invoice(
            invoice_id=invoice.pk,
            actor=reviewer,
            reason=ReturnReason(entry["return_category"]),
            comment=entry["return_comment"],
        )
    return invoice if state == "opened" else _accepted(invoice, reviewer, entry)


def _accepted(invoice: Invoice, reviewer: ActingFor, entry: dict[str, Any]) -> Invoice:
    """An invoice that the department accepts, brought to the state that the file names."""
    state = entry["state"]
    invoice = review.accept(invoice_id=invoice.pk, actor=reviewer)
    if state == "accepted":
        return invoice
    accountant = _accountant(invoice)
    if state == "set_off":
        assert invoice.original_id is not None
        return payments.set_off(invoice_id=invoice.pk, partner_id=invoice.original_id, actor=accountant)
    invoice = accounting.take_over(invoice_id=invoice.pk, actor=accountant)
    if state == "taken_over":
        return invoice
    return payments.pay(
        invoice_id=invoice.pk,
        actor=accountant,
        paid_on=today_jst(),
        amount=entry.get("paid_amount"),
        reference=entry.get("paid_reference", ""),
    )


def _draft_input(
    entry: dict[str, Any], people: dict[str, Any], loaded: _Loaded, done: dict[str, Invoice]
) -> DraftInput:
    days = [_ago(line["days_ago"]) for line in entry["lines"]]
    account = entry.get("bank_account")
    department = loaded.municipalities[entry["municipality"]].departments.get(name=entry["department"])
    responsible, contact = people["issuing_responsible"], people["person_in_charge"]
    original = entry.get("original")
    written = entry | {
        "original_id": done[original].pk if original else None,
        "department_id": department.pk,
        "title": entry["title"].format(month=max(days).month),
        "issue_date": _ago(entry.get("issued_days_ago", 0)),
        "transaction_date": days[0] if min(days) == max(days) else None,
        "period_from": min(days) if min(days) != max(days) else None,
        "period_to": max(days) if min(days) != max(days) else None,
        "bank_account_id": loaded.accounts[entry["supplier"], account].pk if account else None,
        "billing_source_id": loaded.branches[entry["supplier"]].pk if entry.get("from_branch") else None,
        "seal_id": loaded.seals[entry["supplier"]].pk if entry.get("sealed") else None,
    }
    for who, person in (("responsible", responsible), ("contact", contact)):
        written |= {f"{who}_{part}": person.get(word, "") for part, word in _OF_PERSONS.items()}
    return DraftInput(
        **head_of(written.get),
        deductions=tuple(
            row_of(DeductionInput, (row | {"rate_id": loaded.rates[row["tax"]].pk}).get)
            for row in entry.get("deductions", ())
        ),
        lines=tuple(_line(line, day, loaded) for line, day in zip(entry["lines"], days, strict=True)),
    )


def _line(line: dict[str, Any], day: date, loaded: _Loaded) -> LineInput:
    original = line.get("original_days_ago")
    written = line | {
        "date": day,
        "description": line["description"].format(month=day.month),
        "quantity": Decimal(line["quantity"]),
        "unit_price": Decimal(line["unit_price"]),
        "rate_id": loaded.rates[line["tax"]].pk,
        "original_date": _ago(original) if original is not None else None,
        "reduction": Reduction.RETURNED if original is not None else Reduction.NONE,
    }
    return row_of(LineInput, written.get)


def _ago(days: int) -> date:
    return today_jst() - timedelta(days=days)


def _some_morning() -> datetime:
    """A time for a reserved issue, late enough that it is still reserved when somebody looks."""
    return datetime.combine(today_jst() + timedelta(days=7), time(9), JST)


def _issuer(supplier: Supplier) -> ActingFor:
    member = supplier.members.select_related("user").order_by("id").first()
    assert member is not None
    acting_for = acting_for_supplier(member.user, supplier.pk)
    assert acting_for is not None
    return acting_for


def _reviewer(invoice: Invoice) -> ActingFor:
    """A member of the department who does not belong to the supplier."""
    membership = (
        StaffMembership.objects.filter(departments=invoice.department_id)
        .exclude(user__supplier_memberships__supplier=invoice.supplier_id)
        .select_related("user")
        .order_by("id")[0]
    )
    acting_for = acting_for_municipality(membership.user, membership.municipality_id)
    assert acting_for is not None
    return acting_for


def _accountant(invoice: Invoice) -> ActingFor:
    membership = (
        StaffMembership.objects.filter(municipality=invoice.municipality_id, role=StaffRole.ACCOUNTANT)
        .select_related("user")
        .order_by("id")[0]
    )
    acting_for = acting_for_municipality(membership.user, membership.municipality_id)
    assert acting_for is not None
    return acting_for
