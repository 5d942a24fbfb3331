"""The document as sections of labels and what stands beside them, for all who read it: PDF, page and comparison.

A label stands here once, and what is added to a section is printed, shown and compared. The words are Japanese by
nature and not translated, as in `words`. Amounts and lines have files of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import AddressLine
from invoices.documents import words
from invoices.documents.reading_amounts import Amounts, amounts, conditions, of_rate, refunding_deductions, sums
from invoices.documents.reading_lines import Lines, read_lines
from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import Issuer, Person, Reference, SignerRole
from invoices.documents.voice import SCREEN, Fact, Voice, fact, joined, shown
from invoices.enums import InvoiceKind, KindWords, Prepayment
from suppliers.models import SupplierKind

CHECK_CODE = "照合コード"
TITLE = "件名"
RECIPIENT = "発行先"
ISSUER = "請求者"
MEMBER = "代表構成員"
ORIGINAL = "もとの請求書"
PREPAYMENT = "前払"
"""What every payment ahead was called in the earlier editions of the words."""
REMARKS = "備考"
ATTACHMENTS = "添付ファイル"
SIGNER = {SignerRole.REPRESENTATIVE: "代表者", SignerRole.DELEGATE: "受任者"}


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a document shows but its attachments, which a page offers to open."""

    heading: str
    head: tuple[Fact, ...]
    issuer: tuple[Fact, ...]
    amounts: Amounts
    lines: Lines
    payment: tuple[Fact, ...]
    people: tuple[Fact, ...]
    remarks: tuple[Fact, ...]


def read(document: FrozenDocument) -> Reading:
    """A whole document in the words of a page, for people who do not read its picture."""
    printed = words.clean(document)
    return Reading(
        heading="返還の内容" if printed.is_credit_note else "請求の内容",
        head=shown(_head(printed, SCREEN)),
        issuer=shown(issuer(printed.issuer)),
        amounts=amounts(printed, SCREEN),
        lines=read_lines(printed),
        # Nothing is to be paid for a refund.
        payment=() if printed.is_credit_note else shown(payment(printed, SCREEN)),
        people=shown(people(printed, SCREEN)),
        remarks=shown([remarks(printed)]),
    )


def to_compare(document: FrozenDocument) -> Iterator[Fact]:
    """What two documents may say differently, but for their lines and files; their own numbers aside."""
    yield from _head(document, SCREEN)
    yield from issuer(document.issuer)
    yield from payment(document, SCREEN)
    yield from people(document, SCREEN)
    yield remarks(document)
    yield conditions(document)
    yield from refunding_deductions(document)
    for row in document.tax.rates:
        yield from of_rate(document, row)
    total, *after = sums(document, SCREEN)
    yield from (entry.fact for block in (*after, total) for entry in block)


def _head(document: FrozenDocument, voice: Voice) -> tuple[Fact, ...]:
    kind, name = words.legal_kind(document), words.title(document)
    return (
        fact("書類", name if kind in (name, "") else f"{name}{voice.aside(kind)}", bare=""),
        title(document),
        number(document),
        fact(CHECK_CODE, document.check_code, bare=""),
        recipient(document),
        _addressee(document),
        *dates(document, voice),
        prepayment(document),
        _reference(
            f"修正前の{document.kind.label}", document.replaces, words.of_dates(document), voice, compared=False
        ),
        _reference(ORIGINAL, document.original, InvoiceKind.INVOICE.words, voice),
    )


def title(document: FrozenDocument) -> Fact:
    return fact(TITLE, document.title)


def number(document: FrozenDocument) -> Fact:
    return fact(str(document.kind.words.number), document.number or "発行時に付番", bare="", key="number")


def recipient(document: FrozenDocument) -> Fact:
    """The city and its department; to whom the document is made out goes into the comparison."""
    to = document.recipient
    return fact(
        RECIPIENT,
        joined(to.municipality, to.department),
        bare=joined(to.municipality, to.addressee, to.department),
    )


def _addressee(document: FrozenDocument) -> Fact:
    to = document.recipient
    if to.address_line == AddressLine.DEPARTMENT:
        return fact("宛名", f"{to.municipality} {to.department} 御中", bare="")
    return fact(
        "宛名",
        f"{to.addressee} 様" if to.addressee else "",
        f"{to.department} 扱い" if to.department else "",
        bare="",
    )


def dates(document: FrozenDocument, voice: Voice) -> tuple[Fact, ...]:
    """When it was made out, supplied and contracted, and under which number the supplier keeps it."""
    return (
        issue_date(document, voice),
        transaction(document, voice),
        contract(document, voice),
        fact("管理番号", document.own_reference),
    )


def issue_date(document: FrozenDocument, voice: Voice) -> Fact:
    label = str(words.of_dates(document).issue_date)
    return fact(label, voice.day(document.issue_date), key="issue_date")


def transaction(document: FrozenDocument, voice: Voice) -> Fact:
    """The transaction date, or the period that a combined invoice covers; of a credit note, when it was refunded."""
    called = words.of_dates(document)
    first, last, day = document.period_from, document.period_to, document.transaction_date
    if first or last:
        texts = f"{voice.day(first)}から", f"{voice.day(last)}まで"
        return fact(str(called.period), *texts, key="transaction")
    return fact(str(called.transaction_date), voice.day(day), key="transaction")


def prepayment(document: FrozenDocument) -> Fact:
    """Why it is claimed before the supply, and how such a payment is called."""
    reason = document.prepayment
    if document.wording < 4:
        old = "運賃・旅費" if reason == Prepayment.FARE else str(reason.label)
        return fact(PREPAYMENT, old if reason else "", key="prepayment")
    return fact(str(reason.payment), str(reason.label) if reason else "", key="prepayment")


def contract(document: FrozenDocument, voice: Voice) -> Fact:
    """The day of the contract by which an earlier rate still applies."""
    day = document.contracted_on
    return fact("契約日", voice.day(day) if day else "")


def _reference(label: str, to: Reference | None, called: KindWords, voice: Voice, *, compared: bool = True) -> Fact:
    """Another document, by its number and its date, which is named as documents of its kind do."""
    if to is None:
        return fact(label)
    day = f"{called.issue_date} {voice.day(to.issue_date)}" if to.issue_date else ""
    return fact(label, to.number, day, bare=None if compared else "")


def issuer(who: Issuer) -> tuple[Fact, ...]:
    """Who claims: the company, in whose name, where, and with which seal."""
    registration, *others = claimant(who)
    return (
        fact(ISSUER, who.name),
        registration,
        fact("請求元", who.branch.name if who.branch else ""),
        *others,
        fact("印影", str(who.seal.kind.label), bare=who.seal.sha256[:8]) if who.seal else fact("印影"),
    )


def claimant(who: Issuer) -> tuple[Fact, ...]:
    """What the document prints below the issuer's name."""
    place, signer = who.place, who.signer
    return (
        fact("登録番号", who.registration_number),
        fact(MEMBER, who.joint_venture.member if who.joint_venture else ""),
        fact(SIGNER[signer.role], joined(signer.title, signer.name), key="signer"),
        fact("住所", _postcode(who), *place.address.split("\n"), place.building),
        fact("電話", place.phone),
    )


def _postcode(who: Issuer) -> str:
    """With the mark of the Japanese post, unless it is one of another country."""
    code = who.place.postcode
    abroad = who.kind == SupplierKind.FOREIGN and who.branch is None
    return code if abroad or not code else f"〒{code}"


def payment(document: FrozenDocument, voice: Voice) -> tuple[Fact, ...]:
    """Where to pay."""
    pay = document.payment
    method, creditor = fact("入金方法", pay.method_label), fact("債権者番号", pay.creditor_number)
    account = pay.bank_account
    if account is None:
        return method, creditor
    return (
        method,
        fact("金融機関", f"{account.bank_name}{voice.aside(account.bank_code)}"),
        fact("支店", f"{account.branch_name}{voice.aside(account.branch_code)}"),
        fact("口座", f"{account.account_type_label} {account.number}"),
        fact("口座名義", account.holder),
        creditor,
    )


def people(document: FrozenDocument, voice: Voice) -> tuple[Fact, ...]:
    """Who answers for the claim."""
    return (
        _person("発行責任者", document.responsible, voice),
        _person("担当者", document.contact, voice),
    )


def _person(role: str, person: Person | None, voice: Voice) -> Fact:
    if person is None:
        return fact(role)
    return fact(
        role,
        f"{person.name}{voice.aside(f'役職 {words.position(person.title)}')}",
        f"直通電話 {person.phone}" if person.phone else "",
        f"メール {person.email}" if person.email else "",
        bare=joined(person.title, person.name, person.phone, person.email),
    )


def remarks(document: FrozenDocument) -> Fact:
    return fact(REMARKS, *document.remarks.strip().split("\n"), bare=document.remarks)
