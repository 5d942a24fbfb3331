"""The check for characters that no font has. On the document, each would be an empty box."""

from collections.abc import Collection, Iterator

from django.db import models
from django.utils.translation import gettext as _

from invoices.documents.pdf.fonts import unprintable
from invoices.documents.words import clean
from invoices.models import OPEN_AFTER_ISSUE, Invoice, InvoiceLine
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


def characters(case: Case) -> Iterator[Finding]:
    """Every text that the document prints has only characters that can be printed."""
    invoice = case.invoice
    for field in OF_HEAD:
        yield from _unprintable(getattr(invoice, field), field)
    for index, line in enumerate(case.content.lines):
        for field in OF_LINE:
            yield from _unprintable(getattr(line, field), field, index)
    for file in case.content.attachments:
        yield from _unprintable(file.name, "attachments", where=_("(添付ファイルの名前)"))
    yield from _of_masters(case, invoice)


def _of_masters(case: Case, invoice: Invoice) -> Iterator[Finding]:
    """Texts that are printed but not typed on the invoice: city, bank account, branch and supplier."""
    if invoice.department is not None:
        city = invoice.department.municipality
        yield from _unprintable(f"{city.name}{case.policy.addressee_in_full}{invoice.department.name}", "department")
    for row, fields, field, where in (
        (invoice.bank_account, _OF_ACCOUNT, "bank_account", ""),
        (invoice.billing_source, _OF_BRANCH, "billing_source", _("(請求元の登録で直せます)")),
        (invoice.issuer, _OF_SUPPLIER, "", _("(会社情報で直せます)")),
    ):
        for column in fields if row is not None else ():
            yield from _unprintable(getattr(row, column), field, where=where)


def _unprintable(text: str, field: str, line: int | None = None, *, where: str = "") -> Iterator[Finding]:
    missing = unprintable(clean(text))
    if missing:
        message = _("印字できない文字「%(characters)s」があります%(where)s。別の文字にしてください。") % {
            "characters": "".join(sorted(missing)),
            "where": where,
        }
        yield Finding("unprintable-character", Level.ERROR, message, field, line)
