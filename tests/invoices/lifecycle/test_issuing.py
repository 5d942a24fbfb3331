"""Issue: once, numbered without gaps, frozen, or not at all."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from dev import sample_documents as samples
from invoices.documents import schema, snapshot
from invoices.enums import Action, Status
from invoices.lifecycle import issuing
from invoices.lifecycle.drafting import OutdatedDraft
from invoices.lifecycle.workflow import NotAllowed, WrongStatus
from invoices.models import Document, Invoice, InvoiceEvent, NumberSeries, content_of
from portal.lib.calendar import fiscal_year, today_jst
from tests.factories import BankAccountFactory, line_input, write_draft
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def issue(draft, actor) -> Invoice:
    return issuing.issue(invoice_id=draft.pk, actor=actor, version=draft.version)


def seen_by_the_person(draft: Invoice) -> str:
    """The digest that the confirm page carries."""
    return schema.digest(schema.dump(snapshot.build(draft, content_of(draft))))


def everything() -> dict[str, list]:
    """All that an issue may write, to see that it wrote nothing."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Invoice, InvoiceEvent, NumberSeries, Document)
    }


def test_an_issued_invoice_is_numbered_sent_and_waits_for_delivery(draft, supplier_owner):
    invoice = issue(draft, supplier_owner)
    year = fiscal_year(today_jst())
    assert invoice.status == Status.SENT
    assert invoice.number == f"{year}-00001"
    assert (invoice.series.fiscal_year, invoice.series.prefix, invoice.sequence) == (year, "", 1)
    assert (invoice.issuer_name, invoice.recipient_name, invoice.department_name) == (
        "事業者A",
        "見本市",
        "子育て支援課",
    )
    assert (invoice.net, invoice.tax, invoice.total) == (1620, 162, 1782)
    assert invoice.delivered_at is None
    document = Document.objects.get()
    assert (document.invoice, document.attempts, document.stored_at) == (invoice, 0, None)
    assert [event.action for event in invoice.events.all()] == [Action.ISSUE]


def test_numbers_count_up_within_one_supplier_and_start_anew_for_another(
    new_draft, supplier_owner, other_supplier, supplier_b, department
):
    mine = [issue(new_draft(), supplier_owner).sequence for _n in range(3)]
    theirs = write_draft(other_supplier, department=department, bank_account=BankAccountFactory(supplier=supplier_b))
    assert mine == [1, 2, 3]
    assert issue(theirs, other_supplier).sequence == 1


def test_the_fiscal_year_of_the_issue_date_names_the_series(new_draft, supplier_owner):
    this_year = fiscal_year(today_jst())
    last_year = new_draft(
        issue_date=date(this_year, 3, 31),
        transaction_date=date(this_year, 3, 31),
        lines=(line_input(date=date(this_year, 3, 31)),),
    )
    assert issue(new_draft(), supplier_owner).number == f"{this_year}-00001"
    assert issue(last_year, supplier_owner).number == f"{this_year - 1}-00001"
    assert issue(new_draft(), supplier_owner).number == f"{this_year}-00002"


def test_a_number_may_have_more_than_five_digits(new_draft, supplier_owner, supplier):
    year = fiscal_year(today_jst())
    NumberSeries.objects.create(supplier=supplier, prefix="", fiscal_year=year, last=99_999)
    assert issue(new_draft(), supplier_owner).number == f"{year}-100000"


def test_a_draft_with_errors_is_refused_with_its_findings_and_nothing_changes(new_draft, supplier_owner):
    faulty = new_draft(title="", contact_name="")
    before = everything()
    with pytest.raises(issuing.Refused) as refused:
        issue(faulty, supplier_owner)
    assert {finding.code for finding in refused.value.findings} == {"title-missing", "contact-name-missing"}
    assert everything() == before


def test_a_refused_issue_leaves_no_gap(new_draft, supplier_owner):
    first = issue(new_draft(), supplier_owner)
    with pytest.raises(issuing.Refused):
        issue(new_draft(title=""), supplier_owner)
    assert [first.sequence, issue(new_draft(), supplier_owner).sequence] == [1, 2]


def test_an_issue_that_fails_after_it_took_its_number_gives_the_number_back(new_draft, supplier_owner):
    blocked = new_draft()
    Document.objects.create(invoice=blocked)  # the follow-up will meet the unique constraint
    before = everything()
    with pytest.raises(Exception, match=r"(?i)unique"):
        issue(blocked, supplier_owner)
    assert everything() == before
    assert issue(new_draft(), supplier_owner).sequence == 1


def test_warnings_alone_do_not_stop_an_issue(draft, supplier, supplier_owner):
    supplier.registration_number = ""
    supplier.save()
    assert issue(draft, supplier_owner).status == Status.SENT


def test_a_draft_that_was_changed_after_it_was_confirmed_is_refused(draft, supplier_owner):
    before = everything()
    with pytest.raises(OutdatedDraft):
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version + 1)
    with pytest.raises(OutdatedDraft):
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version - 1)
    assert everything() == before


def test_a_second_click_is_told_that_the_invoice_is_out(draft, supplier_owner):
    issue(draft, supplier_owner)
    before = everything()
    with pytest.raises(WrongStatus) as refused:
        issue(draft, supplier_owner)
    assert refused.value.status == Status.SENT
    assert "すでに発行" in str(refused.value.message)
    assert everything() == before


def test_another_supplier_cannot_issue_it(draft, other_supplier):
    with pytest.raises(NotAllowed):
        issue(draft, other_supplier)
    assert Invoice.objects.get().status == Status.DRAFT


def test_a_scheduled_invoice_is_not_issued_by_hand(draft, supplier_owner):
    tomorrow = timezone.now() + timedelta(days=1)
    Invoice.objects.filter(pk=draft.pk).update(status=Status.SCHEDULED, scheduled_for=tomorrow)
    before = everything()
    with pytest.raises(WrongStatus, match="発行予約中") as refused:
        issue(draft, supplier_owner)
    assert refused.value.status == Status.SCHEDULED
    assert everything() == before


@pytest.mark.parametrize("change", ["supplier", "department", "bank_account"])
def test_an_issue_is_refused_when_a_name_or_an_account_is_no_longer_what_was_seen(
    change, request, draft, supplier_owner
):
    seen = seen_by_the_person(draft)
    row = request.getfixturevalue(change)
    column = "holder" if change == "bank_account" else "name"
    setattr(row, column, "ｶｲﾒｲ")
    row.save()
    before = everything()
    with pytest.raises(OutdatedDraft):
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, seen=seen)
    assert everything() == before
    now = seen_by_the_person(Invoice.objects.get())
    issued = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, seen=now)
    assert issued.status == Status.SENT


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_a_digest_that_names_no_draft_of_today_issues_nothing(seen, draft, supplier_owner):
    with pytest.raises(OutdatedDraft):
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, seen=seen)
    assert Invoice.objects.get().status == Status.DRAFT


def test_the_snapshot_is_canonical_and_complete(draft, supplier_owner):
    invoice = issue(draft, supplier_owner)
    text = invoice.snapshot
    frozen = schema.load(text)
    canonical = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert text == canonical == schema.dump(frozen)
    assert invoice.snapshot_schema == json.loads(text)["schema"] == schema.SCHEMA
    assert (frozen.number, frozen.check_code) == (invoice.number, invoice.check_code)
    assert frozen.issuer.registration_number == "T7123456789012"
    assert frozen.recipient.addressee == "見本市長"
    assert frozen.recipient.department == "子育て支援課"
    assert frozen.payment.bank_account.number == invoice.bank_account.number
    assert json.loads(text)["lines"] == [
        {
            "kind": "item",
            "date": draft.lines.get().date.isoformat(),
            "slip_number": "",
            "original_date": None,
            "original_until": None,
            "reduction": "",
            "description": "A4コピー用紙",
            "quantity": "60",
            "unit": "冊",
            "unit_price": "27",
            "amount": 1620,
            "exact_amount": None,
            "rate": {"code": "standard10", "label": "10%", "percent": "10", "category": "taxable", "reduced": False},
            "tax": 162,
        }
    ]
    assert (frozen.tax.net, frozen.tax.tax, frozen.tax.total) == (1620, 162, 1782)


def test_the_snapshot_stays_when_the_masters_change(draft, supplier_owner, supplier, department, bank_account):
    invoice = issue(draft, supplier_owner)
    text = invoice.snapshot
    supplier.name = department.name = bank_account.holder = "ｶｲﾒｲ"
    for row in (supplier, department, bank_account):
        row.save()
    invoice = Invoice.objects.get()
    assert invoice.snapshot == text
    assert (invoice.issuer_name, invoice.department_name) == ("事業者A", "子育て支援課")


def test_the_totals_of_an_issue_are_calculated_from_the_lines_and_not_taken_from_the_draft(draft, supplier_owner):
    Invoice.objects.filter(pk=draft.pk).update(net=1, tax=1, total=2)
    invoice = issue(draft, supplier_owner)
    assert (invoice.net, invoice.tax, invoice.total) == (1620, 162, 1782)


def test_check_codes_have_65_random_bits_and_differ(new_draft, supplier_owner):
    codes = {issue(new_draft(), supplier_owner).check_code for _n in range(5)}
    assert len(codes) == 5
    assert all(len(code) == 13 and set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for code in codes)


@pytest.mark.parametrize(("quantity", "shown"), [("60", "60"), ("100", "100"), ("2.5000", "2.5"), ("0.0001", "0.0001")])
def test_decimals_in_a_snapshot_have_neither_exponent_nor_trailing_zeros(quantity, shown, new_draft, supplier_owner):
    draft = new_draft(lines=(line_input(quantity=Decimal(quantity), unit_price=Decimal(100_000)),))
    assert json.loads(issue(draft, supplier_owner).snapshot)["lines"][0]["quantity"] == shown


def test_a_float_never_enters_a_snapshot():
    with pytest.raises(TypeError):
        schema.dump(samples.snapshot([replace(samples.line(), tax=162.0)]))


def test_a_snapshot_of_an_unknown_schema_is_not_guessed_at():
    with pytest.raises(ValueError, match="99"):
        schema.load('{"schema":99}')


@pytest.mark.django_db(transaction=True)
def test_twenty_issues_of_one_draft_at_once_give_one_invoice(draft, supplier_owner):
    outcomes = race(*[lambda: issue(draft, supplier_owner)] * 20)
    assert len(winners(outcomes)) == 1
    assert {type(error) for error in losers(outcomes)} == {WrongStatus}
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.sequence) == (Status.SENT, 1)
    assert NumberSeries.objects.get().last == 1
    assert InvoiceEvent.objects.count() == 1
    assert Document.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_drafts_issued_at_once_get_numbers_without_gap_or_double(new_draft, supplier_owner):
    drafts = [new_draft(title=f"{n}件目") for n in range(20)]
    outcomes = race(*(lambda draft=draft: issue(draft, supplier_owner) for draft in drafts))
    assert losers(outcomes) == []
    assert sorted(invoice.sequence for invoice in outcomes) == list(range(1, 21))
    assert NumberSeries.objects.get().last == 20
    assert InvoiceEvent.objects.count() == Document.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_drafts_issued_at_once_do_not_exceed_what_the_city_takes_in_a_month(new_draft, supplier_owner, policy):
    policy.bulk_limit_per_month = 3
    policy.save()
    last_year = today_jst().replace(month=4, day=1) - timedelta(days=1)
    in_last_years_series = {
        "issue_date": last_year,
        "transaction_date": last_year,
        "lines": (line_input(date=last_year),),
    }
    drafts = [new_draft(title=f"{n}件目", **in_last_years_series if n % 2 else {}) for n in range(10)]
    outcomes = race(*(lambda draft=draft: issue(draft, supplier_owner) for draft in drafts))
    assert len(winners(outcomes)) == 3
    assert {type(error) for error in losers(outcomes)} == {issuing.Refused}
    assert {finding.code for error in losers(outcomes) for finding in error.findings} == {"bulk-limit-reached"}
    assert Invoice.objects.filter(status=Status.SENT).count() == 3


@pytest.mark.django_db(transaction=True)
def test_refusals_among_simultaneous_issues_leave_no_gap(new_draft, supplier_owner):
    drafts = [new_draft(title="" if n % 2 else f"{n}件目") for n in range(10)]
    outcomes = race(*(lambda draft=draft: issue(draft, supplier_owner) for draft in drafts))
    assert {type(error) for error in losers(outcomes)} == {issuing.Refused}
    assert sorted(invoice.sequence for invoice in winners(outcomes)) == [1, 2, 3, 4, 5]
