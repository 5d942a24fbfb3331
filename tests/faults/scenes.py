"""What the tests set up in the database of their installation; each scene runs in a process of that installation."""

import time
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress

from accounts.acting import ActingFor
from invoices.lifecycle import issuing, scheduling
from invoices.models import Document, Invoice
from portal.lib.jobs import database_now
from tests import factories

OWNER = "owner@a.example"
REVIEWER = "reviewer@city.example"


def draft(lines: int = 1) -> dict[str, str]:
    """A draft of so many lines, whose owner can sign in."""
    (invoice,), owner = _drafts(1, lines)
    return {"supplier": str(owner.id), "invoice": str(invoice.pk)}


def issued(lines: int = 1) -> dict[str, str]:
    """An issued invoice of so many lines whose document nobody has made."""
    (invoice,), owner = _drafts(1, lines)
    issuing.issue(invoice_id=invoice.pk, actor=owner, version=invoice.version)
    return {"invoice": str(invoice.pk), "document": str(Document.objects.get(invoice=invoice).pk)}


def scheduled(count: int) -> dict[str, Any]:
    """So many invoices of one supplier, all reserved for the same second, soon after this scene is set."""
    started = time.monotonic()
    drafts, owner = _drafts(count, 1)
    # Reserving takes less than writing did, on this machine and at this moment.
    seconds = 5 + 2 * (time.monotonic() - started)
    at = (database_now() + timedelta(seconds=seconds)).replace(microsecond=0)
    for invoice in drafts:
        scheduling.schedule(invoice_id=invoice.pk, actor=owner, version=invoice.version, at=at)
    return {"at": at.isoformat()}


def neighbours(lines: int) -> dict[str, dict[str, str]]:
    """Two suppliers with a draft each; the first one's has so many long lines."""
    city = factories.MunicipalityFactory(name="見本市")
    department = factories.DepartmentFactory(municipality=city, name="子育て支援課")
    found = {}
    for name, count, words in (("greedy", lines, "長い品名" * 12), ("other", 1, "A4コピー用紙")):
        supplier = factories.SupplierFactory(name=f"事業者 {name}")
        owner = factories.member_of(supplier, email=f"{name}@a.example")
        EmailAddress.objects.create(user=owner.user, email=owner.user.email, verified=True, primary=True)
        factories.TradingLinkFactory(supplier=supplier, department=department)
        account = factories.BankAccountFactory(supplier=supplier)
        content = tuple(factories.line_input(description=f"{words} {number}") for number in range(count))
        draft = factories.write_draft(owner, department=department, bank_account=account, lines=content)
        found[name] = {"email": owner.user.email, "supplier": str(owner.id), "draft": str(draft.pk)}
    return found


def _drafts(count: int, lines: int) -> tuple[list[Invoice], ActingFor]:
    city = factories.MunicipalityFactory(name="見本市")
    department = factories.DepartmentFactory(municipality=city, name="子育て支援課")
    factories.staff_of(city, department, email=REVIEWER)
    supplier = factories.SupplierFactory(name="事業者A")
    owner = factories.member_of(supplier, email=OWNER)
    EmailAddress.objects.create(user=owner.user, email=OWNER, verified=True, primary=True)
    factories.TradingLinkFactory(supplier=supplier, department=department)
    account = factories.BankAccountFactory(supplier=supplier)
    content = tuple(factories.line_input(description=f"A4コピー用紙 {n}") for n in range(lines))
    drafts = [
        factories.write_draft(owner, department=department, bank_account=account, lines=content) for _n in range(count)
    ]
    return drafts, owner
