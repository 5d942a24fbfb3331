"""Invoices that came on paper: the scan is the document, and from opening on they live like the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed, NotPermitted
from accounts.models import Department, Municipality
from invoices.archive import store
from invoices.enums import Action, DocumentKind, InvoiceKind, Origin, Status
from invoices.lifecycle.comments import required_comment
from invoices.lifecycle.received_files import type_of_scan
from invoices.lifecycle.workflow import WrongInput, WrongStatus, record, step, transition
from invoices.models import Document, Invoice
from invoices.models.invoice import DELIVERED
from portal.lib.calendar import JST, jst_date, today_jst
from portal.lib.ids import uuid7
from portal.lib.spelling import name_key
from portal.lib.yen import Yen

SCAN_MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What stands on the paper.

    Attributes:
        received_on: The day on which the city received it (JST).
        total: Yen, tax included.
    """

    issuer_name: str
    title: str
    issue_date: date
    received_on: date
    total: Yen

    @classmethod
    def of(cls, invoice: Invoice) -> "PaperFacts":
        """What is recorded of a paper invoice now."""
        assert invoice.issue_date is not None
        assert invoice.delivered_at is not None
        return cls(
            issuer_name=invoice.issuer_name,
            title=invoice.title,
            issue_date=invoice.issue_date,
            received_on=jst_date(invoice.delivered_at),
            total=invoice.total,
        )


class RecordedAlready(NotAllowed):
    """The very same scan is recorded in this city, or an invoice on which the same stands, on paper or by the portal.

    Attributes:
        first: The invoice that is there.
        same_scan: Whether it has that scan; a paper that is scanned anew gives another one.
    """

    def __init__(self, first: Invoice, *, same_scan: bool) -> None:
        super().__init__(_("同じ請求書が、すでに登録されています。"))
        self.first = first
        self.same_scan = same_scan


class CorrectedMeanwhile(WrongStatus):
    """Somebody else corrected it since the person looked, who would put the old values back without knowing."""

    def __init__(self, status: Status) -> None:
        super().__init__(
            _("ほかの訂正が先に入りました。いまの登録内容を確かめて、必要なときだけもう一度訂正してください。"), status
        )


def record_paper(
    *, department_id: UUID, facts: PaperFacts, scan: bytes, actor: ActingFor, another: bool = False
) -> Invoice:
    """Record an invoice that came on paper: opened, without a number of the portal and without a PDF of its own.

    Args:
        another: Record it although it seems to be recorded already, because it is really another invoice.

    Raises:
        NotPermitted: the department is none of the actor's.
        NotAllowed: the file is no PDF, PNG or JPEG, locked, damaged, infected or too large.
        WrongInput: its days cannot be.
        RecordedAlready: the same scan, or one with the same issuer, date and amount, is there already.
    """
    department = _department(department_id, actor)
    if len(scan) > SCAN_MAX_BYTES:
        raise NotAllowed(_("読み取った請求書は、20MBまでのPDF・PNG・JPEGにしてください。"))
    kind = type_of_scan(scan, actor=actor)
    _require_possible_days(facts)
    invoice_id = uuid7()
    key = store.document_key(department.municipality_id, invoice_id, scan)
    if not another:
        _require_new(department.municipality_id, store.sha256_in(key), facts)
    store.keep(key, scan)
    invoice = Invoice(
        pk=invoice_id,
        origin=Origin.PAPER,
        created_by=actor.user,
        department=department,
        municipality=department.municipality,
        recipient_name=department.municipality.name,
        department_name=department.name,
        opened_at=Now(),
        opened_by=actor.user,
        **_columns(facts),
    )
    with transaction.atomic():
        # Of two people who record the same scan at once, the second waits here and is told.
        Municipality.objects.select_for_update(no_key=True).get(pk=department.municipality_id)
        if not another:
            _require_new(department.municipality_id, store.sha256_in(key), facts)
        record(invoice, actor=actor)
        Document.objects.create(
            invoice=invoice,
            kind=DocumentKind.SCAN,
            key=key,
            sha256=store.sha256_in(key),
            size=len(scan),
            content_type=kind,
            stored_at=Now(),
            done_at=Now(),
        )
    invoice.refresh_from_db()
    return invoice


@transaction.atomic
def correct_paper(
    *, invoice_id: UUID, facts: PaperFacts, actor: ActingFor, comment: str, seen: int | None = None
) -> Invoice:
    """Put right what was mistyped of a paper invoice, until it is accepted. The event keeps what stood there before.

    Args:
        seen: How many corrections there were when the person looked; None when nobody looked.

    Raises:
        WrongStatus: it is not open.
        CorrectedMeanwhile: there are more corrections than were seen.
        NotPermitted: it came by the portal, or its department is none of the actor's.
        WrongInput: its days cannot be.
        NotAllowed: no reason, or nothing changed.
    """
    comment = required_comment(comment, _("訂正の理由"))
    _require_possible_days(facts)
    data: dict[str, Any] = {}
    with step(invoice_id, Action.CORRECT_PAPER, actor=actor, comment=comment, data=data) as invoice:
        if seen is not None and seen != corrections_seen(invoice):
            raise CorrectedMeanwhile(Status(invoice.status))
        data["changes"] = _changes(PaperFacts.of(invoice), facts)
        if not data["changes"]:
            raise NotAllowed(_("どの項目も変わっていません。訂正する項目を直してください。"))
        for name, value in _columns(facts).items():
            if name != "delivered_at" or "received_on" in data["changes"]:
                setattr(invoice, name, value)
    return invoice


@transaction.atomic
def withdraw_paper(*, invoice_id: UUID, actor: ActingFor, comment: str) -> Invoice:
    """Withdraw what was recorded by mistake, until it is accepted. The record, its scan and its history stay.

    Raises:
        WrongStatus: it is not open.
        NotPermitted: it came by the portal, or its department is none of the actor's.
        NotAllowed: no reason.
    """
    comment = required_comment(comment, _("登録を取り消す理由"))
    return transition(invoice_id, Action.WITHDRAW_PAPER, actor=actor, comment=comment)


def corrections_seen(invoice: Invoice) -> int:
    """How often it was corrected, for a form that is to be refused when there are more."""
    return invoice.events.filter(action=Action.CORRECT_PAPER).count()


def _columns(facts: PaperFacts) -> dict[str, Any]:
    return {
        "issuer_name": facts.issuer_name,
        "title": facts.title,
        "issue_date": facts.issue_date,
        "delivered_at": datetime.combine(facts.received_on, time.min, JST),
        "net": facts.total,
        "total": facts.total,
        "payable": facts.total,
    }


def _changes(before: PaperFacts, after: PaperFacts) -> Mapping[str, list[str | int]]:
    """What stood there and what stands there now, by the field, as JSON keeps it."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in PaperFacts.__slots__}
    return {
        name: [each.isoformat() if isinstance(each, date) else each for each in pair]
        for name, pair in pairs.items()
        if pair[0] != pair[1]
    }


def _require_possible_days(facts: PaperFacts) -> None:
    if facts.received_on > today_jst():
        raise WrongInput("received_on", _("受領日が先の日付です。受け取った日を入力してください。"))
    if facts.issue_date > facts.received_on:
        raise WrongInput("issue_date", _("請求日が受領日より後です。請求書を見て、どちらかの日付を直してください。"))


def _require_new(municipality_id: UUID, sha256: str, facts: PaperFacts) -> None:
    """The scan of what was withdrawn may come again, and the paper after a return."""
    there = Invoice.objects.filter(municipality=municipality_id, status__in=DELIVERED)
    there = there.select_related("department").order_by("created_at")
    scanned = there.filter(documents__kind=DocumentKind.SCAN, documents__sha256=sha256).first()
    if scanned is not None:
        raise RecordedAlready(scanned, same_scan=True)
    wanted = name_key(facts.issuer_name)
    same = there.filter(issue_date=facts.issue_date, total=facts.total, kind=InvoiceKind.INVOICE)
    for other in same.exclude(status=Status.RETURNED):
        if name_key(other.issuer_name) == wanted:
            raise RecordedAlready(other, same_scan=False)


def _department(department_id: UUID, actor: ActingFor) -> Department:
    allowed = Department.objects.active().filter(municipality_id=actor.id)
    if not actor.is_municipality or not (actor.sees_all_departments or department_id in actor.departments):
        raise NotPermitted(_("担当の課の請求書だけを登録できます。"))
    department = allowed.filter(pk=department_id).select_related("municipality").first()
    if department is None:
        raise NotAllowed(_("課を一覧から選び直してください。"))
    return department
