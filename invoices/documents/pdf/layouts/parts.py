"""The parts of which layouts are made: each takes the snapshot and gives a band of lines."""

from collections.abc import Sequence
from typing import Any

from invoices.documents import words
from invoices.documents.pdf import ledger
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
from invoices.documents.snapshot import Snapshot
from invoices.documents.words import yen
from invoices.enums import PriceMode
from portal.lib.yen import format_yen_triangle

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

Fact = tuple[str, str]


def facts(entries: Sequence[Fact], width: int, label_width: int = _LABEL) -> list[str]:
    """Labels and, beside them, what they name, as padded lines; what has no text is left out.

    One block of lines and not two: every line that the engine sets costs, whatever stands on it.

    Args:
        width: Columns for the texts; longer ones are folded.
        label_width: Columns for the labels.
    """
    lines = []
    for label, value in entries:
        if value:
            first, *others = fold(value, width)
            lines.append(ledger.pad(label, label_width) + first)
            lines += [ledger.pad("", label_width) + other for other in others]
    return lines


def heading(snapshot: Snapshot, title: str | None = None, kind: str | None = None) -> Band:
    title = words.title(snapshot) if title is None else title
    kind = words.legal_kind(snapshot) if kind is None else kind
    return stack(text("title", [title], leading=2), text("quiet", [kind] if kind and kind != title else []), gap())


def addressee(snapshot: Snapshot, sentence: str) -> Band:
    """宛名 by the city's policy: 〇〇市長 様, with the department in charge, or the department itself."""
    to = snapshot["recipient"]
    department: list[str] = []
    if to["address_line"] == "department":
        names = [*_folded(to["municipality"], _ADDRESSEE), *_folded(to["department"], _ADDRESSEE - 5)]
        city, name = [], [*names[:-1], f"{names[-1]} 御中"] if names else []
    else:
        city = _folded(to["municipality"], _CITY)
        name = _folded(to["addressee"], _ADDRESSEE - 3)
        name = [*name[:-1], f"{name[-1]} 様"] if name else []
        department = _folded(f"{to['department']} 扱い" if to["department"] else "", _DEPARTMENT)
    return stack(
        text("city", city),
        text("addressee", name, leading=2),
        text("department", department),
        gap(),
        text("quiet", [sentence]),
    )


def _folded(value: str, width: int) -> list[str]:
    return fold(value, width) if value else []


def dates(snapshot: Snapshot) -> Band:
    label, day = words.transaction(snapshot)
    lines = facts(
        [
            ("請求番号", snapshot["number"] or "発行時に付番"),
            ("請求日", words.both_calendars(snapshot["issue_date"])),
            (label, day),
            ("管理番号", snapshot["own_reference"]),
        ],
        _RIGHT_VALUES,
        _RIGHT_LABEL,
    )
    return text(PLAIN, lines, right=True)


def issuer(snapshot: Snapshot) -> Band:
    """The creditor: name and number, who claims, where; the branch that claims; the seal beside them."""
    who = snapshot["issuer"]
    branch = who["branch"]
    width = _BESIDE_SEAL if who["seal"] else _RIGHT_VALUES
    place = branch or who
    names = [*_folded(who["name"], _ISSUER_NAME), *_folded(branch["name"] if branch else "", _ISSUER_NAME)]
    signer = " ".join(part for part in (who["signer"]["title"], who["signer"]["name"]) if part)
    delegate = branch and who["signer"]["name"] != who["representative_name"]
    lines = facts(
        [
            ("登録番号", who["registration_number"]),
            ("受任者" if delegate else "代表者", signer),
            (
                "所在地",
                "\n".join(part for part in (f"〒{place['postcode']}", place["address"], place["building"]) if part),
            ),
            ("電話", place["phone"]),
        ],
        width,
        _RIGHT_LABEL,
    )
    seal = picture("seal", f"seal:{who['seal']['sha256']}", _SEAL_ROWS) if who["seal"] else EMPTY
    return stack(text("name", names, right=True), beside(text(PLAIN, lines, right=True), seal))


def subject(snapshot: Snapshot) -> Band:
    return text(
        "subject",
        [
            f"件名  {line}" if number == 0 else f"      {line}"
            for number, line in enumerate(_folded(snapshot["title"] or words.MISSING, _SUBJECT))
        ],
    )


def total(label: str, amount: int) -> Band:
    figure = text("total", [f"{yen(amount)} (税込)"], leading=3)
    return beside(rules(THICK, [0, 3]), stack(gap(), text("label", [label])), figure)


def references(snapshot: Snapshot) -> Band:
    """The invoice that this one replaces, and the one that returns reduce."""
    lines = []
    if replaced := snapshot["replaces"]:
        day = words.both_calendars(replaced["issue_date"])
        lines += fold(f"本書は{day}の請求書({replaced['number']})を修正したものです。", COLUMNS)
    if original := snapshot["original"]:
        day = f"{words.both_calendars(original['issue_date'])}の" if original["issue_date"] else ""
        lines += fold(f"もとの請求書:{day}請求書({original['number'] or words.MISSING})", COLUMNS)
    return stack(text("strong", lines), gap()) if lines else EMPTY


def rates(snapshot: Snapshot) -> Band:
    """The per-rate table, in the order of the rules; deductions get columns of their own where there are any."""
    tax = snapshot["tax"]
    deducted = any(row["deductions"] for row in tax["rates"])
    columns = [
        Column("税率別内訳"),
        *((Column("売上額", figures=True, least=15), Column("控除額", figures=True, least=13)) if deducted else ()),
        Column("税抜金額", figures=True, least=17),
        Column("消費税額", figures=True, least=15),
        Column("税込金額", figures=True, least=17),
    ]
    cells = [*(_rate_cells(row, deducted) for row in tax["rates"]), _sum_cells(tax, deducted)]
    laid = lay_out(columns, cells, width=COLUMNS, elastic=0)
    *rows, last = laid.rows
    notes = [*(_deduction_lines(tax) if deducted else ()), *fold(words.rounding(tax), COLUMNS)]
    return stack(heading_of_table(laid.heading), table(rows), sum_of_table(last), text("quiet", notes))


def _rate_cells(row: dict[str, Any], deducted: bool) -> tuple[str, ...]:
    reduction = sum(entry["amount"] for entry in row["deductions"])
    figures = [row["sales"], -reduction] if deducted else []
    return (row["rate"]["label"], *map(format_yen_triangle, (*figures, row["base"], row["tax"], row["gross"])))


def _sum_cells(tax: dict[str, Any], deducted: bool) -> tuple[str, ...]:
    sales = sum(row["sales"] for row in tax["rates"])
    reduction = sum(entry["amount"] for row in tax["rates"] for entry in row["deductions"])
    figures = [sales, -reduction] if deducted else []
    return ("合計", *map(format_yen_triangle, (*figures, tax["net"], tax["tax"], tax["total"])))


def _deduction_lines(tax: dict[str, Any]) -> list[str]:
    named = [
        f"{row['rate']['label']} {entry['label']} {yen(-entry['amount'])}"
        for row in tax["rates"]
        for entry in row["deductions"]
    ]
    return fold(f"控除の内訳({words.PRICE_MODE[PriceMode(tax['price_mode'])]}):{'、'.join(named)}", COLUMNS)


def after_total(snapshot: Snapshot) -> Band:
    """Withholding, which lowers what is paid and not the base of the tax, and what is carried over."""
    lines: list[Fact] = []
    if withheld := snapshot["withholding"]:
        lines += [
            ("源泉徴収税額", f"{yen(-withheld['amount'])}(対象額 {yen(withheld['base'])})"),
            ("差引お支払額", yen(withheld["payable"])),
        ]
    if carried := snapshot["carry_over"]:
        lines += [
            ("前回請求額", yen(carried["billed"])),
            ("ご入金額", yen(carried["received"])),
            ("前回ご請求残額", yen(carried["remaining"])),
            ("合計請求額", f"{yen(carried['grand_total'])}(前回ご請求残額 + 今回請求額)"),
        ]
    return stack(text(PLAIN, facts(lines, COLUMNS - _WIDE_LABEL, _WIDE_LABEL)), gap()) if lines else EMPTY


def payment_and_people(snapshot: Snapshot, *, to_pay: bool = True) -> Band:
    """Where to pay, and beside it who answers for the claim; the people alone where nothing is to be paid."""
    people = _people(snapshot)
    if not to_pay:
        who = stack(text("strong", [_PEOPLE]), text(PLAIN, people))
        return stack(gap(), who) if people else EMPTY
    where = stack(text("strong", ["お支払い"]), text(PLAIN, _payment(snapshot)))
    who = stack(text("strong", [_PEOPLE], right=True), text(PLAIN, people, right=True)) if people else EMPTY
    return stack(gap(), beside(where, who))


def _payment(snapshot: Snapshot) -> list[str]:
    pay = snapshot["payment"]
    account = pay["bank_account"]
    entries = [("入金方法", pay["method_label"])]
    if account:
        entries += [
            ("金融機関", f"{account['bank_name']}({account['bank_code']})"),
            ("支店", f"{account['branch_name']}({account['branch_code']})"),
            ("口座", f"{account['account_type_label']} {account['number']}"),
            ("名義", account["holder"]),
        ]
    return facts([*entries, ("債権者番号", pay["creditor_number"])], _LEFT_VALUES)


def _people(snapshot: Snapshot) -> list[str]:
    entries = []
    for role, person in (("発行責任者", snapshot["responsible"]), ("本件担当者", snapshot["contact"])):
        if person:
            phone = f"\n直通電話 {person['phone']}" if person["phone"] else ""
            entries.append((role, f"{person['name']}(役職 {words.position(person['title'])}){phone}"))
    return facts(entries, _RIGHT_VALUES, _RIGHT_LABEL)


def remarks(snapshot: Snapshot) -> Band:
    if not snapshot["remarks"].strip():
        return EMPTY
    return stack(gap(), text("strong", ["備考"]), text(PLAIN, fold(snapshot["remarks"], COLUMNS)))


def attachments(snapshot: Snapshot) -> Band:
    """The files that go with it, by name and the beginning of their hash, by which each can be told."""
    files = snapshot["attachments"]
    if not files:
        return EMPTY
    lines = [line for file in files for line in fold(f"{file['name']}(SHA-256 {file['sha256'][:16]}…)", COLUMNS)]
    return stack(gap(), text("strong", [f"添付ファイル {len(files)}件"]), text(PLAIN, lines))


def line_ledger(snapshot: Snapshot) -> Ledger:
    """All lines as one table, so that its columns stand alike on every page.

    Where long figures leave no room for what was supplied, it stands above the figures across the page.
    """
    lines = snapshot["lines"]
    slips = any(line["slip_number"] for line in lines)
    slip = (Column("伝票番号", most=12),) if slips else ()
    figures = (
        Column("数量", figures=True, least=8),
        Column("単位", least=4, most=10),
        Column("単価", figures=True, least=10),
        Column("税率", figures=True, least=6, most=12),
        Column("金額", figures=True, least=12),
    )
    cells = [_line_cells(line, slips) for line in lines]
    columns = (Column("日付"), *slip, Column("品名"), *figures)
    what = len(slip) + 1
    laid = lay_out(columns, cells, width=COLUMNS, elastic=what)
    if laid.elastic >= _DESCRIPTION_LEAST:
        return laid
    below = lay_out(
        (Column("品名・日付"), *slip, *figures),
        [(*row[:what], *row[what + 1 :]) for row in cells],
        width=COLUMNS,
        elastic=0,
    )
    rows = ((*fold(row[what], COLUMNS), *texts) for row, texts in zip(cells, below.rows, strict=True))
    return Ledger(below.heading, tuple(rows), below.elastic)


def _line_cells(line: dict[str, Any], slips: bool) -> tuple[str, ...]:
    description = line["description"] + (" ※" if words.is_reduced(line) else "")
    if line["original_date"]:
        description += f"\n(返品 元取引日 {words.both_calendars(line['original_date'])})"
    return (
        line["date"] or words.MISSING,
        *([line["slip_number"]] if slips else ()),
        description,
        words.figure(line["quantity"]),
        line["unit"],
        words.figure(line["unit_price"]),
        words.rate_mark(line["rate"]),
        format_yen_triangle(line["amount"]),
    )


def line_rows(snapshot: Snapshot, laid: Ledger) -> list[Row]:
    """The rows to print: the lines, and after each slip of several lines its sum."""
    rows: list[Row] = []
    lines = snapshot["lines"]
    in_slip = slip_sum = 0
    for index, (line, texts) in enumerate(zip(lines, laid.rows, strict=True)):
        rows.append(Row(texts, line["amount"], _notes(line)))
        in_slip, slip_sum = in_slip + 1, slip_sum + line["amount"]
        slip = line["slip_number"]
        if index + 1 == len(lines) or lines[index + 1]["slip_number"] != slip:
            if slip and in_slip > 1:
                rows.append(Row((sum_line(f"伝票 {slip} の計", slip_sum),)))
            in_slip = slip_sum = 0
    return rows


def sum_line(label: str, amount: int) -> str:
    """A sum under the amounts, set to the right."""
    return ledger.pad(f"{label}  {format_yen_triangle(amount)}", COLUMNS, right=True)


def _notes(line: dict[str, Any]) -> tuple[str, ...]:
    """What the marks of a line mean."""
    notes = ("※は軽減税率対象品目です。",) if words.is_reduced(line) else ()
    return (*notes, "△は返品・値引きです。") if line["amount"] < 0 else notes
