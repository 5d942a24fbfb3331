"""Files that go with an invoice: attached to a draft, and read again by the supplier."""

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import rate_limits
from accounts.acting import NotAllowed
from accounts.dear import dear, sends
from accounts.guards import PortalRequest, press_only, require_supplier
from accounts.models import policy_of
from accounts.rate_limits import Limit
from invoices.archive.store import DamagedDocumentError
from invoices.enums import Status
from invoices.lifecycle import attachments
from invoices.lifecycle.drafting import DeletedDraft
from invoices.lifecycle.file_types import ENDINGS
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Attachment, Invoice
from invoices.models.attachment import MB
from invoices.web.shared import steps
from invoices.web.shared.downloads import download

logger = logging.getLogger(__name__)

FIELD = "files"
# The store never forgets: what is attached and removed again still takes room in it.
_RATE = "300/h/key"
_VOLUME_RATE, _VOLUME_BYTES = "2000/d/key", MB
"""So many pieces of this size a day: 2,000 MB of a supplier, or as many small files."""


@require_supplier
@require_http_methods(["GET", "POST"])
@dear(sends)
def page(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """A draft's files: what is attached, and room for more. Each file is taken or refused by itself."""
    draft = _own(request, invoice_id)
    if request.method == "POST":
        return _file_by_file(request, draft) if request.htmx else _all_at_once(request, draft)
    if draft.status != Status.DRAFT:
        return redirect("invoices:detail", supplier_id, invoice_id)
    return render(request, "invoices/supplier/attachments.html", _context(draft))


@require_supplier
@press_only("invoices:attachments")
def remove(request: PortalRequest, supplier_id: UUID, invoice_id: UUID, attachment_id: UUID) -> HttpResponse:
    file = get_object_or_404(_own(request, invoice_id).attachments, pk=attachment_id)
    with steps.take(request, _("「%(name)s」を外しました。") % {"name": file.name}):
        attachments.remove(draft_id=invoice_id, attachment_id=attachment_id, actor=request.acting_for)
    return redirect("invoices:attachments", supplier_id, invoice_id)


@require_supplier
@require_GET
def own_file(request: PortalRequest, supplier_id: UUID, invoice_id: UUID, attachment_id: UUID) -> HttpResponse:
    return download(request, _own(request, invoice_id), attachment_id)


def _own(request: PortalRequest, invoice_id: UUID) -> Invoice:
    visible = Invoice.objects.visible_to(request.acting_for)
    return get_object_or_404(visible.select_related("municipality__stored_policy"), pk=invoice_id)


def _context(draft: Invoice) -> dict[str, Any]:
    files = list(draft.attachments.all())
    # A hint: what the city takes is for the checks before issue, and the draft may still go to another city.
    policy = policy_of(draft.municipality) if draft.municipality else None
    return {
        "invoice": draft,
        "files": files,
        "together": sum(file.size for file in files),
        "policy": policy,
        "files_max": attachments.FILES_MAX,
        "file_max": attachments.FILE_MAX_BYTES,
        "city_max": policy.attachment_max_mb * 1024 * 1024 if policy else attachments.FILE_MAX_BYTES,
        "together_max": attachments.TOGETHER_MAX_BYTES,
        "accept": ",".join(ending for endings in ENDINGS.values() for ending in endings),
    }


def _all_at_once(request: PortalRequest, draft: Invoice) -> HttpResponse:
    """The form as a browser without script sends it: all files in one request."""
    sent = request.FILES.getlist(FIELD)
    if not sent:
        messages.error(request, _("添付するファイルを選択してください。"))
    for upload in sent:
        with steps.attempt() as outcome:
            attached = _add(request, draft, upload)
            messages.success(request, _("「%(name)s」を添付しました。") % {"name": attached.name})
        if isinstance(outcome.refused, WrongStatus):
            steps.say(request, outcome.refused)
            break
        if isinstance(outcome.refused, DeletedDraft):
            steps.say(request, outcome.refused)
            return redirect("invoices:list", request.acting_for.id)
        if outcome.refused:
            reason = outcome.refused.message
            messages.error(request, _("「%(name)s」:%(reason)s") % {"name": upload.name, "reason": reason})
    return redirect("invoices:attachments", request.acting_for.id, draft.pk)


def _file_by_file(request: PortalRequest, draft: Invoice) -> HttpResponse:
    """One file, as attachments.js sends it: the new list, or why the file was refused.

    It names itself htmx, so that whoever is signed out meanwhile gets a plain answer and not the sign-in page.
    """
    upload = request.FILES.get(FIELD)
    with steps.attempt() as outcome:
        if not isinstance(upload, UploadedFile):
            raise NotAllowed(_("添付するファイルを選択してください。"))
        _add(request, draft, upload)
    if outcome.refused:
        return HttpResponse(str(outcome.refused.message), content_type="text/plain; charset=utf-8", status=422)
    return render(request, "invoices/supplier/attachments_current.html", _context(draft))


def _add(request: PortalRequest, draft: Invoice, upload: UploadedFile) -> Attachment:
    key = str(request.acting_for.id)
    if not rate_limits.allow(request, "invoices.attach", _RATE, key=key):
        raise NotAllowed(_("短い時間に多くのファイルが添付されました。1時間ほどしてから、もう一度添付してください。"))
    pieces = max(-(-(upload.size or 0) // _VOLUME_BYTES), 1)
    if not rate_limits.take(request, [Limit("invoices.attach_volume", _VOLUME_RATE, key)] * pieces):
        raise NotAllowed(
            _(
                "1日に添付できる量(合わせて約2,000MB、または2,000件)に達しました。明日もう一度添付するか、"
                "ファイルを小さくしてください(画像は解像度を下げると小さくなります)。"
            )
        )
    # One byte more than allowed is enough to see that there are too many.
    data = upload.read(attachments.FILE_MAX_BYTES + 1)
    try:
        return attachments.add(draft_id=draft.pk, actor=request.acting_for, name=upload.name or "", data=data)
    except (DamagedDocumentError, OSError) as error:
        logger.exception("an attachment cannot be stored")
        raise NotAllowed(_("いまファイルを保管できません。しばらくしてから、もう一度添付してください。")) from error
