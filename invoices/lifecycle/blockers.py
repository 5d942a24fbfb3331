"""Why a step cannot be taken just now, although the person may take it: sentences for people.

A blocker is asked when the status is right. It answers with what stands in the way, or with None.
"""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor
from accounts.models import policy_of
from invoices.enums import Action, InvoiceKind, Status
from invoices.lifecycle.related import accepted_correction, credit_notes_reducing, live_successor
from invoices.models import Invoice
from invoices.permissions import is_system

Blocker = Callable[[ActingFor | None, Invoice], StrOrPromise | None]

WHERE_IT_IS: Mapping[Status, StrOrPromise] = {
    Status.DRAFT: _("この請求書はまだ発行されていません。"),
    Status.SCHEDULED: _("この請求書は発行予約中です。"),
    Status.SENT: _("この請求書はすでに発行され、送信中です。"),
    Status.UNOPENED: _("この請求書はすでに発行され、相手に届いています。"),
    Status.OPENED: _("この請求書はすでに開封されています。"),
    Status.RETURNED: _("この請求書はすでに差し戻されています。"),
    Status.ACCEPTED: _("この請求書はすでに受理されています。"),
    Status.PAID: _("この請求書はすでに支払済みです。"),
    Status.CANCELLED: _("この請求書は取り消されています。"),
}
"""What somebody reads whose step starts elsewhere."""


def wrong_issuer(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """A draft is issued by its supplier, a scheduled invoice by the clock alone."""
    for_the_clock = invoice.status == Status.SCHEDULED
    return None if is_system(actor, invoice) == for_the_clock else WHERE_IT_IS[Status(invoice.status)]


def reduced(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """What a credit note reduces is not withdrawn: the note would take back something of nothing."""
    note = credit_notes_reducing(invoice).order_by("issued_at").first()
    if note is None:
        return None
    return _(
        "返還請求書%(number)sがこの請求書を減額しているため、取り消せません。"
        "先に返還請求書を取り消してください。開封されていれば、差戻しを依頼してください。"
    ) % {"number": note.number}


def opened_before(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Opened once is opened for good: both sides were told so, and passing it on takes nothing of that back."""
    if not invoice.events.filter(action=Action.OPEN).exists():
        return None
    return _(
        "この請求書は一度開封されているため、ほかの課へ回送されたあとも取り消せません。"
        "取りやめたいときは、回送先の課が開封してから差戻しを依頼するか、課に直接お問い合わせください。"
    )


def requests_not_taken(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """A city may take no requests on the screen."""
    if invoice.municipality is not None and policy_of(invoice.municipality).accepts_return_requests:
        return None
    return _("この市は画面からの差戻しの依頼を受け付けていません。担当の課に直接お問い合わせください。")


def already_requested(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """One request is enough until the department has answered it or passed the invoice on."""
    if invoice.return_requested_at is None:
        return None
    return _("差戻しはすでに依頼してあります。課の対応をお待ちください。")


def in_accounting(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """What the accounting office took over, its department does not reopen."""
    if invoice.taken_over_at is None:
        return None
    return _("この請求書はすでに会計へ引き継がれています。受理を取りやめるには、会計に引戻しを依頼してください。")


def taken_over(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """It is taken over once."""
    return None if invoice.taken_over_at is None else _("この請求書はすでに会計へ引き継がれています。")


def not_taken_over(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Only what was taken over is handed back."""
    return _("この請求書はまだ会計へ引き継がれていません。") if invoice.taken_over_at is None else None


def replaced(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """An invoice has at most one live successor. One that is still a draft is gone on with."""
    successor = live_successor(invoice)
    if successor is None or successor.status == Status.DRAFT:
        return None
    return _("この請求書はすでに再発行されています。")


def superseded(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """What was corrected after its acceptance is not paid as well as its correction (消費税法57条の4④)."""
    correction = accepted_correction(invoice)
    if correction is None:
        return None
    return _("この請求書は、受理された修正後の請求書%(number)sに置き換えられています。そちらで支払ってください。") % {
        "number": correction.number
    }


def is_credit_note(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """A credit note reduces a claim, and never another credit note."""
    if invoice.kind == InvoiceKind.INVOICE:
        return None
    return _("返還請求書の返還請求書は作成できません。もとの請求書から作成してください。")
