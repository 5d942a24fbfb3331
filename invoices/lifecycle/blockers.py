"""Why a step cannot be taken just now, although the person may take it: sentences for people.

A blocker is asked when the status is right. It answers with what stands in the way, or with None.
"""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor
from accounts.models import MunicipalityPolicy, policy_of
from invoices.enums import Action, InvoiceKind, Origin, Status
from invoices.lifecycle.dues import due_of, partners
from invoices.lifecycle.related import credit_notes_reducing, live_successor
from invoices.models import Invoice, Payment
from invoices.permissions import is_system

Blocker = Callable[[ActingFor | None, Invoice], StrOrPromise | None]

WHERE_IT_IS: Mapping[Status, StrOrPromise] = {
    Status.DRAFT: _("この%(name)sはまだ発行されていません。"),
    Status.SCHEDULED: _("この%(name)sは発行予約中です。"),
    Status.SENT: _("この%(name)sはすでに発行され、送信中です。"),
    Status.UNOPENED: _("この%(name)sはすでに発行され、相手に届いています。"),
    Status.OPENED: _("この%(name)sはすでに開封されています。"),
    Status.RETURNED: _("この%(name)sはすでに差し戻されています。"),
    Status.ACCEPTED: _("この%(name)sはすでに受理されています。"),
    Status.PAID: _("この%(name)sはすでに%(state)sです。"),
    Status.CANCELLED: _("この%(name)sは取り消されています。"),
}
"""What somebody reads whose step starts elsewhere, with what such a document is called."""


def where_it_is(invoice: Invoice) -> StrOrPromise:
    """What somebody reads whose step starts elsewhere. A credit note is never paid, and a claim of nothing neither."""
    if invoice.status == Status.PAID and not invoice.paid_on:
        return _("この%(name)sに支払うものはありません(0円)。") % {"name": invoice.words.name}
    state = invoice.state_label if invoice.is_credit_note else _("支払済み")
    return WHERE_IT_IS[Status(invoice.status)] % {"name": invoice.words.name, "state": state}


def _policy(invoice: Invoice) -> MunicipalityPolicy:
    assert invoice.municipality is not None  # a city has it
    return policy_of(invoice.municipality)


def wrong_issuer(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """A draft is issued by its supplier, a scheduled invoice by the clock alone."""
    for_the_clock = invoice.status == Status.SCHEDULED
    return None if is_system(actor, invoice) == for_the_clock else where_it_is(invoice)


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
        "この%(name)sは一度開封されているため、ほかの課へ回送されたあとも取り消せません。"
        "取りやめたいときは、回送先の課が開封してから差戻しを依頼するか、課に直接お問い合わせください。"
    ) % {"name": invoice.words.name}


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
    return _(
        "この%(name)sはすでに会計へ引き継がれています。受理を取りやめるには、会計課に引戻しを依頼してください。"
    ) % {"name": invoice.words.name}


def typed_alone(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Nobody accepts paper of which they typed what stands there, where the city asks for two people.

    Whoever corrected it has typed it as well as whoever recorded it.
    """
    if actor is None or invoice.origin != Origin.PAPER or not _policy(invoice).second_person_for_paper:
        return None
    typed = invoice.events.filter(action__in=(Action.RECORD_PAPER, Action.CORRECT_PAPER), actor=actor.user)
    if not typed.exists():
        return None
    return _(
        "ご自身で登録または訂正した紙の請求書です。この市では、別の人が受理することになっています。"
        "課のほかの担当者に受理を頼んでください。"
    )


def accepted_alone(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Nobody moves money for what they accepted, where the city asks for two people."""
    if actor is None or not _policy(invoice).second_person_for_payment:
        return None
    accepted = invoice.events.filter(action=Action.ACCEPT).order_by("sequence").last()
    if accepted is None or accepted.actor_id != actor.user.pk:
        return None
    return _(
        "ご自身で受理した%(name)sです。この市では、受理した人と別の人が会計の手続きをすることになっています。"
        "会計のほかの担当者に頼んでください。"
    ) % {"name": invoice.words.name}


def set_off_alone(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """To set a claim off is to pay it, out of what the supplier owes. The credit note brings that money back."""
    return None if invoice.is_credit_note else accepted_alone(actor, invoice)


def taken_over(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """It is taken over once."""
    if invoice.taken_over_at is None:
        return None
    return _("この%(name)sはすでに会計へ引き継がれています。") % {"name": invoice.words.name}


def not_taken_over(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Only what was taken over is handed back."""
    if invoice.taken_over_at is not None:
        return None
    return _("この%(name)sはまだ会計へ引き継がれていません。") % {"name": invoice.words.name}


def partly_settled(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """As long as an entry is in force for it, its acceptance stands, also where the entries cancel each other out.

    What was only transferred to it goes back.
    """
    if not Payment.objects.of(invoice).correctable().exists():
        return None
    if invoice.is_credit_note:
        return _(
            "この返還請求書には充当または戻入の記録があります。"
            "会計課が「支払の記録を訂正する」で取り消すまで、受理の取りやめも課への引戻しもできません。"
        )
    return _(
        "この請求書には支払または充当の記録があります。"
        "会計課が「支払の記録を訂正する」で取り消すまで、受理の取りやめも課への引戻しもできません。"
    )


def not_to_pay(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """A credit note is set off or refunded, and neither taken over nor paid."""
    if not invoice.is_credit_note:
        return None
    return _("返還請求書は支払いません。充当または戻入を記録してください。")


def not_to_give_back(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Of a credit note only that is paid which came back beyond it, as when its correction takes back less."""
    return None if invoice.is_credit_note and invoice.too_much_back else not_to_pay(actor, invoice)


def disputed(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """What is disputed is not paid."""
    if invoice.disputed_at is None:
        return None
    return _("この%(name)sの残額は係争中です。支払うには、先に係争を終えてください。") % {"name": invoice.words.name}


def not_disputed(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Only a dispute that is can end."""
    if invoice.disputed_at is not None:
        return None
    return _("この%(name)sは係争中ではありません。") % {"name": invoice.words.name}


def nothing_due(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Nothing is left to be paid: nothing was claimed, too much was paid, or credit notes take back what is left."""
    due = due_of(invoice)
    if due.amount > 0:
        return None
    if due.balance > 0:
        return _("受理した返還請求書が残額のすべてを減額しています。支払わずに、充当してください。")
    if due.balance == 0 and invoice.payable == 0:
        return _("請求金額が0円なので、支払の記録は要りません。会計へ引き継ぐと、手続きは終わりです。")
    return _("過払いのため、支払う残額がありません。戻入を記録してください。")


def nothing_to_set_off(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """A set-off needs a claim that is to be paid, and a credit note of the same supplier for the same city."""
    if invoice.is_credit_note:
        if invoice.balance >= 0:
            return _("この返還請求書に、充当する残額はありません。")
        if partners(invoice).exists():
            return None
        return _("充当できる請求書がありません。戻入を記録するか、次の請求書の受理をお待ちください。")
    if invoice.balance > 0 and partners(invoice).exists():
        return None
    return _("この請求書に充当できる返還請求書がありません。")


def nothing_to_refund(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Money comes back for a credit note, and for what was paid above what was due."""
    return None if invoice.balance < 0 else _("戻入する額がありません。")


def nothing_to_correct(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """An entry is taken back once, and neither a counter-entry nor a transfer is."""
    if Payment.objects.of(invoice).correctable().exists():
        return None
    return _("訂正できる支払の記録がありません。")


def replaced(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """An invoice has at most one live successor. One that is still a draft is gone on with."""
    successor = live_successor(invoice)
    if successor is None or successor.status == Status.DRAFT:
        return None
    return _("この%(name)sはすでに再発行されています。") % {"name": invoice.words.name}


def closed(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """What was superseded is closed for every step, as long as the acceptance of its correction stands.

    So what was corrected after its acceptance is not paid as well as its correction (消費税法57条の4④).
    """
    if invoice.superseded_by is None:
        return None
    return _(
        "この%(name)sは、受理された修正後の%(name)s%(number)sに置き換えられています。"
        "この先の手続きは、そちらで進めてください。"
    ) % {"name": invoice.words.name, "number": invoice.superseded_by.number}


def nothing_to_transfer(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """Something is transferred only within a chain of corrections."""
    if invoice.replaces_id or invoice.superseded_by_id:
        return None
    return _("引き継ぐ支払の記録がありません。")


def is_credit_note(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """A credit note reduces a claim, and never another credit note."""
    if invoice.kind == InvoiceKind.INVOICE:
        return None
    return _("返還請求書の返還請求書は作成できません。もとの請求書から作成してください。")
