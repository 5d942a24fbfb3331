"""Documents of returns alone (適格返還請求書)."""

from collections.abc import Iterator

from django.db.models import Sum
from django.utils.translation import gettext as _

from invoices.enums import Status
from invoices.models import Invoice
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import RETURNS, SMALL_RETURNS
from portal.lib.yen import format_yen

SMALL_RETURN = 10_000
"""Below so many yen including tax no document is due (消費税法施行令70条の9③二, taken from a summary of it)."""
WITHDRAWN = (Status.RETURNED, Status.CANCELLED)
"""In these an issued invoice claims nothing."""


def lines_of_returns(case: Case) -> Iterator[Finding]:
    """Each line takes something back: its quantity is negative, and its price is not."""
    if not case.is_return:
        return
    for index, line in enumerate(case.content.lines):
        if line.quantity is not None and line.quantity >= 0:
            yield Finding(
                "return-line-not-negative",
                Level.ERROR,
                _("返還請求書の行です。数量をマイナスで入力してください。"),
                "quantity",
                index,
                RETURNS,
            )
        elif line.unit_price is not None and line.unit_price < 0:
            yield Finding(
                "return-line-not-negative",
                Level.ERROR,
                _("返還請求書の行です。数量をマイナスで、単価はプラスで入力してください。"),
                "unit_price",
                index,
                RETURNS,
            )


def original(case: Case) -> Iterator[Finding]:
    """What is reduced: an invoice of the same supplier to the same city, which still claims as much."""
    invoice = case.invoice
    if not case.is_return:
        return
    if invoice.original is None:
        if not invoice.original_number.strip():
            yield Finding(
                "return-original-missing",
                Level.ERROR,
                _("もとの請求書を選択するか、もとの請求書番号を入力してください。"),
                "original_number",
                source=RETURNS,
            )
        return
    if invoice.original.supplier_id != invoice.supplier_id:
        yield Finding(
            "return-original-of-another-supplier",
            Level.ERROR,
            _("もとの請求書がこの事業者のものではありません。自社の請求書を選び直してください。"),
            "original_number",
            source=RETURNS,
        )
        return
    if invoice.department is not None and invoice.original.municipality_id != invoice.department.municipality_id:
        yield Finding(
            "return-original-other-city",
            Level.ERROR,
            _("もとの請求書は別の市あてです。同じ市の課を選ぶか、もとの請求書を選び直してください。"),
            "original_number",
            source=RETURNS,
        )
    if invoice.original.status in WITHDRAWN:
        yield Finding(
            "return-original-withdrawn",
            Level.ERROR,
            _(
                "もとの請求書は「%(status)s」なので、返還するものがありません。修正した請求書があれば選び直してください。"
            )
            % {"status": invoice.original.get_status_display()},
            "original_number",
            source=RETURNS,
        )
    else:
        yield from _too_much(case, invoice.original)


def _too_much(case: Case, reduced: Invoice) -> Iterator[Finding]:
    """All returns of an invoice together take back no more than it claimed."""
    if case.totals is None:
        return
    others = Invoice.objects.filter(original=reduced, number__isnull=False).exclude(status__in=WITHDRAWN)
    others = others.exclude(pk__in=[case.invoice.pk, case.invoice.replaces_id])
    taken_back = -case.totals.total - (others.aggregate(total=Sum("total"))["total"] or 0)
    if taken_back > reduced.total:
        yield Finding(
            "return-above-original",
            Level.WARNING,
            _("返還の合計(%(returned)s円)が、もとの請求書の金額(%(claimed)s円)を超えています。金額を確かめてください。")
            % {"returned": format_yen(taken_back), "claimed": format_yen(reduced.total)},
            "lines",
            source=RETURNS,
        )


def small_return(case: Case) -> Iterator[Finding]:
    """A small one need not be documented; an issuer without a number never needs to."""
    if not (case.is_return and case.invoice.issuer.is_registered):
        return
    if case.totals is not None and -SMALL_RETURN < case.totals.total < 0:
        yield Finding(
            "return-below-ten-thousand",
            Level.INFO,
            _(
                "返還の合計が税込1万円未満なので、返還請求書の交付は義務ではありません。このまま発行することもできます。"
            ),
            source=SMALL_RETURNS,
        )
