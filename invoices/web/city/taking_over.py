"""What the accounting office has to know of a claim before it takes it over, in a list, on its page and in a batch."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from invoices.lifecycle.related import undecided_correction
from invoices.models import Invoice, Payment
from invoices.models.invoice import InvoiceQuerySet
from portal.lib.yen import format_yen


def with_superseded(invoices: InvoiceQuerySet) -> InvoiceQuerySet:
    """With those in whose place each stands, and those that correct it, for what is said here: a query for each."""
    corrections = Invoice.objects.only("number", "status", "payable", "replaces").order_by("pk")
    return invoices.prefetch_related(_superseded(), Prefetch("successors", corrections))


def _superseded() -> Any:
    """`has_entries` says of each whether something was recorded for itself that is still in force."""
    columns = ("number", "superseded_by", "taken_over_at", "disputed_at", "dispute_reason")
    entries = Exists(Payment.objects.correctable().filter(invoice=OuterRef("pk")))
    return Prefetch("supersedes", Invoice.objects.only(*columns).annotate(has_entries=entries).order_by("pk"))


def notes(invoice: Invoice) -> list[str]:
    """That nothing is to be paid, and whose entry the finance system has so far.

    It knows what was taken over, and that for which money moved or was set off; not a correction that came back, or
    that was corrected again before the accounting office had anything to do with it.
    """
    said = [] if invoice.balance else [_("支払う残額はありません(0円)。")]
    prefetch_related_objects([invoice], _superseded())  # a list has brought them along
    earlier: Iterable[Any] = invoice.supersedes.all()
    numbers = [str(before) for before in earlier if before.taken_over_at or before.has_entries]
    if numbers:
        said.append(
            _("財務会計システムの記録を、修正前の請求書%(numbers)sからこの請求書に改めてください。")
            % {"numbers": "、".join(numbers)}
        )
    return said


def to_know(invoice: Invoice) -> Iterator[str]:
    """What is to be known of a claim on a list and in a batch, whatever is done with it."""
    yield from _undecided_correction(invoice)
    yield from _disputes_before(invoice)


def _undecided_correction(invoice: Invoice) -> Iterator[str]:
    """That a correction has arrived on which the department has not decided: as long as that is so, this one stands."""
    correction = None if invoice.is_credit_note else undecided_correction(invoice)
    if correction is not None:
        yield _(
            "この請求書を修正した%(number)s(%(amount)s円)が届いていて、課がまだ受理していません。"
            "受理されるとそちらに置き換わります。進める前に、担当の課に確かめてください。"
        ) % {"number": correction.number, "amount": format_yen(correction.payable)}


def _disputes_before(invoice: Invoice) -> Iterator[str]:
    """That what was left of a claim in whose place it stands was disputed, and why."""
    for before in invoice.supersedes.all():
        if before.disputed_at is not None:
            yield _(
                "修正前の請求書%(number)sの残額は係争中でした(理由:%(reason)s)。修正で解決したか確かめてください。"
            ) % {"number": before.number, "reason": " ".join(before.dispute_reason.split())}
