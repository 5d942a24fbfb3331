"""Pages call the total of a credit note what is given back, and that of a claim what is claimed."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from invoices.enums import InvoiceKind, Reduction
from invoices.lifecycle import review
from tests import factories
from tests.factories import line_input
from tests.pages import Page

pytestmark = pytest.mark.django_db

CLAIMED, GIVEN_BACK = "請求金額（税込）", "返還金額（税込）"


@pytest.fixture
def credit_note(new_draft):
    taken_back = line_input(quantity=Decimal(-1), original_date=date(2026, 9, 30), reduction=Reduction.RETURNED)
    return new_draft(kind=InvoiceKind.CREDIT_NOTE, original_number="2026-7", bank_account=None, lines=(taken_back,))


@pytest.fixture
def untaxed(new_draft):
    return new_draft(lines=[line_input(rate="exempt"), line_input(rate="outside")])


@pytest.fixture
def pages_of(at_supplier, at_department):
    """The pages from the question whether to issue to the one before the opening, of a draft."""

    def pages(draft):
        return _pages(at_supplier, at_department, draft)

    return pages


@pytest.mark.parametrize(
    ("fixture", "said", "unsaid"), [("draft", CLAIMED, GIVEN_BACK), ("credit_note", GIVEN_BACK, CLAIMED)]
)
def test_from_the_issue_to_the_opening(request, pages_of, fixture, said, unsaid):
    for page in pages_of(request.getfixturevalue(fixture)):
        assert said in page.text
        assert unsaid not in page.text


def test_where_nothing_is_taxed_no_page_speaks_of_tax(untaxed, pages_of, at_supplier, at_department, reviewer):
    pages = pages_of(untaxed)
    review.open_invoice(invoice_id=untaxed.pk, actor=reviewer)
    untaxed.refresh_from_db()
    pages += [at_department.read("review:detail", untaxed.pk), at_supplier.read("invoices:detail", untaxed.pk)]
    pages += [at_department.read("review:inbox", status="all"), at_supplier.read("invoices:list")]
    pages.append(Page(Client().post(reverse("check"), {"code": untaxed.check_code})))
    for page in pages:
        assert "金額" in page.text, page.url
        said = page.text.replace("消費税法", "")  # findings name the law
        assert [word for word in ("税込", "税抜", "消費税") if word in said] == [], page.url


def _pages(at_supplier, at_department, draft):
    confirm = at_supplier.read("invoices:confirm", draft.pk)
    form = confirm.forms[at_supplier.address("invoices:issue", draft.pk)]
    pages = [confirm, at_supplier.send("invoices:issue", draft.pk, data=form)]
    assert pages[1].url == at_supplier.address("invoices:issued", draft.pk)
    draft.refresh_from_db()
    factories.deliver(draft)
    pages.append(at_department.read("review:detail", draft.pk))
    return pages
