"""What the lists of both sides say of what was paid, set off and refunded."""

import re

import pytest

from invoices.models import Invoice
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(at_accounts, at_supplier):
    """The rows of an invoice in the lists of both sides."""

    def read(invoice: Invoice, tab: str) -> list[str]:
        pages = (at_accounts.read("review:inbox", status=tab), at_supplier.read("invoices:list", status=tab))
        return [row(page, invoice) for page in pages]

    return read


def row(page: Page, invoice: Invoice) -> str:
    """What stands behind its number, up to the next one."""
    pieces = re.split(r"\b(R?\d{4}-\d{5})\b", page.text)
    return pieces[pieces.index(invoice.number) + 1]


def test_what_was_only_set_off_was_not_paid_with_zero_yen(office, draft, lists):
    claim = office.claim(draft)
    note = office.accept(office.note(claim))
    office.set_off(note, claim)
    for text in lists(note, "paid"):
        assert "充当 △1,782円" in text
        assert "0円 充当 △1,782円" not in text
    for text in lists(claim, "paid"):
        assert "充当 1,782円" in text
        assert "0円 充当 1,782円" not in text


def test_what_was_paid_and_set_off_stands_one_under_the_other(office, draft, lists):
    claim = office.claim(draft)
    office.accept(office.note(claim, 20))
    office.pay(claim)
    for text in lists(claim, "paid"):
        assert "1,188円 充当 594円" in text


def test_what_came_back_for_a_credit_note_is_called_so(office, paid_invoice, lists):
    note = office.refund(office.accept(office.note(paid_invoice)))
    for text in lists(note, "paid"):
        assert "戻入 △1,782円" in text


def test_nothing_is_left_of_what_was_corrected(office, draft, at_supplier):
    claim = office.claim(draft)
    office.pay(claim, 1000)
    new = office.accept(office.correction(claim))
    page = at_supplier.read("invoices:list", status="accepted")
    assert "0円 0円" in row(page, claim)
    assert "1,000円 782円" in row(page, new)
