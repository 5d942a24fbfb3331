"""All texts that the document prints, and the check for characters that no font has, which would be empty boxes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _

from invoices.documents.pdf.fonts import unprintable
from invoices.documents.words import clean
from invoices.models import OPEN_AFTER_ISSUE, Invoice, InvoiceDeduction, InvoiceLine
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level


def _typed(model: type[models.Model], *, but: Collection[str] = ()) -> tuple[str, ...]:
    """The names of the columns with a text that a person typed and the document prints, except those in `but`."""
    return tuple(
        column.name
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField)
        and column.editable
        and not column.choices
        and column.name not in but
    )


OF_HEAD = _typed(Invoice, but=OPEN_AFTER_ISSUE)
OF_LINE = _typed(InvoiceLine)
OF_DEDUCTION = _typed(InvoiceDeduction)
_OF_SUPPLIER = (
    "name",
    "member_name",
    "representative_title",
    "representative_name",
    "postcode",
    "address",
    "building",
    "phone",
)
_OF_BRANCH = ("name", "signer_title", "signer_name", "address", "building", "phone")
_OF_ACCOUNT = ("bank_name", "branch_name", "holder")


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A text that somebody typed and the document prints.

    Attributes:
        field, line, deduction: As those of a `Finding`.
        where: Where it is to be put right when that is not the field; empty, or in brackets.
    """

    text: str
    field: str
    line: int | None = None
    deduction: int | None = None
    where: str = ""


def characters(case: Case) -> Iterator[Finding]:
    """Every text that the document prints has only characters that can be printed."""
    for text in (*printed_texts(case), *_of_city(case)):
        missing = unprintable(clean(text.text))
        if missing:
            message = _("印字できない文字「%(characters)s」があります%(where)s。別の文字にしてください。") % {
                "characters": "".join(sorted(missing)),
                "where": text.where,
            }
            yield Finding(
                "unprintable-character",
                Level.ERROR,
                message,
                text.field,
                text.line,
                deduction=text.deduction,
            )


def printed_texts(case: Case) -> Iterator[PrintedText]:
    """All that a supplier typed and the document prints: on the invoice, as the names of files, and in its masters."""
    invoice = case.invoice
    for field in OF_HEAD:
        yield PrintedText(getattr(invoice, field), field)
    for index, line in enumerate(case.content.lines):
        for field in OF_LINE:
            yield PrintedText(getattr(line, field), field, index)
    for index, row in enumerate(case.content.deductions):
        for field in OF_DEDUCTION:
            yield PrintedText(getattr(row, field), field, deduction=index)
    for file in case.content.attachments:
        yield PrintedText(file.name, "attachments", where=_("(添付ファイルの名前)"))
    yield from _of_masters(invoice)


def _of_city(case: Case) -> Iterator[PrintedText]:
    if case.invoice.department is not None:
        city = case.invoice.department.municipality
        names = f"{city.name}{case.policy.addressee_in_full}{case.invoice.department.name}"
        yield PrintedText(names, "department")


def _of_masters(invoice: Invoice) -> Iterator[PrintedText]:
    """Texts that are printed but not typed on the invoice: bank account, branch and supplier."""
    for row, fields, field, where in (
        (invoice.bank_account, _OF_ACCOUNT, "bank_account", ""),
        (invoice.billing_source, _OF_BRANCH, "billing_source", _("(請求元の登録で直せます)")),
        (invoice.issuer, _OF_SUPPLIER, "", _("(会社情報で直せます)")),
    ):
        for column in fields if row is not None else ():
            yield PrintedText(getattr(row, column), field, where=where)
