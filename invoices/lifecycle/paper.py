"""Invoices that came on paper: the scan is the document, and from opening on they live like the others."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed, NotPermitted
from accounts.models import Department
from invoices.archive import store
from invoices.enums import DocumentKind, Origin
from invoices.lifecycle.file_types import scan_type
from invoices.lifecycle.workflow import record
from invoices.models import Document, Invoice
from portal.lib.calendar import JST, today_jst
from portal.lib.ids import uuid7
from portal.lib.yen import Yen

SCAN_MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PaperInput:
    """What stands on the paper.

    Attributes:
        received_on: The day on which the city received it (JST).
        total: Yen, tax included.
    """

    department_id: UUID
    issuer_name: str
    title: str
    issue_date: date
    received_on: date
    total: Yen


def record_paper(*, data: PaperInput, scan: bytes, actor: ActingFor) -> Invoice:
    """Record an invoice that came on paper: opened, without a number of the portal and without a PDF of its own.

    Raises:
        NotPermitted: the department is none of the actor's.
        NotAllowed: the file is no PDF, PNG or JPEG or too large, or the day lies in the future.
    """
    department = _department(data.department_id, actor)
    kind = scan_type(scan)
    if kind is None or len(scan) > SCAN_MAX_BYTES:
        raise NotAllowed(_("読み取った請求書は、20MBまでのPDF・PNG・JPEGにしてください。"))
    if data.received_on > today_jst():
        raise NotAllowed(_("受領日が先の日付です。受け取った日を入力してください。"))
    invoice_id = uuid7()
    key = store.document_key(department.municipality_id, invoice_id, scan)
    store.keep(key, scan)
    invoice = Invoice(
        pk=invoice_id,
        origin=Origin.PAPER,
        created_by=actor.user,
        department=department,
        municipality=department.municipality,
        title=data.title,
        issue_date=data.issue_date,
        net=data.total,
        total=data.total,
        payable=data.total,
        issuer_name=data.issuer_name,
        recipient_name=department.municipality.name,
        department_name=department.name,
        delivered_at=datetime.combine(data.received_on, time.min, JST),
        opened_at=Now(),
        opened_by=actor.user,
    )
    with transaction.atomic():
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


def _department(department_id: UUID, actor: ActingFor) -> Department:
    allowed = Department.objects.active().filter(municipality_id=actor.id)
    if not actor.is_municipality or not (actor.sees_all_departments or department_id in actor.departments):
        raise NotPermitted(_("担当の課の請求書だけを登録できます。"))
    department = allowed.filter(pk=department_id).select_related("municipality").first()
    if department is None:
        raise NotAllowed(_("課を一覧から選び直してください。"))
    return department
