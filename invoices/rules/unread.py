"""What was typed into a draft and cannot be read."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level


def fields(case: Case) -> Iterator[Finding]:
    """Everything that was typed can be read: no document shows less than its draft."""
    words = _("入力した内容を読み取れません。入力し直してください。")
    for name in case.invoice.unread:
        yield Finding("unread", Level.ERROR, words, name)
    for index, line in enumerate(case.content.lines):
        for name in line.unread:
            yield Finding("unread", Level.ERROR, words, name, line=index)
    for index, row in enumerate(case.content.deductions):
        for name in row.unread:
            yield Finding("unread", Level.ERROR, words, name, deduction=index)
