"""What every engine prints: the texts of one invoice, without a layout."""

from dataclasses import dataclass

from invoices.documents import reading, words
from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import Line
from invoices.documents.voice import PAPER
from portal.lib.yen import format_yen

HEADINGS = ("日付", "品名", "数量", "単位", "単価", "税率", "金額")
RATE_HEADINGS = ("税率・区分", "税抜金額", "消費税額", "税込金額")


@dataclass(frozen=True, slots=True)
class Content:
    title: str
    recipient: tuple[str, ...]
    issuer: tuple[str, ...]
    facts: tuple[str, ...]
    total: str
    rates: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[str, ...], ...]
    payment: tuple[str, ...]
    remarks: str
    foot: str
    seal: bytes


def content(document: FrozenDocument, seal: bytes) -> Content:
    issuer, to, account = document.issuer, document.recipient, document.payment.bank_account
    sums = document.tax
    people = [person for person in (document.responsible, document.contact) if person]
    transaction = reading.transaction(document, PAPER)
    assert account is not None
    return Content(
        title=f"{words.title(document)} {words.legal_kind(document)}",
        recipient=(to.municipality, f"{to.addressee} 様", f"{to.department} 扱い"),
        issuer=(
            issuer.name,
            f"登録番号 {issuer.registration_number}",
            f"代表者 {issuer.signer.title} {issuer.signer.name}",
            f"〒{issuer.postcode} {issuer.address} {issuer.building}",
            f"電話 {issuer.phone}",
        ),
        facts=(
            f"請求書番号 {document.number}",
            f"請求日 {PAPER.day(document.issue_date)}",
            " ".join((transaction.label, "\n".join(transaction.texts))),
            f"件名 {document.title}",
        ),
        total=f"請求金額 {PAPER.yen(sums.total)}(税込)",
        rates=(
            *((row.rate.label, *map(format_yen, (row.base, row.tax, row.gross))) for row in sums.rates),
            ("合計", *map(format_yen, (sums.net, sums.tax, sums.total))),
        ),
        lines=tuple(_line(document, line) for line in document.lines),
        payment=(
            f"{account.bank_name}({account.bank_code}) {account.branch_name}({account.branch_code})",
            f"{account.account_type_label} {account.number} {account.holder}",
            *(f"{person.name}(役職 {words.position(person.title)}) {person.phone}" for person in people),
        ),
        remarks=document.remarks,
        foot=f"請求書番号 {document.number}  照合コード {document.check_code}",
        seal=seal,
    )


def _line(document: FrozenDocument, line: Line) -> tuple[str, ...]:
    return (
        line.date.isoformat() if line.date else words.MISSING,
        line.description + (" ※" if line.is_reduced else ""),
        words.figure(line.quantity),
        line.unit,
        words.figure(line.unit_price),
        words.rate_mark(document, line.rate),
        format_yen(line.amount),
    )
