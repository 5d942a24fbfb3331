"""Issue: a draft becomes a numbered, frozen invoice."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from invoices import rules
from invoices.amounts import totals_of
from invoices.documents import schema, snapshot
from invoices.enums import Action, InvoiceKind
from invoices.lifecycle import numbering
from invoices.lifecycle.drafting import OutdatedDraft
from invoices.lifecycle.workflow import step
from invoices.models import Document, Invoice, content_of
from invoices.rules import Finding
from portal.lib.jobs import run_soon
from suppliers.models import Supplier

PREFIX = {InvoiceKind.INVOICE: "", InvoiceKind.CREDIT_NOTE: "R"}
"""Credit notes are numbered in a series of their own."""


class Refused(NotAllowed):
    """The pre-issue checks found errors."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(_("発行前の確認で直すところが見つかりました。"))
        self.findings = findings


class ChangedAfterConfirming(OutdatedDraft):
    """The draft is no longer what somebody saw who confirmed it."""

    def __init__(self) -> None:
        NotAllowed.__init__(self, _("確認のあとで内容が変わりました。もう一度確かめてから発行してください。"))


@transaction.atomic
def issue(*, invoice_id: UUID, actor: ActingFor, version: int, seen: str | None = None) -> Invoice:
    """Issue a draft: number, snapshot, status and event in one transaction; delivery follows as pending work.

    Args:
        version: The version that the person saw when confirming.
        seen: Digest of the snapshot that the person saw; None when nobody looked.

    Raises:
        Refused: the checks found errors; nothing has changed.
        ChangedAfterConfirming: the draft, or a name or account that it shows, was changed since.
        WrongStatus: it is issued already; a second click ends here.
        NotPermitted: it is another supplier's.
    """
    with step(invoice_id, Action.ISSUE, actor=actor) as invoice:
        require_unchanged(invoice, version, seen)
        freeze(invoice)
    request_delivery(invoice)
    return invoice


def require_unchanged(invoice: Invoice, version: int, seen: str | None) -> None:
    """That a draft is still what somebody confirmed.

    Raises:
        ChangedAfterConfirming: it is not.
    """
    if invoice.version != version:
        raise ChangedAfterConfirming
    if seen is not None:
        text = schema.dump(snapshot.build(invoice, content_of(invoice)))
        if schema.digest(text) != seen:
            raise ChangedAfterConfirming


def freeze(invoice: Invoice) -> None:
    """Check and number a locked draft, and set on it what an issue writes, whoever issues.

    Raises:
        Refused: the checks found errors.
    """
    # What the checks count of earlier invoices must not change before this one is among them. Always after the
    # invoice's own row and before the number's; not against those who only refer to the supplier.
    Supplier.objects.select_for_update(no_key=True).get(pk=invoice.issuer.pk)
    content = content_of(invoice)
    findings = rules.check(invoice, content)
    if found := rules.errors(findings):
        raise Refused(found)
    # Held by the checks.
    assert invoice.issue_date is not None
    assert invoice.department is not None
    number = numbering.take(invoice.issuer, invoice.issue_date, PREFIX[InvoiceKind(invoice.kind)])
    invoice.series, invoice.sequence, invoice.number = number.series, number.sequence, number.text
    invoice.check_code = snapshot.new_check_code()
    document = snapshot.build(invoice, content)
    invoice.snapshot = schema.dump(document)
    invoice.snapshot_schema = schema.SCHEMA
    invoice.issuer_name = invoice.issuer.name
    invoice.recipient_name = invoice.department.municipality.name
    invoice.department_name = invoice.department.name
    sums = totals_of(invoice, content)
    invoice.net, invoice.tax, invoice.total = sums.net, sums.tax, sums.total
    invoice.payable = sums.total if document.withholding is None else document.withholding.payable


def request_delivery(invoice: Invoice) -> None:
    """Make the pending work of rendering, storing and delivering."""
    run_soon(Document.objects.create(invoice=invoice))
