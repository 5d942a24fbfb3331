"""By which law a document is made out: neither the word nor the number before there were qualified invoices."""

from datetime import date
from decimal import Decimal

import pytest

from dev.sample_documents import credit_note, line, snapshot
from invoices.documents import schema, words
from invoices.documents.invoice_system import supply_days, system_of, system_on
from invoices.documents.pdf import render
from invoices.documents.snapshot import build
from invoices.enums import InvoiceKind, InvoiceSystem, LineKind
from invoices.lifecycle import drafting
from invoices.models import Content, Invoice, InvoiceLine
from tests.factories import draft_input, line_input
from tests.invoices.documents.reading import words as words_of

PLAIN, CLASSIFIED, QUALIFIED = InvoiceSystem.PLAIN, InvoiceSystem.CLASSIFIED, InvoiceSystem.QUALIFIED


@pytest.mark.parametrize(
    ("day", "system"),
    [
        (date(1980, 1, 1), PLAIN),
        (date(2019, 9, 30), PLAIN),
        (date(2019, 10, 1), CLASSIFIED),
        (date(2023, 9, 30), CLASSIFIED),
        (date(2023, 10, 1), QUALIFIED),
        (date(2099, 1, 1), QUALIFIED),
    ],
)
def test_each_law_begins_on_its_day(day, system):
    assert system_on(day) == system


BEFORE, SINCE, TODAY = date(2023, 9, 30), date(2023, 10, 1), date(2026, 11, 1)


def sold(day: date | None) -> InvoiceLine:
    return InvoiceLine(date=day)


def heading() -> InvoiceLine:
    return InvoiceLine(kind=LineKind.HEADING, description="9月分の返品")


def refunded(day: date, original: date, until: date | None = None) -> InvoiceLine:
    return InvoiceLine(date=day, original_date=original, original_until=until)


@pytest.mark.parametrize(
    ("head", "lines", "system"),
    [
        ({"transaction_date": BEFORE}, [sold(BEFORE)], CLASSIFIED),
        ({"transaction_date": SINCE}, [sold(SINCE)], QUALIFIED),
        ({"period_from": BEFORE, "period_to": SINCE}, [sold(BEFORE)], QUALIFIED),
        ({"period_from": date(2023, 9, 1), "period_to": BEFORE}, [], CLASSIFIED),
        ({}, [sold(BEFORE), sold(SINCE)], QUALIFIED),
        ({}, [], QUALIFIED),
        # What only refunds comes under the law of the sales.
        ({"transaction_date": TODAY}, [refunded(TODAY, BEFORE)], CLASSIFIED),
        ({"transaction_date": TODAY}, [refunded(TODAY, BEFORE), refunded(TODAY, SINCE)], QUALIFIED),
        ({"transaction_date": TODAY}, [refunded(TODAY, date(2023, 9, 1), SINCE)], QUALIFIED),
        # Refunds beside a claim do not change what it is.
        ({"transaction_date": TODAY}, [refunded(TODAY, BEFORE), sold(TODAY)], QUALIFIED),
        ({"transaction_date": BEFORE}, [refunded(BEFORE, date(2023, 8, 1)), sold(BEFORE)], CLASSIFIED),
        ({"transaction_date": TODAY}, [refunded(TODAY, BEFORE), sold(None)], QUALIFIED),
        ({"period_from": SINCE, "period_to": TODAY}, [sold(None), refunded(TODAY, BEFORE)], QUALIFIED),
        # A heading claims nothing.
        ({"transaction_date": TODAY}, [heading(), refunded(TODAY, BEFORE)], CLASSIFIED),
    ],
)
def test_the_latest_supply_decides(head, lines, system):
    assert system_of(Invoice(issue_date=TODAY, **head), Content(lines=lines)) == system


def test_a_draft_without_days_is_one_of_today():
    assert supply_days(Invoice(), Content(lines=[])) == []
    assert system_of(Invoice(), Content(lines=[])) == QUALIFIED


@pytest.mark.parametrize(
    ("system", "kind"),
    [(PLAIN, "請求書"), (CLASSIFIED, "区分記載請求書"), (QUALIFIED, "区分記載請求書")],
)
def test_a_document_without_a_number_is_called_as_its_law_calls_it(system, kind):
    assert words.legal_kind(snapshot(issuer={"registration_number": ""}, system=system)) == kind
    assert words.title(snapshot(issuer={"registration_number": ""}, system=system)) == "請求書"


@pytest.mark.parametrize("system", [PLAIN, CLASSIFIED])
def test_an_earlier_credit_note_is_no_qualified_one(system):
    document = credit_note(issuer={"registration_number": ""}, system=system)
    assert words.title(document) == words.legal_kind(document) == "返還請求書"


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2022, 6, 1), BEFORE, date(2018, 6, 1)])
def test_nothing_on_an_earlier_document_says_that_it_is_qualified(day, supplier_owner, trading_link, bank_account):
    rate = "old8" if day < date(2019, 10, 1) else "standard10"
    data = draft_input(
        department=trading_link.department,
        bank_account=bank_account,
        transaction_date=day,
        lines=(line_input(date=day, rate=rate),),
    )
    invoice, content = drafting.build(data, actor=supplier_owner)
    document = build(invoice, content)
    assert invoice.issuer.registration_number == "T7123456789012"
    printed = words_of(render.html(document))
    assert "適格" not in printed
    assert "登録番号" not in printed and "T7123456789012" not in printed
    assert ("区分記載請求書" in printed) == (day >= date(2019, 10, 1))


@pytest.mark.django_db
def test_a_credit_note_for_a_sale_of_2022_is_no_qualified_one(supplier_owner, trading_link):
    data = draft_input(
        kind=InvoiceKind.CREDIT_NOTE,
        department=trading_link.department,
        bank_account=None,
        original_number="2022-7",
        lines=(line_input(quantity=Decimal(-1), original_date=date(2022, 6, 1)),),
    )
    printed = words_of(render.html(build(*drafting.build(data, actor=supplier_owner))))
    assert "返還請求書" in printed
    assert "適格" not in printed and "登録番号" not in printed


def test_a_deposit_that_comes_back_beside_a_sale_of_2022_makes_no_credit_note_a_qualified_one():
    note = Invoice(kind=InvoiceKind.CREDIT_NOTE, transaction_date=TODAY)
    content = Content(lines=[refunded(TODAY, BEFORE), sold(TODAY)])
    assert system_of(note, content) == CLASSIFIED
    assert supply_days(note, Content(lines=[sold(TODAY)])) == [TODAY]


def test_what_was_issued_before_the_laws_were_told_apart_stays_as_it_was():
    """Schema 3 printed the number whatever the day was."""
    old = schema.dump(snapshot([line()], transaction_date=date(2022, 6, 1), period_from=None, period_to=None))
    assert '"system":"qualified"' in old
    assert words.legal_kind(schema.load(old)) == "適格請求書"
