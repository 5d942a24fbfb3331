"""Drafts: whatever their source, they come in as a `DraftInput` and are saved here."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor, NotAllowed, NotPermitted
from accounts.models import Department
from invoices.amounts import totals_of
from invoices.enums import InvoiceKind, Rounding, Status
from invoices.lifecycle.draft_input import (
    COPIED,
    DATES,
    DEDUCTIONS_MAX,
    LINES_MAX,
    TEXTS,
    DeductionInput,
    DraftInput,
    LineInput,
    columns_of,
    head_of,
    row_of,
    settled,
)
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Attachment, Content, Invoice, InvoiceDeduction, InvoiceLine, TaxRate
from invoices.models.invoice import UNISSUED
from invoices.tax.calculation import amount_rounding, line_amount
from portal.lib.calendar import EARLIEST_DATE, LATEST_DATE, to_wareki
from portal.lib.text import with_line_feeds
from suppliers.models import BankAccount, BillingSource, Seal, TradingLink

Row = TypeVar("Row", bound=models.Model)

DRAFTS_MAX = 1_000
"""Drafts of one supplier at a time."""
_LINE_AMOUNT_LIMIT = 10**14
"""Far above what the checks let through, and low enough that the sums of any draft fit their columns."""


class DeletedDraft(NotAllowed):
    """The draft was deleted elsewhere since this page was loaded; saving does not bring it back."""

    def __init__(self) -> None:
        super().__init__(_("この下書きは別の画面で削除されています。続けるには、新しい請求書を作成してください。"))


class OutdatedDraft(NotAllowed):
    """The draft was saved elsewhere since this page was loaded."""

    def __init__(self) -> None:
        super().__init__(_("この下書きは別の画面で保存されています。ページを読み直して、最新の内容に続けてください。"))


def build(data: DraftInput, *, actor: ActingFor, invoice: Invoice | None = None) -> tuple[Invoice, Content]:
    """Turn input into a draft and what it holds, without saving: for saving, for live totals, previews and checks.

    A department, account, branch or seal that is not the supplier's own is dropped, as if it had not been chosen.

    Args:
        invoice: The draft to write into, whose attachments it keeps; a new one when None.

    Raises:
        NotAllowed: a date lies outside EARLIEST_DATE to LATEST_DATE, which the form does not let through either.
    """
    _require_near_dates(data)
    data = _settled(data)
    rounding = amount_rounding(data.rounding, data.amount_rounding)
    attachments: list[Attachment] = list(invoice.attachments.all()) if invoice else []
    invoice = invoice or Invoice(supplier_id=actor.id, created_by=actor.user)
    for name in COPIED:
        setattr(invoice, name, getattr(data, name))
    invoice.unread = data.unread
    invoice.department = _department(data.department_id, actor)
    invoice.municipality = invoice.department.municipality if invoice.department else None
    invoice.bank_account = _chosen(BankAccount.objects.visible_to(actor).active(), data.bank_account_id)
    invoice.billing_source = _chosen(BillingSource.objects.visible_to(actor).active(), data.billing_source_id)
    invoice.seal = _chosen(Seal.objects.visible_to(actor).active(), data.seal_id)
    invoice.original = _original(data, actor)
    if invoice.original is not None:
        invoice.original_number = invoice.original.number or ""
    used = {line.rate_id for line in data.lines} | {row.rate_id for row in data.deductions}
    rates = TaxRate.objects.in_bulk([rate_id for rate_id in used if rate_id])
    content = Content(
        lines=[
            InvoiceLine(
                invoice=invoice,
                position=position,
                rate=rates.get(line.rate_id) if line.rate_id else None,
                amount=_amount(line, rounding),
                **columns_of(line),
            )
            for position, line in enumerate(data.lines)
        ],
        deductions=[
            InvoiceDeduction(
                invoice=invoice,
                position=position,
                rate=rates.get(row.rate_id) if row.rate_id else None,
                **columns_of(row) | {"amount": None if row.amount is None else _bounded(row.amount)},
            )
            for position, row in enumerate(data.deductions)
        ],
        attachments=attachments,
    )
    sums = totals_of(invoice, content)
    invoice.net, invoice.tax, invoice.total = sums.net, sums.tax, sums.total
    return invoice, content


def save(
    *,
    draft_id: UUID,
    data: DraftInput,
    actor: ActingFor,
    version: int,
    page: UUID | None = None,
    in_passing: bool = False,
) -> Invoice:
    """Save a draft; one that does not exist yet is created under this id, so that a repeated first save is harmless.

    Args:
        version: The version that the page was loaded with; 0 for a new draft.
        page: The loaded page, whose own earlier saves do not make it outdated.
        in_passing: Saved while somebody was typing: a later save of the same page may have overtaken this one, which
            is outdated then like any other.

    Raises:
        WrongStatus: it has been issued meanwhile.
        OutdatedDraft: it was saved elsewhere.
        DeletedDraft: it was deleted elsewhere.
        NotAllowed: it is another supplier's, the actor is no supplier, it has more than LINES_MAX lines or
            DEDUCTIONS_MAX deductions, or a date that `build` refuses, or the supplier has DRAFTS_MAX drafts.
    """
    data = _settled(data)
    if not actor.is_supplier:
        raise NotPermitted
    if len(data.lines) > LINES_MAX:
        raise NotAllowed(_("明細は%(max)d行までです。書類を分けてください。") % {"max": LINES_MAX})
    if len(data.deductions) > DEDUCTIONS_MAX:
        raise NotAllowed(_("控除は%(max)d行までです。まとめて入力してください。") % {"max": DEDUCTIONS_MAX})
    with transaction.atomic():
        # Two first saves at once meet at the key: one creates the row, the other waits and finds it.
        invoice, created = Invoice.objects.select_for_update(of=("self",)).get_or_create(
            pk=draft_id, defaults={"supplier_id": actor.id, "created_by": actor.user}
        )
        if created and version > 0:
            raise DeletedDraft
        if created:
            require_room(actor, made=1)
        if not created:
            _require_own_draft(invoice, actor)
            if input_of(invoice) == data:
                return invoice
            own = page is not None and invoice.saved_from == page and not in_passing
            if invoice.version != version and not own:
                raise OutdatedDraft
        invoice, content = build(data, actor=actor, invoice=invoice)
        invoice.version += 1
        invoice.saved_from = page
        invoice.updated_at = Now()
        invoice.save()
        write(invoice, content)
        invoice.refresh_from_db()
    return invoice


def require_room(actor: ActingFor, *, made: int = 0) -> None:
    """That the supplier may begin another draft.

    Args:
        made: How many of those that are there were made just now.

    Raises:
        NotAllowed: there are DRAFTS_MAX already.
    """
    if Invoice.objects.visible_to(actor).filter(status__in=UNISSUED).count() - made >= DRAFTS_MAX:
        raise NotAllowed(
            _("下書きは%(max)d件までです。一覧で使わない下書きを削除してから、新しく作成してください。")
            % {"max": DRAFTS_MAX}
        )


def write(invoice: Invoice, content: Content) -> None:
    """Put lines and deductions in place of those that a draft had. Attachments come and go one by one."""
    invoice.lines.all().delete()
    invoice.deductions.all().delete()
    InvoiceLine.objects.bulk_create(content.lines)
    InvoiceDeduction.objects.bulk_create(content.deductions)


def delete(*, draft_id: UUID, actor: ActingFor) -> None:
    """Delete a draft; it has no number and leaves no trace, not even of reservations that were withdrawn.

    Raises:
        WrongStatus: it has been issued; what is issued is cancelled, never deleted.
        NotAllowed: it is another supplier's.
    """
    with transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=draft_id)
        _require_own_draft(invoice, actor)
        invoice.events.all().delete()
        invoice.delete()


def input_of(invoice: Invoice) -> DraftInput:
    """The input from which this invoice could be written again: for the editor and for copies."""
    return DraftInput(
        **head_of(partial(getattr, invoice)),
        unread=invoice.unread,
        lines=tuple(row_of(LineInput, partial(getattr, line)) for line in invoice.lines.all()),
        deductions=tuple(row_of(DeductionInput, partial(getattr, row)) for row in invoice.deductions.all()),
    )


def _require_near_dates(data: DraftInput) -> None:
    for label in _far_dates(data):
        raise NotAllowed(
            _("%(label)sは%(first)sから%(last)sまでです。年を確かめて入力し直してください。")
            % {"label": label, "first": to_wareki(EARLIEST_DATE), "last": to_wareki(LATEST_DATE)}
        )


def _far_dates(data: DraftInput) -> Iterator[StrOrPromise]:
    """The names of the dates that are out of bounds, as documents of this kind call them."""
    words = InvoiceKind(data.kind).words
    for name in DATES:
        if _is_far(getattr(data, name)):
            yield getattr(words, name, Invoice.column(name).verbose_name)
    for number, line in enumerate(data.lines, start=1):
        if _is_far(line.date):
            yield _("明細%(number)d行目の日付") % {"number": number}
        if _is_far(line.original_date) or _is_far(line.original_until):
            yield _("明細%(number)d行目の元の取引日") % {"number": number}
    for number, row in enumerate(data.deductions, start=1):
        if _is_far(row.original_date) or _is_far(row.original_until):
            yield _("控除%(number)d行目の元の取引日") % {"number": number}


def _is_far(day: datetime.date | None) -> bool:
    return day is not None and not EARLIEST_DATE <= day <= LATEST_DATE


def _settled(data: DraftInput) -> DraftInput:
    """Each line of the table as what it is, and the lines of a text with LF, however they came.

    A browser sends CRLF by a button and LF in passing.
    """
    texts: dict[str, Any] = {name: with_line_feeds(getattr(data, name)) for name in TEXTS}
    return replace(data, **texts, lines=tuple(map(settled, data.lines)))


def _department(department_id: UUID | None, actor: ActingFor) -> Department | None:
    if department_id is None:
        return None
    links = TradingLink.objects.open().filter(supplier_id=actor.id, department_id=department_id)
    link = links.select_related("department__municipality").first()
    return link.department if link else None


def _chosen(own: QuerySet[Row], row_id: UUID | None) -> Row | None:
    """The row that was chosen among the supplier's own."""
    return None if row_id is None else own.filter(pk=row_id).first()


def _original(data: DraftInput, actor: ActingFor) -> Invoice | None:
    """The invoice that a credit note reduces: an issued one of the same supplier."""
    if data.kind != InvoiceKind.CREDIT_NOTE or data.original_id is None:
        return None
    issued = Invoice.objects.visible_to(actor).filter(number__isnull=False, kind=InvoiceKind.INVOICE)
    return issued.filter(pk=data.original_id).first()


def _amount(line: LineInput, rounding: Rounding) -> int:
    if line.quantity is None or line.unit_price is None:
        return 0
    return _bounded(line_amount(line.quantity, line.unit_price, rounding))


def _bounded(amount: int) -> int:
    return max(-_LINE_AMOUNT_LIMIT, min(amount, _LINE_AMOUNT_LIMIT))


def _require_own_draft(invoice: Invoice, actor: ActingFor) -> None:
    if not actor.is_supplier or invoice.supplier_id != actor.id:
        raise NotPermitted
    if invoice.status != Status.DRAFT:
        words = _("この%(name)sはすでに発行されているため、変更できません。") % {"name": invoice.words.name}
        raise WrongStatus(words, Status(invoice.status))
