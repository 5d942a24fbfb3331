"""The parts of which layouts are made: each takes the document and gives a band of lines."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from accounts.models import AddressLine
from invoices.documents import reading, words
from invoices.documents.pdf import fonts, ledger
from invoices.documents.pdf.ledger import Column, Ledger, fold, lay_out
from invoices.documents.pdf.typesetting import (
    COLUMNS,
    EMPTY,
    PLAIN,
    THICK,
    Band,
    Row,
    beside,
    gap,
    heading_of_table,
    picture,
    rules,
    stack,
    sum_of_table,
    table,
    text,
)
from invoices.documents.reading_amounts import (
    AMOUNT,
    BASE,
    DEDUCTED,
    GROSS,
    RATES,
    SALES,
    TAX,
    after_total,
    amounts,
    original,
)
from invoices.documents.reading_lines import LABELS, REDUCED_NOTE, slip_label
from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import Issuer, Line
from invoices.documents.voice import PAPER, Fact, joined
from invoices.enums import InvoiceKind

# Widths in half-width columns of the style that is named; the style sheet puts them where they belong.
_LABEL = 14
_WIDE_LABEL = 16
_RIGHT = 56
_RIGHT_LABEL = 12
_RIGHT_VALUES = _RIGHT - _RIGHT_LABEL
_BESIDE_SEAL = _RIGHT_VALUES - 16
_LEFT = 56
_LEFT_VALUES = _LEFT - _LABEL
_ISSUER_NAME = 44  # 14 px
_CITY = 45  # 14 px
_ADDRESSEE = 35  # 18 px
_DEPARTMENT = 45  # 14 px
_SUBJECT = 85  # 14 px, behind its label
_DESCRIPTION_LEAST = 24
_SEAL_ROWS = 4
_PEOPLE = "発行責任者・担当者"
_LEAST = {SALES: 15, DEDUCTED: 13, BASE: 17, TAX: 15, GROSS: 17, AMOUNT: 17}
"""The columns of the table of rates are never narrower."""


def facts(entries: Iterable[Fact], width: int, label_width: int = _LABEL) -> list[str]:
    """Labels and, beside them, what they name, as padded lines; what has no text is left out.

    One block of lines and not two: every line that the engine sets costs, whatever stands on it.

    Args:
        width: Columns for the texts; longer ones are folded.
        label_width: Columns for the labels; more, at the cost of the texts, where one would touch what is beside it.
    """
    entries = [entry for entry in entries if entry.texts]
    more = max([0, *(fonts.columns(entry.label) + 2 - label_width for entry in entries)])
    width, label_width = width - more, label_width + more
    lines = []
    for entry in entries:
        first, *others = fold("\n".join(entry.texts), width)
        lines.append(ledger.pad(entry.label, label_width) + first)
        lines += [ledger.pad("", label_width) + other for other in others]
    return lines


def heading(document: FrozenDocument, title: str | None = None, kind: str | None = None) -> Band:
    title = words.title(document) if title is None else title
    kind = words.legal_kind(document) if kind is None else kind
    return stack(text("title", [title], leading=2), text("quiet", [kind] if kind and kind != title else []), gap())


def addressee(document: FrozenDocument, sentence: str) -> Band:
    """宛名 by the city's policy: 〇〇市長 様, with the department in charge, or the department itself."""
    to = document.recipient
    department: list[str] = []
    if to.address_line == AddressLine.DEPARTMENT:
        names = [*_folded(to.municipality, _ADDRESSEE), *_folded(to.department, _ADDRESSEE - 5)]
        city, name = [], [*names[:-1], f"{names[-1]} 御中"] if names else []
    else:
        city = _folded(to.municipality, _CITY)
        name = _folded(to.addressee, _ADDRESSEE - 3)
        name = [*name[:-1], f"{name[-1]} 様"] if name else []
        department = _folded(f"{to.department} 扱い" if to.department else "", _DEPARTMENT)
    return stack(
        text("city", city),
        text("addressee", name, leading=2),
        text("department", department),
        gap(),
        text("quiet", [sentence]),
    )


def _folded(value: str, width: int) -> list[str]:
    return fold(value, width) if value else []


def dates(document: FrozenDocument) -> Band:
    entries = (reading.number(document), *reading.dates(document, PAPER))
    return text(PLAIN, facts(entries, _RIGHT_VALUES, _RIGHT_LABEL), right=True)


def issuer(who: Issuer) -> Band:
    """The creditor: name and number, who claims, where; the branch that claims; the seal beside them."""
    width = _BESIDE_SEAL if who.seal else _RIGHT_VALUES
    names = [*_folded(who.name, _ISSUER_NAME), *_folded(who.branch.name if who.branch else "", _ISSUER_NAME)]
    lines = facts(reading.claimant(who), width, _RIGHT_LABEL)
    seal = picture("seal", f"seal:{who.seal.sha256}", _SEAL_ROWS) if who.seal else EMPTY
    return stack(text("name", names, right=True), beside(text(PLAIN, lines, right=True), seal))


def subject(document: FrozenDocument) -> Band:
    indent = " " * fonts.columns(reading.TITLE)
    return text(
        "subject",
        [
            f"{indent if number else reading.TITLE}  {line}"
            for number, line in enumerate(_folded(document.title or words.MISSING, _SUBJECT))
        ],
    )


def total(document: FrozenDocument) -> Band:
    """What it comes to, with 税込 where anything is taxed."""
    note = f" {PAPER.aside(words.WITH_TAX)}" if words.speaks_of_tax(document) else ""
    figure = text("total", [f"{PAPER.yen(document.tax.total)}{note}"], leading=3)
    return beside(rules(THICK, [0, 3]), stack(gap(), text("label", [words.total_label(document)])), figure)


def references(document: FrozenDocument) -> Band:
    """What a reader must know first: a prepayment, the document that it replaces, the invoice that it reduces."""
    lines = []
    ahead = reading.prepayment(document)
    for reason in ahead.texts:
        lines += fold(f"{ahead.label}の請求です:{reason}", COLUMNS)
    if replaced := document.replaces:
        day = PAPER.day(replaced.issue_date)
        lines += fold(f"本書は{day}の{document.kind.label}({replaced.number})を修正したものです。", COLUMNS)
    if original := document.original:
        day = f"{PAPER.day(original.issue_date)}の" if original.issue_date else ""
        lines += fold(
            f"{reading.ORIGINAL}:{day}{InvoiceKind.INVOICE.label}({original.number or words.MISSING})", COLUMNS
        )
    return stack(text("strong", lines), gap()) if lines else EMPTY


def rates(document: FrozenDocument) -> Band:
    """The per-rate table, in the order of the rules; deductions get columns of their own where there are any."""
    shown = amounts(document, PAPER)
    columns = [Column(RATES), *(Column(label, figures=True, least=_LEAST[label]) for label in shown.columns)]
    cells = [(row.label, *row.amounts) for row in (*shown.rates, shown.in_all)]
    laid = lay_out(columns, cells, width=COLUMNS, elastic=0)
    *rows, last = laid.rows
    notes = [*_deduction_lines(shown.deductions), *fold(shown.rounding, COLUMNS)]
    return stack(heading_of_table(laid.heading), table(rows), sum_of_table(last), text("quiet", notes))


def _deduction_lines(deductions: Fact | None) -> list[str]:
    return fold(f"{deductions.label}:{'、'.join(deductions.texts)}", COLUMNS) if deductions else []


def follow_up(document: FrozenDocument) -> Band:
    """What follows from the total: withholding, and what is carried over."""
    entries = [entry.fact for block in after_total(document, PAPER) for entry in block]
    lines = facts(entries, COLUMNS - _WIDE_LABEL, _WIDE_LABEL)
    return stack(text(PLAIN, lines), gap()) if lines else EMPTY


def payment_and_people(document: FrozenDocument, *, to_pay: bool = True) -> Band:
    """Where to pay, and beside it who answers for the claim; the people alone where nothing is to be paid."""
    people = facts(reading.people(document, PAPER), _RIGHT_VALUES, _RIGHT_LABEL)
    if not to_pay:
        who = stack(text("strong", [_PEOPLE]), text(PLAIN, people))
        return stack(gap(), who) if people else EMPTY
    where = stack(text("strong", ["お支払い"]), text(PLAIN, facts(reading.payment(document, PAPER), _LEFT_VALUES)))
    who = stack(text("strong", [_PEOPLE], right=True), text(PLAIN, people, right=True)) if people else EMPTY
    return stack(gap(), beside(where, who))


def remarks(document: FrozenDocument) -> Band:
    if not document.remarks.strip():
        return EMPTY
    return stack(gap(), text("strong", [reading.REMARKS]), text(PLAIN, fold(document.remarks, COLUMNS)))


def attachments(document: FrozenDocument) -> Band:
    """The files that go with it, by name and the beginning of their hash, by which each can be told."""
    files = document.attachments
    if not files:
        return EMPTY
    lines = [line for file in files for line in fold(f"{file.name}(SHA-256 {file.sha256[:16]}…)", COLUMNS)]
    return stack(gap(), text("strong", [f"{reading.ATTACHMENTS} {len(files)}件"]), text(PLAIN, lines))


def line_ledger(document: FrozenDocument) -> Ledger:
    """All lines as one table, so that its columns stand alike on every page.

    Where long figures leave no room for what was supplied, it stands above the figures across the page.
    """
    lines = [line for line in document.lines if line.is_item]
    slips = any(line.slip_number for line in lines)
    slip = (Column(LABELS.slip_number, most=12),) if slips else ()
    figures = (
        Column(LABELS.quantity, figures=True, least=8),
        Column(LABELS.unit, least=4, most=10),
        Column(LABELS.unit_price, figures=True, least=10),
        Column(LABELS.rate, figures=True, least=6, most=12),
        Column(LABELS.amount, figures=True, least=12),
    )
    cells = [_line_cells(document, line, slips) for line in lines]
    columns = (Column(LABELS.date), *slip, Column(LABELS.description), *figures)
    what = len(slip) + 1
    laid = lay_out(columns, cells, width=COLUMNS, elastic=what)
    if laid.elastic >= _DESCRIPTION_LEAST:
        return laid
    below = lay_out(
        (Column(f"{LABELS.description}・{LABELS.date}"), *slip, *figures),
        [(*row[:what], *row[what + 1 :]) for row in cells],
        width=COLUMNS,
        elastic=0,
    )
    rows = ((*fold(row[what], COLUMNS), *texts) for row, texts in zip(cells, below.rows, strict=True))
    return Ledger(below.heading, tuple(rows), below.elastic)


def _line_cells(document: FrozenDocument, line: Line, slips: bool) -> tuple[str, ...]:
    description = line.description + (" ※" if line.is_reduced else "")
    if line.original_date:
        when = original(line.original_date, line.original_until, PAPER)
        description += f"\n({joined(words.REDUCTION.get(line.reduction, ''), when)})"
    return (
        line.date.isoformat() if line.date else words.MISSING,
        *([line.slip_number] if slips else ()),
        description,
        words.figure(line.quantity),
        line.unit,
        words.figure(line.unit_price),
        words.rate_mark(document, line.rate),
        words.amount(line.shown_amount),
    )


def line_rows(document: FrozenDocument, laid: Ledger) -> list[Row]:
    """The rows to print: the lines, and after each slip of several lines its sum. A heading goes across the page."""
    rows: list[Row] = []
    of_items = iter(laid.rows)
    minus = f"△は{'・'.join(words.reductions(document)) if document.wording > 1 else '返品・値引き'}です。"
    for slip, group in groupby(document.lines, key=lambda line: line.slip_number):
        lines = list(group)
        for line in lines:
            texts = next(of_items) if line.is_item else tuple(fold(line.description, COLUMNS))
            rows.append(Row(texts, line.shown_amount, _notes(line, minus)))
        if slip and len(lines) > 1:
            rows.append(Row((sum_line(slip_label(slip), sum(line.shown_amount for line in lines)),)))
    return rows


def sum_line(label: str, amount: int | Decimal) -> str:
    """A sum under the amounts, set to the right."""
    return ledger.pad(f"{label}  {words.amount(amount)}", COLUMNS, right=True)


def _notes(line: Line, minus: str) -> tuple[str, ...]:
    """What the marks of a line mean."""
    notes = (REDUCED_NOTE,) if line.is_reduced else ()
    return (*notes, minus) if line.amount < 0 else notes
