"""What the accounting office has to know of a claim before it takes it over, in a list, on its page and in a batch."""

from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from invoices.models import Invoice
from invoices.models.invoice import InvoiceQuerySet


def with_superseded(invoices: InvoiceQuerySet) -> InvoiceQuerySet:
    """With those in whose place each stands, for `notes` and `disputes_before`: one query for all of them."""
    columns = ("number", "superseded_by", "taken_over_at", "disputed_at", "dispute_reason")
    return invoices.prefetch_related(Prefetch("supersedes", Invoice.objects.only(*columns).order_by("pk")))


def notes(invoice: Invoice) -> list[str]:
    """That nothing is to be paid, and whose entry the finance system has so far."""
    said = [] if invoice.balance else [_("支払うものはありません(0円)。")]
    paid = invoice.settled and not invoice.balance
    numbers = [str(before) for before in invoice.supersedes.all() if paid or before.taken_over_at]
    if numbers:
        said.append(
            _("財務会計システムの記録を、修正前の請求書%(numbers)sからこの請求書に改めてください。")
            % {"numbers": "、".join(numbers)}
        )
    return said


def disputes_before(invoice: Invoice) -> Iterator[str]:
    """That what was left of a claim in whose place it stands was disputed, and why."""
    for before in invoice.supersedes.all():
        if before.disputed_at is not None:
            yield _(
                "修正前の請求書%(number)sの残額は係争中でした(理由:%(reason)s)。修正で解決したか確かめてください。"
            ) % {"number": before.number, "reason": " ".join(before.dispute_reason.split())}
