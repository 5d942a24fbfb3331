"""The mails about invoices, one function for each. They are called in the transaction of the step that they report."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import mail
from accounts.models import Municipality, User
from invoices.enums import PaymentKind
from invoices.models import Invoice, Payment
from invoices.models.payment import Transferred
from invoices.permissions import administrators, notified_staff
from portal.lib.calendar import today_jst
from portal.lib.text import typed_on_one_line
from portal.lib.yen import Yen, format_yen
from suppliers.models import MemberRole, SupplierMember


def delivered(invoice: Invoice) -> None:
    """To the department: an invoice has arrived. Where the department has no staff, the administrators hear of it."""
    subject = _("【%(kind)sが届きました】%(issuer)s %(number)s") % _names(invoice)
    staff = _staff(invoice)
    _send(staff, subject, "delivered", invoice, _city_url(invoice))
    if not staff and invoice.municipality_id is not None:
        _unstaffed(invoice, invoice.municipality_id)


def _unstaffed(invoice: Invoice, municipality_id: UUID) -> None:
    """To the administrators of the city, at most once a day: an invoice has arrived where nobody sees it."""
    people, today = administrators(municipality_id), today_jst()
    untold = Municipality.objects.filter(Q(told_unstaffed_on=None) | Q(told_unstaffed_on__lt=today), pk=municipality_id)
    if people and untold.update(told_unstaffed_on=today):
        subject = _("【担当者のいない課】%(recipient)s %(department)sに%(kind)sが届きました") % _names(invoice)
        url = settings.PORTAL_URL + reverse("review:unstaffed", args=[municipality_id])
        _send(people, subject, "unstaffed", invoice, url)


def cancelled(invoice: Invoice) -> None:
    """To the department: an invoice was cancelled before it was opened. No mail when it had not arrived yet."""
    if invoice.delivered_at is None:
        return
    subject = _("【%(kind)sが取り消されました】%(issuer)s %(number)s") % _names(invoice)
    _send(_staff(invoice), subject, "cancelled", invoice, _city_url(invoice))


def returned(invoice: Invoice) -> None:
    """To the supplier: the department returned an invoice, and why."""
    subject = _("【%(kind)sが差し戻されました】%(recipient)s %(department)s %(number)s") % _names(invoice)
    _send(_supplier(invoice), subject, "returned", invoice, _supplier_url(invoice))


def refused(invoice: Invoice) -> None:
    """To the supplier: the clock could not issue a scheduled invoice, and why."""
    subject = _("【発行予約】%(kind)s「%(title)s」を発行できませんでした") % _names(invoice)
    path = reverse("invoices:edit", args=[invoice.supplier_id, invoice.id])
    _send(_supplier(invoice), subject, "refused", invoice, f"{settings.PORTAL_URL}{path}?check=1")


def accepted(invoice: Invoice) -> None:
    """To the supplier: the department accepted an invoice; of a correction also what was transferred to it."""
    subject = _("【%(kind)sが受理されました】%(recipient)s %(department)s %(number)s") % _names(invoice)
    transferred = Payment.objects.transferred_to(invoice).amount
    more = _balance(invoice) | {"transferred": transferred, "taken_back": -transferred}
    more["not_set_off"] = max(0, -invoice.left)
    _send(_supplier(invoice), subject, "accepted", invoice, _supplier_url(invoice), more)


def reopened(invoice: Invoice, given_back: Sequence[Invoice]) -> None:
    """To the supplier: the department took back its acceptance, and why.

    Args:
        given_back: Those that it corrects, for which what was transferred counts again.
    """
    subject = _("【受理が取りやめられました】%(recipient)s %(department)s %(which)s") % _names(invoice)
    _send(_supplier(invoice), subject, "reopened", invoice, _supplier_url(invoice), _given_back(given_back))


def paid(invoice: Invoice, entry: Payment) -> None:
    """To the supplier: the city has recorded a payment, of all that was due or of a part, and what is set off."""
    subject = _("【支払のお知らせ】%(recipient)s %(which)s") % _names(invoice)
    set_offs = Payment.objects.in_force().filter(invoice=invoice, kind=PaymentKind.SET_OFF).order_by("pk")
    before = Payment.objects.in_force().filter(invoice=invoice, kind=PaymentKind.PAYMENT).exclude(pk=entry.pk)
    about = {
        "set_offs": set_offs.select_related("credit_note"),
        "what": _("の返還額より多く戻入・充当された分") if invoice.is_credit_note else "",
        "paid_before": before.aggregate(sum=Sum("amount"))["sum"],
    }
    _send_entry(invoice, subject, "paid", entry, about)


def set_off(*, note: Invoice, claim: Invoice, amount: Yen) -> None:
    """To the supplier: the city set a credit note off against a claim."""
    subject = _("【充当のお知らせ】%(recipient)s %(which)s") % _names(note)
    more = {"claim": _names(claim)["number"], "amount": amount}
    _send(_supplier(note), subject, "set_off", note, _supplier_url(note), more)


def refunded(invoice: Invoice, entry: Payment) -> None:
    """To the supplier: the city has recorded what came back."""
    subject = _("【戻入のお知らせ】%(recipient)s %(which)s") % _names(invoice)
    _send_entry(invoice, subject, "refunded", entry)


def payment_corrected(invoice: Invoice, entry: Payment) -> None:
    """To the supplier: an entry was taken back, and why."""
    subject = _("【支払の訂正】%(recipient)s %(which)s") % _names(invoice)
    _send_entry(invoice, subject, "payment_corrected", entry)


def disputed(invoice: Invoice) -> None:
    """To the supplier: what is left is not paid for now, and why."""
    subject = _("【残額が係争中です】%(recipient)s %(which)s") % _names(invoice)
    _send(_supplier(invoice), subject, "disputed", invoice, _supplier_url(invoice))


def dispute_ended(invoice: Invoice) -> None:
    """To the supplier: what is left can be paid again, and why."""
    subject = _("【係争が終わりました】%(recipient)s %(which)s") % _names(invoice)
    _send(_supplier(invoice), subject, "dispute_ended", invoice, _supplier_url(invoice))


def return_requested(invoice: Invoice) -> None:
    """To the department, or to the administrators where nobody works there: the supplier asks to return the invoice."""
    subject = _("【差戻しの依頼】%(issuer)s %(which)s") % _names(invoice)
    _send(_somebody(invoice), subject, "return_requested", invoice, _city_url(invoice))


def recalled(invoice: Invoice, given_back: Sequence[Invoice]) -> None:
    """To the department (or administrators, as above) and to the supplier: the accounting office gives it back.

    Args:
        given_back: As of `reopened`.
    """
    more = _given_back(given_back)
    subject = _("【会計からの引戻し】%(issuer)s %(which)s") % _names(invoice)
    _send(_somebody(invoice), subject, "recalled", invoice, _city_url(invoice), more)
    subject = _("【会計からの引戻し】%(recipient)s %(department)s %(which)s") % _names(invoice)
    _send(_supplier(invoice), subject, "recalled_supplier", invoice, _supplier_url(invoice), more)


def _names(invoice: Invoice) -> dict[str, str]:
    """Names for subjects and texts, each on one line; `which` is kind and number.

    The department is the one that has it now, which may differ after 回送.
    """
    names = {
        "kind": str(invoice.words.name),
        "title": invoice.title,
        "issuer": invoice.issuer_name,
        "recipient": invoice.recipient_name,
        "department": invoice.department.name if invoice.department else invoice.department_name,
        "number": invoice.number or _("(紙の請求書)"),
        "which": f"{invoice.words.name} {invoice.number}" if invoice.number else _("(紙の請求書)"),
    }
    return {name: typed_on_one_line(value) for name, value in names.items()}


def _city_url(invoice: Invoice) -> str:
    return settings.PORTAL_URL + reverse("review:detail", args=[invoice.municipality_id, invoice.id])


def _supplier_url(invoice: Invoice) -> str:
    """The page of the invoice for the supplier; empty for a paper invoice, which has no supplier here."""
    if invoice.supplier_id is None:
        return ""
    return settings.PORTAL_URL + reverse("invoices:detail", args=[invoice.supplier_id, invoice.id])


def _staff(invoice: Invoice) -> list[User]:
    return notified_staff(invoice.department_id) if invoice.department_id else []


def _somebody(invoice: Invoice) -> list[User]:
    """Who has to act: its department, or the administrators of the city where nobody works in that any more."""
    staff = _staff(invoice)
    return staff if staff or invoice.municipality_id is None else administrators(invoice.municipality_id)


def _supplier(invoice: Invoice) -> set[User]:
    """The person who wrote the invoice, and the owners, if they still belong to the supplier."""
    if invoice.supplier_id is None:
        return set()
    members = SupplierMember.objects.filter(
        supplier=invoice.supplier_id, active=True, user__is_active=True
    ).select_related("user")
    return {
        member.user for member in members if member.role == MemberRole.OWNER or member.user_id == invoice.created_by_id
    }


def _send_entry(
    invoice: Invoice, subject: str, template: str, entry: Payment, about: Mapping[str, Any] | None = None
) -> None:
    taken_back = entry.takes_back
    more = _balance(invoice) | {
        "entry": entry,
        "taken_back": taken_back,
        "amount": abs(entry.amount),
        "not_settled": max(0, -invoice.left) if invoice.is_credit_note else 0,
        "entry_kind": taken_back.get_kind_display() if taken_back else entry.get_kind_display(),
        "transferred": Payment.objects.transferred_to(invoice).amount,
        **(about or {}),
    }
    _send(_supplier(invoice), subject, template, invoice, _supplier_url(invoice), more)


def _given_back(corrected: Sequence[Invoice]) -> dict[str, Any]:
    """What counts again for those that were corrected: number, what it is, and yen as their pages count it."""
    return {
        "given_back": [
            {
                "number": one.number,
                "what": Transferred(one.settled, one.set_off).words(of_credit_note=one.is_credit_note),
                "amount": format_yen(-one.settled if one.is_credit_note else one.settled),
            }
            for one in corrected
        ]
    }


def _balance(invoice: Invoice) -> dict[str, Yen]:
    return {"left": max(0, invoice.left), "over": 0 if invoice.is_credit_note else max(0, -invoice.left)}


def _send(
    people: Iterable[User],
    subject: str,
    template: str,
    invoice: Invoice,
    url: str,
    more: Mapping[str, Any] | None = None,
) -> None:
    last = invoice.events.order_by("sequence").last()
    context: dict[str, Any] = _names(invoice) | {
        "invoice": invoice,
        "url": url,
        "comment": last.comment if last else "",
        **(more or {}),
    }
    body = render_to_string(f"invoices/mail/{template}.txt", context)
    for person in people:
        mail.queue(recipient=person.email, subject=subject, body=body)
