"""Pages call the total of a credit note what is given back, and that of a claim what is claimed."""

from datetime import date
from decimal import Decimal

import pytest

from invoices.enums import InvoiceKind, Reduction
from tests import factories
from tests.factories import line_input

pytestmark = pytest.mark.django_db

CLAIMED, GIVEN_BACK = "請求金額（税込）", "返還金額（税込）"


@pytest.fixture
def credit_note(new_draft):
    taken_back = line_input(quantity=Decimal(-1), original_date=date(2026, 9, 30), reduction=Reduction.RETURNED)
    return new_draft(kind=InvoiceKind.CREDIT_NOTE, original_number="2026-7", bank_account=None, lines=(taken_back,))


@pytest.mark.parametrize(
    ("fixture", "said", "unsaid"), [("draft", CLAIMED, GIVEN_BACK), ("credit_note", GIVEN_BACK, CLAIMED)]
)
def test_from_the_issue_to_the_opening(request, at_supplier, at_department, fixture, said, unsaid):
    draft = request.getfixturevalue(fixture)
    confirm = at_supplier.read("invoices:confirm", draft.pk)
    form = confirm.forms[at_supplier.address("invoices:issue", draft.pk)]
    pages = [confirm, at_supplier.send("invoices:issue", draft.pk, data=form)]
    assert pages[1].url == at_supplier.address("invoices:issued", draft.pk)
    draft.refresh_from_db()
    factories.deliver(draft)
    pages.append(at_department.read("review:detail", draft.pk))
    for page in pages:
        assert said in page.text
        assert unsaid not in page.text
