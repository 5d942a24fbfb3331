"""One step for many invoices: what it comes to is shown first, and taken when somebody has confirmed it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor, NotAllowed
from accounts.guards import PortalRequest, require_city
from invoices import rules
from invoices.enums import InvoiceKind, Status
from invoices.lifecycle import accounting, payments, review
from invoices.lifecycle.dues import Due, due_of
from invoices.lifecycle.related import paid_before
from invoices.models import Invoice
from invoices.rules import Level
from invoices.web.city import taking_over
from invoices.web.city.inbox import TO_PAY, Place, show
from invoices.web.city.payment_forms import BatchPayForm
from invoices.web.shared import steps
from portal.lib.yen import Yen, format_yen


@dataclass(frozen=True, slots=True)
class Words:
    """What a step for many is called.

    Attributes:
        button, done: With `%(count)d`.
        total: What the sum is of.
        tab: Where the list lies that offers it.
    """

    heading: StrOrPromise
    button: StrOrPromise
    done: StrOrPromise
    total: StrOrPromise
    tab: str


STEPS = {
    "accept": Words(
        gettext_lazy("まとめて受理します"),
        gettext_lazy("%(count)d件を受理する"),
        gettext_lazy("%(count)d件を受理しました。"),
        gettext_lazy("金額の合計"),
        Status.OPENED,
    ),
    "take_over": Words(
        gettext_lazy("まとめて会計へ引き継ぎます"),
        gettext_lazy("%(count)d件を会計へ引き継ぐ"),
        gettext_lazy("%(count)d件を会計へ引き継ぎました。"),
        gettext_lazy("支払うべき額の合計"),
        Status.ACCEPTED,
    ),
    "pay": Words(
        gettext_lazy("まとめて支払を記録します"),
        gettext_lazy("%(count)d件の支払を記録する"),
        gettext_lazy("%(count)d件の支払を記録しました。"),
        gettext_lazy("支払額の合計"),
        Status.ACCEPTED,
    ),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One invoice of a batch.

    Attributes:
        amount: What it adds to the sum, in yen.
        warnings: What to look at before it is confirmed.
        refused: Why the step cannot be taken with it; empty when it can.
    """

    invoice: Invoice
    amount: Yen
    warnings: Sequence[str]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch comes to.

    Attributes:
        items: Those with which the step can be taken.
        left_out: Those with which it cannot.
    """

    do: str
    items: Sequence[Item]
    left_out: Sequence[Item]

    @property
    def total(self) -> Yen:
        return sum(item.amount for item in self.items)

    @property
    def with_warnings(self) -> int:
        return sum(bool(item.warnings) for item in self.items)

    @property
    def digest(self) -> str:
        """By which a batch is known again; another selection, amount, warning or step makes another one."""
        said = [
            f"{item.invoice.pk} {item.invoice.updated_at.isoformat()} {item.amount} {' '.join(item.warnings)}"
            for item in self.items
        ]
        return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()[:32]


@require_city
@require_http_methods(["GET", "POST"])
def confirm_batch(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """What the step for all that are ticked comes to: how many, how much, and which to look at. Nothing is changed."""
    if request.method == "GET":  # the page read anew
        return redirect("review:inbox", municipality_id)
    return _begin(request, confirmed=False)


@require_city
@require_http_methods(["GET", "POST"])
def take_batch(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """Take the step that was confirmed, with each invoice by itself; the way leads back to the page of the list.

    Where anything is no longer what was shown, it is shown anew and nothing is changed.
    """
    if request.method == "GET":
        return redirect("review:inbox", municipality_id)
    return _begin(request, confirmed=True)


def _begin(request: PortalRequest, *, confirmed: bool) -> HttpResponse:
    do, place = request.POST.get("do", ""), Place.of(request.POST)
    chosen = steps.chosen(request.POST)
    visible = Invoice.objects.visible_to(request.acting_for).select_related("supplier", "department")
    rows = taking_over.with_superseded(visible.with_credit_notes())
    invoices = list(rows.filter(pk__in=chosen).order_by("delivered_at", "pk"))
    if do not in STEPS:
        return redirect(place.url(request.acting_for.id))
    if "status" not in request.POST:
        place = Place(STEPS[do].tab)
    if not invoices:
        messages.warning(request, _("請求書が選ばれていません。一覧の左の欄で選んでください。"))
    form = BatchPayForm(request.POST)
    if do == "pay" and (not form.is_valid() or not invoices):
        return show(request, place if place.tab in TO_PAY else Place(STEPS[do].tab), form, chosen)
    if not invoices:
        return redirect(place.url(request.acting_for.id))
    day = form.cleaned_data["paid_on"] if do == "pay" else None
    plan = _plan(request.acting_for, do, invoices, day)
    if confirmed and request.POST.get("seen") == plan.digest and not plan.left_out:
        return _take(request, plan, place, day)
    if confirmed:
        messages.warning(
            request, _("確認のあとで内容が変わったため、今回は何も記録していません。件数と合計を確かめ直してください。")
        )
    context = {"plan": plan, "words": STEPS[do], "place": place, "day": day}
    context["button"] = str(STEPS[do].button) % {"count": len(plan.items)}
    context["back"] = place.url(request.acting_for.id, [invoice.pk for invoice in invoices])
    return render(request, "invoices/city/batch.html", context)


def _take(request: PortalRequest, plan: Plan, place: Place, day: date | None) -> HttpResponse:
    by_id = {item.invoice.pk: item for item in plan.items}
    seen = {pk: payments.entries_seen(item.invoice) for pk, item in by_id.items()}

    def take(pk: UUID) -> Invoice:
        if plan.do == "pay" and day is not None:
            amount = by_id[pk].amount
            return payments.pay(invoice_id=pk, actor=request.acting_for, paid_on=day, amount=amount, seen=seen[pk])
        return _step(request.acting_for, plan.do, day)(pk)

    steps.take_many(request, [item.invoice for item in plan.items], take, str(STEPS[plan.do].done))
    return redirect(place.url(request.acting_for.id))


def _step(actor: ActingFor, do: str, day: date | None) -> Callable[[UUID], Invoice]:
    match do:
        case "accept":
            return lambda pk: review.accept(invoice_id=pk, actor=actor)
        case "take_over":
            return lambda pk: accounting.take_over(invoice_id=pk, actor=actor)
    assert day is not None
    return lambda pk: payments.pay(invoice_id=pk, actor=actor, paid_on=day)


def _plan(actor: ActingFor, do: str, invoices: Sequence[Invoice], day: date | None) -> Plan:
    step = partial(steps.would, _step(actor, do, day))
    items = [_item(do, invoice, step(invoice)) for invoice in invoices]
    return Plan(do, [item for item in items if not item.refused], [item for item in items if item.refused])


def _item(do: str, invoice: Invoice, outcome: NotAllowed | Invoice) -> Item:
    due = due_of(invoice)
    amount = invoice.total if do == "accept" else due.proposed
    if isinstance(outcome, NotAllowed):
        return Item(invoice, amount, (), str(outcome.message))
    if do == "accept" and invoice.recalled_at is not None:
        return Item(
            invoice, amount, (), _("会計から引き戻されたものです。1件ずつ開いて、確かめてから受理してください。")
        )
    return Item(invoice, amount, [*_warnings(do, invoice, due), *_remarks(invoice)])


def _warnings(do: str, invoice: Invoice, due: Due) -> list[str]:
    """What is to be known of a claim before it is accepted, paid or taken over."""
    if do == "accept":
        return _warnings_before_acceptance(invoice)
    said = taking_over.notes(invoice) if do == "take_over" else []
    if due.accepted and due.balance > 0:
        said.append(_("受理した返還請求書の%(amount)s円を先に充当します。") % {"amount": format_yen(due.accepted)})
    if due.undecided and due.balance > 0:
        said.append(
            _("課がまだ受理していない返還請求書があります。その%(amount)s円は支払わずに残します。")
            % {"amount": format_yen(due.undecided)}
        )
    if invoice.too_much_back:
        said.append(
            _("支払額より%(amount)s円多く戻入されています。その分も支払います。")
            % {"amount": format_yen(invoice.too_much_back)}
        )
    elif invoice.settled and invoice.balance > 0:
        said.append(_("一部は支払または充当が済んでいます。残額を支払います。"))
    said += taking_over.to_know(invoice)
    if _another_account(invoice):
        said.append(_("前回の支払と振込先口座が違います。口座を確かめてください。"))
    return said


def _warnings_before_acceptance(invoice: Invoice) -> list[str]:
    said = []
    if invoice.return_requested_at is not None:
        said.append(_("請求者が差戻しを依頼しています。1件ずつ開いて、理由を確かめてください。"))
    if settled := paid_before(invoice):
        amount = format_yen(abs(settled))
        words = _("修正前の請求書に%(amount)s円の支払か充当の記録があり、受理すると引き継がれます。")
        if invoice.is_credit_note:
            words = _("修正前の返還請求書に%(amount)s円の充当か戻入の記録があり、受理すると引き継がれます。")
        said.append(words % {"amount": amount})
    return said


def _another_account(invoice: Invoice) -> bool:
    """Whether the supplier names another account than on its claim that this city paid last."""
    if invoice.supplier_id is None or invoice.bank_account_id is None:
        return False
    paid = Invoice.objects.filter(
        supplier=invoice.supplier_id,
        municipality=invoice.municipality_id,
        status=Status.PAID,
        kind=InvoiceKind.INVOICE,
        bank_account__isnull=False,
        paid_on__isnull=False,
    )
    last = paid.order_by("-paid_on", "-paid_at").values_list("bank_account", flat=True).first()
    return last is not None and last != invoice.bank_account_id


def _remarks(invoice: Invoice) -> list[str]:
    if not invoice.snapshot:
        return []
    return [remark.text for remark in rules.remarks(invoice) if remark.level != Level.INFO]
