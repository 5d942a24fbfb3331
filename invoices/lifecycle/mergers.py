"""When departments are merged: what nobody has opened yet goes to the one that took over, and so does who sends."""

from uuid import UUID

from django.db import transaction

from accounts.models import DepartmentMerger
from accounts.municipalities import departments
from invoices import emails
from invoices.enums import Action, Status
from invoices.lifecycle.workflow import WrongStatus, step
from invoices.models import Invoice
from portal.lib.jobs import perform
from suppliers import trading


def move_to_successor(merger_id: UUID | str) -> bool:
    """Do the pending work of one merger. Safe to run any number of times.

    Returns:
        Whether this call finished it.
    """
    return perform(DepartmentMerger, merger_id, _move_all)


@transaction.atomic
def follow(invoice: Invoice) -> Invoice:
    """Put an unopened invoice into the hands of the department that does the work today: same number, same addressee.

    One whose department still does its own work stays, and so does one whose last department is closed. Only inside a
    transaction, whose end the department's merger then waits for.

    Raises:
        WrongStatus: it was opened or cancelled meanwhile.
    """
    assert invoice.department is not None  # it was delivered
    target = departments.at_work(invoice.department.pk)
    if target is None or target == invoice.department:
        return invoice
    names = {
        "from": invoice.department.name,
        "from_id": str(invoice.department.pk),
        "to": target.name,
        "to_id": str(target.pk),
    }
    with step(invoice.pk, Action.MOVE, actor=None, data=names) as moved:
        moved.department = target
    return moved


def _move_all(merger: DepartmentMerger) -> None:
    trading.follow_merger(merger.department)
    waiting = Invoice.objects.filter(department=merger.department, status=Status.UNOPENED).order_by("delivered_at")
    for invoice_id in waiting.values_list("pk", flat=True):
        _move(invoice_id)


@transaction.atomic
def _move(invoice_id: UUID) -> None:
    invoice = Invoice.objects.select_for_update(of=("self",)).select_related("department").get(pk=invoice_id)
    before = invoice.department_id
    try:
        invoice = follow(invoice)
    except WrongStatus:
        return
    # One that was superseded goes along, and asks for nothing.
    if invoice.department_id != before and invoice.superseded_by_id is None:
        emails.delivered(invoice)
