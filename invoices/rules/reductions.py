"""Checks of credit notes (適格返還請求書)."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoices.amounts import notes_beside
from invoices.documents import schema
from invoices.documents.schema import FrozenDocument
from invoices.models import Invoice
from invoices.models.invoice import WITHDRAWN
from invoices.rules.case import Case
from invoices.rules.facts import Sums
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import CREDIT_NOTES, SMALL_CREDIT_NOTES
from portal.lib.calendar import to_wareki
from portal.lib.yen import Yen, format_yen

SMALL_CREDIT_NOTE = 10_000
"""Below this amount in yen, with tax, no credit note is required (消費税法施行令70条の9③二, from a summary)."""


def lines_of_credit_notes(case: Case) -> Iterator[Finding]:
    """Each line of a credit note is negative, by its quantity or by its price, or comes to nothing at all."""
    if not case.is_credit_note:
        return
    for index, line in enumerate(case.content.lines):
        if line.quantity is None or line.unit_price is None:
            continue
        both = line.quantity < 0 and line.unit_price < 0
        if both or (line.quantity >= 0 and line.unit_price >= 0):
            yield Finding(
                "credit-note-line-not-negative",
                Level.ERROR,
                _("返還請求書の行です。数量か単価のどちらか一方をマイナスで入力してください。"),
                "unit_price" if both else "quantity",
                index,
                CREDIT_NOTES,
            )


def original(case: Case) -> Iterator[Finding]:
    """A credit note names its original: an invoice of the same supplier for the same city, valid and large enough."""
    invoice = case.invoice
    if not case.is_credit_note:
        return
    if invoice.original is None:
        if not invoice.original_number.strip():
            yield Finding(
                "credit-note-original-missing",
                Level.ERROR,
                _("もとの請求書を選択するか、もとの請求書番号を入力してください。"),
                "original_number",
                source=CREDIT_NOTES,
            )
        return
    if invoice.original.supplier_id != invoice.supplier_id:
        yield Finding(
            "credit-note-original-of-another-supplier",
            Level.ERROR,
            _("もとの請求書がこの事業者のものではありません。自社の請求書を選び直してください。"),
            "original_number",
            source=CREDIT_NOTES,
        )
        return
    if invoice.department is not None and invoice.original.municipality_id != invoice.department.municipality_id:
        yield Finding(
            "credit-note-original-other-city",
            Level.ERROR,
            _("もとの請求書は別の市あてです。同じ市の課を選ぶか、もとの請求書を選び直してください。"),
            "original_number",
            source=CREDIT_NOTES,
        )
    if invoice.original.status in WITHDRAWN:
        yield Finding(
            "credit-note-original-withdrawn",
            Level.ERROR,
            _(
                "もとの請求書は「%(status)s」なので、返還するものがありません。修正した請求書があれば選び直してください。"
            )
            % {"status": invoice.original.get_status_display()},
            "original_number",
            source=CREDIT_NOTES,
        )
    elif invoice.original.superseded_by is not None and not invoice.is_issued:
        yield Finding(
            "credit-note-original-superseded",
            Level.ERROR,
            _(
                "もとの請求書は、受理された修正後の請求書%(number)sに置き換えられました。返還するものがまだあれば、"
                "この下書きを削除し、修正後の請求書から返還請求書を作り直してください。"
            )
            % {"number": invoice.original.superseded_by.number},
            "original_number",
            source=CREDIT_NOTES,
        )
    elif invoice.original.snapshot:
        claimed = schema.load(invoice.original.snapshot)
        yield from _too_late(case, claimed)
        yield from _too_much(case, invoice.original, Sums.frozen(claimed))


def _too_late(case: Case, claimed: FrozenDocument) -> Iterator[Finding]:
    """No line takes back a sale that is later than all that the original invoice claims, ahead or not."""
    of_head = (claimed.issue_date, claimed.transaction_date, claimed.period_to)
    last = max(day for day in (*of_head, *(line.date for line in claimed.lines)) if day)
    for index, line in enumerate(case.content.lines):
        if line.original_date is not None and line.original_date > last:
            yield Finding(
                "credit-note-of-later-sale",
                Level.WARNING,
                _(
                    "元の取引日が、もとの請求書%(number)s(%(day)sまで)より後です。日付か、もとの請求書を確かめてください。"
                )
                % {"number": claimed.number, "day": to_wareki(last)},
                "original_date",
                index,
                CREDIT_NOTES,
            )


def _too_much(case: Case, original: Invoice, claimed: Sums) -> Iterator[Finding]:
    """All credit notes of an invoice together take back at most what it claimed, for each rate and in total."""
    if case.totals is None:
        return
    of_rates = {rate.code: rate.gross for rate in claimed.rates}
    before = _taken_back_before(case, original)
    exceeded = False
    for rate in case.totals.rates:
        taken_back = before[rate.code] - rate.gross
        if rate.code not in of_rates:
            yield Finding(
                "credit-note-rate-not-claimed",
                Level.WARNING,
                _("もとの請求書に「%(rate)s」の明細はありません。税区分か、もとの請求書を確かめてください。")
                % {"rate": rate.label},
                "lines",
                source=CREDIT_NOTES,
            )
        elif taken_back > of_rates[rate.code]:
            exceeded = True
            yield _exceeds(rate.label, taken_back, of_rates[rate.code])
    taken_back = before.total() - case.totals.total
    if not exceeded and taken_back > claimed.total:
        yield _exceeds(_("合計"), taken_back, claimed.total)


def _taken_back_before(case: Case, original: Invoice) -> Counter[str]:
    """What the other valid credit notes take back: yen with tax, by the code of the rate, as positive numbers.

    Those of what the original corrects take back of it, too.
    """
    taken_back: Counter[str] = Counter()
    for note in notes_beside(case.invoice, original):
        for rate in Sums.frozen(schema.load(note.snapshot or "")).rates:
            taken_back[rate.code] -= rate.gross
    return taken_back


def _exceeds(label: str, taken_back: Yen, claimed: Yen) -> Finding:
    return Finding(
        "credit-note-above-original",
        Level.WARNING,
        _(
            "「%(label)s」の返還の額(税込%(refunded)s円)が、もとの請求書の額(税込%(claimed)s円)を超えています。"
            "金額を確かめてください。"
        )
        % {"label": label, "refunded": format_yen(taken_back), "claimed": format_yen(claimed)},
        "lines",
        source=CREDIT_NOTES,
    )


def small_credit_note(case: Case) -> Iterator[Finding]:
    """Information that no credit note is required for a small amount. An issuer without a number never needs one."""
    if not (case.is_credit_note and case.issuer.is_registered):
        return
    if case.totals is not None and -SMALL_CREDIT_NOTE < case.totals.total < 0:
        yield Finding(
            "credit-note-below-ten-thousand",
            Level.INFO,
            _(
                "返還の合計が税込1万円未満なので、返還請求書の交付は義務ではありません。このまま発行することもできます。"
            ),
            source=SMALL_CREDIT_NOTES,
        )
