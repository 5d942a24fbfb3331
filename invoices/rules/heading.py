"""Checks of the title, the recipient, and the invoice that is corrected."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import Department
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import CORRECTION, QUALIFIED
from suppliers.models import TradingLink


def title(case: Case) -> Iterator[Finding]:
    """There is a title."""
    if not case.invoice.title.strip():
        yield Finding("title-missing", Level.ERROR, _("件名を入力してください。"), "title")


def recipient(case: Case) -> Iterator[Finding]:
    """A department is chosen, and the supplier may send to it today."""
    invoice = case.invoice
    if invoice.department is None:
        yield Finding(
            "department-missing", Level.ERROR, _("発行先の課を選択してください。"), "department", source=QUALIFIED
        )
    elif not TradingLink.objects.open().filter(supplier=invoice.issuer, department=invoice.department).exists():
        yield Finding("trading-link-closed", Level.ERROR, _closed(invoice.department), "department")


def _closed(department: Department) -> str:
    successor = department.today()
    if successor is not None and successor != department:
        return _("この課にはいま発行できません。「%(successor)s」に引き継がれたので、その課を選び直してください。") % {
            "successor": successor.name
        }
    return _("この課にはいま発行できません。別の課を選ぶか、市にお問い合わせください。")


def correction(case: Case) -> Iterator[Finding]:
    """A correction is the same kind of document as the original, for the same city."""
    invoice = case.invoice
    if invoice.replaces is None:
        return
    if invoice.replaces.kind != invoice.kind:
        yield Finding(
            "correction-of-another-kind",
            Level.ERROR,
            _("修正した書類は、修正前と同じ種類(%(kind)s)にしてください。別の種類の書類は、新しく作成します。")
            % {"kind": invoice.replaces.get_kind_display()},
            "kind",
            source=CORRECTION,
        )
    department = invoice.department
    if department is not None and invoice.replaces.municipality_id != department.municipality_id:
        yield Finding(
            "correction-for-another-city",
            Level.ERROR,
            _(
                "修正した%(name)sは、修正前の%(name)sと同じ市に発行してください。別の市へは、新しい%(name)sを作成します。"
            )
            % {"name": case.words.name},
            "department",
            source=CORRECTION,
        )
