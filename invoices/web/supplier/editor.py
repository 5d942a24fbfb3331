"""The invoice editor: 入力 → 確認 → 完了."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts import kept
from accounts.dear import dear
from accounts.guards import PortalRequest, press_only, require_supplier
from invoices import rules
from invoices.enums import InvoiceKind, Status
from invoices.lifecycle import credit_notes, drafting
from invoices.lifecycle.draft_input import DEDUCTIONS_MAX, LINES_MAX
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Invoice
from invoices.rules import Finding, FindingAction, Level
from invoices.web.shared import steps
from invoices.web.supplier import drafts, row_amounts
from invoices.web.supplier.forms import (
    TAKEN_OVER,
    DraftForms,
    Entry,
    after_button,
    after_paste,
    new_input,
    too_many_rows,
)
from invoices.web.supplier.line_rows import LineRows
from invoices.web.supplier.sums import sums_of
from portal.lib.ids import uuid7
from portal.lib.typed_again import typed_again
from suppliers.models import BankAccount, TradingLink

_BLANK_ROWS = 3
_SAVING_BUTTONS = ("save", "confirm", "attachments", FindingAction.SPLIT_BY_YEAR)


@dataclass(frozen=True, slots=True)
class _Draft:
    """The draft that an editor's page stands for.

    Attributes:
        id: Fixed when the page is made, so that a repeated first save is harmless.
        version: The version that the page builds on.
        page: Names the page; its own saves never make it outdated.
        invoice: None before the first save.
        overtaken: A later save of the same page was taken already, and this one was not.
    """

    id: UUID
    version: int = 0
    page: UUID = field(default_factory=uuid4)
    invoice: Invoice | None = None
    overtaken: bool = False


@require_supplier
@require_GET
def new(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """A blank editor, with `?kind=credit_note` of a credit note. Nothing is saved before something is written.

    `?department=` chooses the department, if the supplier may send to it; the only one needs no choosing.
    """
    kind = InvoiceKind.CREDIT_NOTE if request.GET.get("kind") == InvoiceKind.CREDIT_NOTE else InvoiceKind.INVOICE
    data = replace(new_input(request.acting_for, kind), department_id=_department(request))
    forms = DraftForms.from_input(data, acting_for=request.acting_for)
    return _editor(request, forms.with_blank_rows(_BLANK_ROWS), _Draft(uuid7()))


def _department(request: PortalRequest) -> UUID | None:
    links = TradingLink.objects.visible_to(request.acting_for).open()
    possible = list(links.values_list("department", flat=True))
    asked = request.GET.get("department", "")
    return possible[0] if len(possible) == 1 else next((pk for pk in possible if str(pk) == asked), None)


_MANY_FIELDS = 640
"""A page of a hundred lines sends so many."""
_MANY_ROWS = 100
_long_page = Lock()
"""Long pages are calculated one after the other in a process: several at once would keep everybody's pages waiting."""


def _takes_long(request: HttpRequest) -> bool:
    """Whether rows of a table are pasted, which may be a thousand at once, or a long page is sent or asked for."""
    if request.method != "POST":
        return _is_long(cast(PortalRequest, request))
    return request.POST.get("do", "").startswith("paste-") or len(request.POST) > _MANY_FIELDS


def _is_long(request: PortalRequest) -> bool:
    """Whether the page that is asked for has many rows: those of the draft, or those that were typed before."""
    again, match = typed_again.get(), request.resolver_match
    if again is not None and len(again.fields) > _MANY_FIELDS:
        return True
    drafts_here = Invoice.objects.visible_to(request.acting_for).filter(status=Status.DRAFT)
    return (
        match is not None
        and drafts_here.filter(pk=match.kwargs["invoice_id"], lines__position__gte=_MANY_ROWS).exists()
    )


@require_supplier
@require_http_methods(["GET", "POST"])
@dear(_takes_long, turn=_long_page)
def edit(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _post(request, invoice_id) if request.method == "POST" else _get(request, supplier_id, invoice_id)


def _get(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """The page as it was typed before, or as the draft is stored."""
    again = typed_again.get()
    if again is not None and not again.refused:
        return _again(request, invoice_id, again.fields)
    if _existing(request, invoice_id) is None:  # left before it was saved, or deleted
        messages.info(request, _("この下書きは保存されていないか、削除されています。新しく作成できます。"))
        kind = request.GET.get("kind")
        address = reverse("invoices:new", args=[supplier_id])
        return redirect(f"{address}?kind={InvoiceKind.CREDIT_NOTE}" if kind == InvoiceKind.CREDIT_NOTE else address)
    invoice = drafts.own_invoice(request, invoice_id)
    if invoice.status != Status.DRAFT:
        return redirect("invoices:detail", supplier_id, invoice_id)
    forms = DraftForms.from_input(drafting.input_of(invoice), acting_for=request.acting_for)
    if "check" in request.GET:
        forms = forms.with_blank_rows(0)
        forms.show(drafts.check(invoice))
    else:
        forms = forms.with_blank_rows(_BLANK_ROWS)
    return _editor(request, forms, _Draft(invoice_id, invoice.version, invoice=invoice))


def _again(request: PortalRequest, invoice_id: UUID, fields: QueryDict) -> HttpResponse:
    """The page as it was typed before it could be saved, still building on the same version of the draft."""
    existing = _existing(request, invoice_id)
    if existing is not None and existing.status != Status.DRAFT:
        return redirect("invoices:detail", request.acting_for.id, invoice_id)
    forms = DraftForms.from_post(fields, acting_for=request.acting_for)
    return _editor(request, forms, _Draft(invoice_id, drafts.version_of(fields), _page(fields), existing))


def _existing(request: PortalRequest, invoice_id: UUID) -> Invoice | None:
    """The draft, which is there only after its first save."""
    existing = Invoice.objects.visible_to(request.acting_for).filter(pk=invoice_id).first()
    if existing is None and Invoice.objects.filter(pk=invoice_id).exists():
        raise Http404
    return existing


def _post(request: PortalRequest, invoice_id: UUID) -> HttpResponse:
    """Every way of sending the editor: live totals, work on the rows, pasting, saving, going on to confirm.

    A page with a script changes its rows by itself, and asks only which cells a pasted text fills.
    """
    existing = _existing(request, invoice_id)
    do = request.POST.get("do", "save")
    forms = DraftForms.from_post(request.POST, acting_for=request.acting_for)
    if do.startswith("paste-"):
        return _pasted(forms, do, request.POST.get("pasted", ""))
    forms = forms.as_credit_note() if do == FindingAction.TO_CREDIT_NOTE else after_button(forms, do)
    draft = _Draft(invoice_id, drafts.version_of(request.POST), _page(request.POST), existing)
    refused = too_many_rows(request.POST)
    # What cannot be read is saved as it was typed.
    unread = forms.unread_entries()
    if not refused and (existing is not None or do in _SAVING_BUTTONS or not forms.is_blank):
        with steps.attempt() as outcome:
            draft = _save(request, draft, forms, in_passing=do == "live")
        if isinstance(outcome.refused, WrongStatus):
            steps.say(request, outcome.refused)
            kept.keep_refused(request)
            return _whole_page(request, redirect("invoices:detail", request.acting_for.id, invoice_id))
        if outcome.refused:
            refused = [Finding("not-saved", Level.ERROR, outcome.refused.message)]
    forms.show(refused)
    if do == "live":
        return _live(request, forms, draft, unread, refused)
    if refused or draft.invoice is None or do not in _SAVING_BUTTONS or (unread and do == "confirm"):
        return _editor(request, forms, draft, refused=refused)
    return _onwards(request, forms, draft, do)


def _pasted(forms: DraftForms, do: str, text: str) -> HttpResponse:
    """Which cells a pasted text fills, how many rows there are then, and the words for it. Nothing is saved."""
    filled, said = after_paste(forms, do, text)
    return JsonResponse({"cells": filled.cells_unlike(forms), "count": len(filled.rows), "said": said})


def _save(request: PortalRequest, draft: _Draft, forms: DraftForms, *, in_passing: bool) -> _Draft:
    """Save what the page holds.

    Args:
        in_passing: While somebody is typing. Such a save may arrive after the one of a button that was pressed
            later; it then changes nothing, and the page learns where the draft stands.
    """
    try:
        saved = drafting.save(
            draft_id=draft.id,
            data=forms.draft_input(),
            actor=request.acting_for,
            version=draft.version,
            page=draft.page,
            in_passing=in_passing,
        )
    except drafting.OutdatedDraft:
        if in_passing and draft.invoice is not None and draft.invoice.saved_from == draft.page:
            return replace(draft, version=draft.invoice.version, overtaken=True)
        raise
    return replace(draft, version=saved.version, invoice=saved)


def _onwards(request: PortalRequest, forms: DraftForms, draft: _Draft, do: str) -> HttpResponse:
    """Where a saved page leads: back to itself, to its files, or on to confirm when nothing speaks against issuing."""
    assert draft.invoice is not None
    drafts.ask_register(draft.invoice)
    if do == "save":
        if forms.unread_entries():
            messages.warning(request, _("入力したまま保存しました。読み取れない項目を直すと、発行できます。"))
        else:
            messages.success(request, _("保存しました。"))
        return redirect("invoices:edit", request.acting_for.id, draft.id)
    if do == FindingAction.SPLIT_BY_YEAR:
        return drafts.split_by_year(request, draft.id, draft.version)
    if do == "attachments":
        return redirect("invoices:attachments", request.acting_for.id, draft.id)
    findings = drafts.check(draft.invoice)
    if not rules.lasting_errors(findings):
        return redirect("invoices:confirm", request.acting_for.id, draft.id)
    forms.show(findings)
    return _editor(request, forms, draft)


@require_supplier
@press_only("invoices:edit")
def split(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """From the confirm page: a draft of two fiscal years becomes two."""
    drafts.own_invoice(request, invoice_id)
    return drafts.split_by_year(request, invoice_id, drafts.version_of(request.POST))


@require_supplier
@press_only("invoices:detail")
def begin_credit_note(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """From an issued invoice to the draft of what is taken back of it."""
    drafts.own_invoice(request, invoice_id)
    with steps.take(request) as outcome:
        draft = credit_notes.begin_credit_note(invoice_id=invoice_id, actor=request.acting_for)
    if outcome.refused:
        return redirect("invoices:detail", supplier_id, invoice_id)
    messages.info(
        request,
        _(
            "もとの請求書の明細を返品として写しました。実際に返す行と数量だけを残し、値引や割戻なら返還の種類を選び直してください。"
            "控除とマイナスの行は写していません。"
        ),
    )
    return redirect("invoices:edit", supplier_id, draft.id)


@require_supplier
@press_only("invoices:edit")
def delete(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    drafts.own_invoice(request, invoice_id)
    with steps.take(request, _("下書きを削除しました。")) as outcome:
        drafting.delete(draft_id=invoice_id, actor=request.acting_for)
    if outcome.refused:
        return redirect("invoices:detail", supplier_id, invoice_id)
    return redirect("invoices:list", supplier_id)


def _page(sent: QueryDict) -> UUID:
    try:
        return UUID(sent.get("page", ""))
    except ValueError:
        return uuid4()


def _live_context(request: PortalRequest, forms: DraftForms, draft: _Draft) -> dict[str, Any]:
    """Totals of what stands in the form, by the one calculation that also freezes them."""
    built, content = drafting.build(forms.draft_input(), actor=request.acting_for)
    if draft.invoice is not None:
        built.replaces = draft.invoice.replaces
    return {
        "sums": sums_of(built, content),
        "rows": LineRows(forms, row_amounts.amounts(forms, built, content.lines)),
        "shown": forms.shown,
    }


def _live(
    request: PortalRequest, forms: DraftForms, draft: _Draft, unread: Sequence[Entry], refused: Sequence[Finding]
) -> HttpResponse:
    context = _live_context(request, forms, draft) | {
        "draft": draft,
        "unread": unread,
        "refused": refused,
        "saved_at": timezone.now() if draft.invoice and not draft.overtaken else None,
        "swaps": forms.swaps(request.POST.get("shown", "")),
    }
    changed = row_amounts.changed(context["rows"].amounts, request.POST.get("amounts", ""))
    context["changed"] = json.dumps(changed, ensure_ascii=False)
    response = render(request, "invoices/supplier/editor_live.html", context)
    if draft.overtaken:
        # Or an answer was lost, and the page does not know of its own save: it sends what it holds once more.
        response["X-Overtaken"] = "true"
    return trigger_client_event(response, "draft-saved", after="settle") if draft.invoice is not None else response


def _editor(
    request: PortalRequest, forms: DraftForms, draft: _Draft, *, refused: Sequence[Finding] = ()
) -> HttpResponse:
    """The page. `refused` is what kept it from being saved."""
    supplier_id = request.acting_for.id
    context = {
        "refused": refused,
        "unread": forms.unread_entries(),
        "forms": forms,
        "head": forms.head,
        "is_credit_note": forms.head.is_credit_note,
        "draft": draft,
        "summary": {level.value: forms.summary(level) for level in Level},
        "open_sections": forms.open_sections,
        "files": list(draft.invoice.attachments.all()) if draft.invoice else [],
        "lines_max": LINES_MAX,
        "takes_over": " ".join(TAKEN_OVER),
        "deductions_max": DEDUCTIONS_MAX,
        "has_links": TradingLink.objects.open().filter(supplier_id=supplier_id).exists(),
        "has_accounts": BankAccount.objects.active().filter(supplier_id=supplier_id).exists(),
    }
    return render(request, "invoices/supplier/editor.html", context | _live_context(request, forms, draft))


def _whole_page(request: PortalRequest, response: HttpResponseRedirect) -> HttpResponse:
    """A redirect that htmx, too, follows as a whole page."""
    if not request.htmx:
        return response
    return HttpResponseClientRedirect(kept.with_kept(response.url, request.kept_id))
