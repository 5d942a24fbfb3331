"""The checks together: their order, what they read, and faults that appear after a draft was saved."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AddressLine
from invoices import rules
from invoices.enums import DeductionKind, LineKind, PaymentMethod, PriceMode, Status
from invoices.lifecycle import corrections, drafting
from invoices.lifecycle.draft_input import DeductionInput, DraftInput
from invoices.models import Invoice, TaxRate, content_of
from invoices.rules import CODES, Level
from invoices.rules.findings import FindingAction
from portal.lib.calendar import to_wareki
from suppliers.models import RegisterStatus, SupplierKind
from tests.factories import DepartmentFactory, TradingLinkFactory, staff_of
from tests.invoices.rules.scene import EMOJI, back, codes, day, objections

pytestmark = pytest.mark.django_db


def test_errors_stand_before_warnings_and_warnings_before_information(scene):
    findings = (
        scene.head(title="", withholding_base=1).register(RegisterStatus.UNCHECKED).only_line(description="").findings()
    )
    assert codes(findings) == [
        "title-missing",
        "line-description-missing",
        "withholding-of-corporation",
        "registration-unchecked",
    ]
    assert codes(rules.errors(findings)) == ["title-missing", "line-description-missing"]
    assert codes(rules.warnings(findings)) == ["withholding-of-corporation"]
    assert codes(rules.infos(findings)) == ["registration-unchecked"]


def test_an_empty_draft_names_everything_that_is_missing_at_once(supplier_owner):
    findings = rules.check(*drafting.build(DraftInput(), actor=supplier_owner))
    assert set(codes(findings)) == {
        "title-missing",
        "department-missing",
        "issue-date-missing",
        "transaction-date-missing",
        "bank-account-missing",
        "lines-missing",
        *(f"{who}-{part}-missing" for who in ("responsible", "contact") for part in ("title", "name", "phone")),
    }


def test_what_the_law_asks_for_is_quoted_with_the_law(scene):
    (finding,) = scene.head(lines=()).findings()
    assert finding.source == "消費税法57条の4①"


def test_a_city_without_a_policy_of_its_own_is_checked_by_the_usual_one(scene, policy):
    policy.delete()
    (finding,) = scene.head(contact_name="").findings()
    assert (finding.code, finding.source) == ("contact-name-missing", "見本市の請求書の取扱い(印影の扱い)")


def test_before_a_department_is_chosen_the_persons_are_asked_for_as_cities_usually_do(scene):
    findings = scene.head(department_id=None, contact_name="").findings()
    assert [(finding.code, finding.source) for finding in findings] == [
        ("department-missing", "消費税法57条の4①"),
        ("contact-name-missing", "市の会計規則"),
    ]


@pytest.mark.parametrize("closing", ["link", "department", "merged", "merged away"])
def test_a_department_that_was_closed_since_the_draft_was_saved_is_found(closing, draft, trading_link):
    assert objections(rules.check(draft, content_of(draft))) == []
    department = trading_link.department
    TradingLinkFactory(supplier=draft.supplier)  # and colleagues of both who still trade
    TradingLinkFactory(department=department)
    if closing == "link":
        trading_link.active = False
        trading_link.save()
    elif closing == "department":
        department.closed = True
    else:
        middle = DepartmentFactory(municipality=department.municipality, name="こども課")
        middle.succeeded_by = DepartmentFactory(
            municipality=department.municipality, name="こども未来課", closed=closing == "merged away"
        )
        middle.save()
        department.succeeded_by = middle
    department.save()
    (finding,) = rules.errors(rules.check(Invoice.objects.get(pk=draft.pk), content_of(draft)))
    assert (finding.code, finding.field) == ("trading-link-closed", "department")
    assert ("「こども未来課」に" in str(finding.message)) == (closing == "merged")
    assert ("引き継がれた" in str(finding.message)) == (closing == "merged")


def test_an_original_date_on_a_line_that_is_no_return_does_not_decide_its_rate(scene):
    """Old 8 % is over: an original date from its time makes it valid for a return, and for nothing else."""
    findings = scene.line(rate="old8", original_date=day(-3000)).findings()
    assert codes(findings) == ["line-original-date-without-refund", "contract-date-missing"]


def test_a_correction_of_a_returned_invoice_has_no_fault(returned_invoice, supplier_owner, supplier):
    draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
    assert objections(rules.check(draft, content_of(draft))) == []
    draft.department = DepartmentFactory()
    TradingLinkFactory(supplier=supplier, department=draft.department)
    staff_of(draft.department.municipality, draft.department)
    assert objections(rules.check(draft, content_of(draft))) == ["correction-for-another-city"]
    draft.department = None
    assert objections(rules.check(draft, content_of(draft))) == ["department-missing"]


def test_a_bank_account_that_was_retired_since_the_draft_was_saved_is_found(draft, bank_account):
    bank_account.active = False
    bank_account.save()
    draft.refresh_from_db()
    assert objections(rules.check(draft, content_of(draft))) == ["bank-account-closed"]
    draft.payment_method = PaymentMethod.DIRECT_DEBIT
    assert objections(rules.check(draft, content_of(draft))) == []


def test_large_lines_that_cancel_each_other_are_still_too_large(scene):
    large = {"quantity": 1, "unit_price": 1_000_000_000_000}
    scene.register(RegisterStatus.REGISTERED, on=day(-30)).line(**large).lines.append(scene.written(**large | back()))
    assert codes(scene.findings()) == ["amount-too-large"]


@pytest.mark.parametrize("method", PaymentMethod)
def test_returns_ask_for_no_account_and_look_at_none(method, scene, bank_account):
    scene.credit_note(bank_account_id=None, payment_method=method)
    assert objections(scene.findings()) == []
    scene.set(bank_account=bank_account).master(bank_account, active=False, holder="ﾔﾏﾀﾞ ﾀﾛｳ")
    assert objections(scene.findings()) == []


def test_no_time_limit_of_payment_holds_for_returns(scene):
    scene.city(cut_off_day=1).credit_note(transaction_date=day(-800), issue_date=day(0))
    scene.only_line(**back(date=day(-800), quantity=Decimal(-60), original_date=day(-830)))
    assert objections(scene.findings()) == []
    assert "fiscal-year-closed" in codes(scene.head(kind="invoice", original_number="").line().findings())


def test_a_credit_note_by_an_unregistered_issuer_is_not_told_of_a_duty_it_has_not(scene):
    findings = scene.company(registration_number="").credit_note().findings()
    assert codes(findings) == ["issuer-not-registered"]
    assert "適格返還請求書にはなりません" in str(findings[0].message)


HEAD = ("title", "remarks", "own_reference", "creditor_number", "original_number")
HEAD += tuple(f"{who}_{part}" for who in ("responsible", "contact") for part in ("title", "name", "phone"))


@pytest.mark.parametrize("column", HEAD)
def test_a_character_that_cannot_be_printed_is_found_where_it_stands_and_named(column, scene):
    (finding,) = scene.head(**{column: EMOJI}).findings()
    assert (finding.code, finding.field, finding.level) == ("unprintable-character", column, Level.ERROR)
    assert "「🍵」" in str(finding.message)


@pytest.mark.parametrize(
    ("fixture", "column", "field"),
    [
        *(("supplier", column, "") for column in ("name", "representative_title", "representative_name", "address")),
        *(("supplier", column, "") for column in ("building", "phone")),
        ("department", "name", "department"),
        ("municipality", "name", "department"),
        ("policy", "addressee", "department"),
        *(("bank_account", column, "bank_account") for column in ("bank_name", "branch_name")),
    ],
)
def test_a_master_that_cannot_be_printed_is_found_before_it_can_stop_the_delivery(
    fixture, column, field, request, scene
):
    scene.master(request.getfixturevalue(fixture), **{column: EMOJI})
    (finding,) = scene.findings()
    assert (finding.code, finding.field) == ("unprintable-character", field)


@pytest.mark.parametrize("column", ["name", "signer_title", "signer_name", "address", "building", "phone"])
def test_a_branch_that_cannot_be_printed_is_found_too(column, scene):
    (finding,) = scene.branch(**{column: EMOJI}).findings()
    assert (finding.code, finding.field) == ("unprintable-character", "billing_source")


def test_rare_names_that_the_fonts_have_are_printed(scene):
    assert scene.head(title="髙﨑・𠮷野 辻 邊邉 ①㈱ ～―‐ ヴ ㎡ ℃").findings() == []


def queries_of(scene) -> int:
    invoice, content = scene.build()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rules.check(invoice, content)
    return len(queries)


def test_a_check_reads_the_database_a_fixed_number_of_times(scene):
    scene.city(bulk_limit_per_month=9, address_line=AddressLine.DEPARTMENT)
    small = queries_of(scene)
    assert small <= 7
    scene.lines = [scene.written(slip_number=str(n)) for n in range(50)]
    for _n in range(10):
        scene.deduction(1).file(1)
    assert queries_of(scene) == small


def test_a_check_of_a_saved_draft_reads_a_fixed_number_of_times_too(new_draft, django_assert_max_num_queries):
    draft = Invoice.objects.get(pk=new_draft().pk)
    content = content_of(draft)
    with django_assert_max_num_queries(9):
        assert set(codes(rules.check(draft, content))) <= set(CODES)


def test_what_refunds_no_earlier_sale_is_taxed_as_on_its_own_day(scene):
    findings = scene.line(rate="old8", quantity=Decimal(-1)).findings()
    assert set(codes(rules.errors(findings))) == {"contract-date-missing"}


@pytest.mark.parametrize("negative", [{"quantity": Decimal(-1)}, {"quantity": Decimal(1), "unit_price": Decimal(-27)}])
def test_a_reduction_of_the_same_supply_needs_neither_a_kind_nor_a_day(negative, scene):
    assert objections(scene.line(**negative).findings()) == []


def test_a_heading_and_a_blank_row_lack_nothing(scene):
    nothing = {"quantity": None, "unit_price": None, "unit": "", "rate": None, "date": None}
    heading = scene.written(**nothing, description="【直接工事費】")
    blank = scene.written(**nothing, description="", kind=LineKind.BLANK)
    scene.lines = [heading, scene.written(), blank, scene.written()]
    assert objections(scene.findings()) == []
    _invoice, content = scene.build()
    assert [line.kind for line in content.lines] == ["heading", "item", "blank", "item"]


def test_what_a_line_lacks_beyond_the_law_names_no_law(scene):
    findings = scene.line(quantity=None, unit_price=None, description="紙").findings()
    assert {finding.code: finding.source for finding in findings} == {
        "line-quantity-missing": "",
        "line-unit_price-missing": "",
    }


def test_an_advance_that_is_deducted_without_tax_is_no_fault(scene):
    """55,000 yen in advance of 165,000: the deduction carries no tax and no line of its own."""
    scene.only_line(quantity=Decimal(1), unit_price=Decimal(150_000))
    scene.deductions = [DeductionInput(DeductionKind.OTHER, TaxRate.objects.get(code="outside").pk, 55_000, "前払金")]
    assert objections(scene.findings()) == []


def test_tax_is_withheld_of_the_amount_with_tax_where_it_is_not_shown_apart(scene):
    scene.company(kind=SupplierKind.SOLE_PROPRIETOR)
    scene.head(price_mode=PriceMode.INCLUSIVE, withholding_base=55_000)
    assert objections(scene.only_line(quantity=Decimal(1), unit_price=Decimal(55_000)).findings()) == []


def test_a_negative_claim_leads_to_the_credit_note_but_not_a_correction(scene, unopened_invoice):
    findings = scene.only_line(**back()).findings()
    assert {finding.code: finding.action for finding in findings}["total-not-positive"] == FindingAction.TO_CREDIT_NOTE
    findings = scene.replacing(unopened_invoice).findings()
    assert {finding.code: finding.action for finding in findings}["total-not-positive"] is None


def test_where_more_is_refunded_than_claimed_the_refund_is_to_be_parted_from_the_claim(scene):
    (finding,) = rules.errors(scene.line(**back(quantity=Decimal(-100))).findings())
    assert (finding.code, finding.action) == ("total-not-positive", None)
    assert "請求する行だけを残し" in str(finding.message)


def test_a_line_outside_the_period_is_named(scene):
    scene.head(transaction_date=None, period_from=day(-9), period_to=day(0)).line(date=day(-10))
    (finding,) = rules.warnings(scene.findings())
    assert finding.line == 1


def test_an_issue_date_may_be_a_year_ahead_and_is_asked_about(scene):
    assert objections(scene.dated(day(366), day(366)).findings()) == ["issue-date-in-future"]
    assert objections(scene.dated(day(367), day(367)).findings()) == ["issue-date-far"]


def test_an_issue_date_may_be_a_year_past_and_is_asked_about(scene):
    assert "issue-date-in-past" in objections(scene.going_out(day(366)).findings())
    assert "issue-date-far" in objections(scene.going_out(day(367)).findings())


def test_of_a_credit_note_nothing_is_paid_so_its_old_date_is_asked_about_without_a_word_of_that(scene):
    (claim,) = [each for each in scene.going_out(day(40)).findings() if each.code == "issue-date-in-past"]
    (note,) = [each for each in scene.credit_note().findings() if each.code == "issue-date-in-past"]
    assert ["支払の期限" in str(each.message) for each in (claim, note)] == [True, False]
    assert note.source == ""


def test_the_correction_of_an_old_claim_keeps_its_date_unasked(scene):
    claim = scene.issued()
    assert "issue-date-in-past" not in codes(scene.replacing(claim).going_out(day(60)).findings())


def test_a_reserved_draft_is_judged_by_its_time(new_draft):
    draft = new_draft(issue_date=day(3))
    assert codes(rules.warnings(rules.check(draft, content_of(draft)))) == ["issue-date-in-future"]
    draft.status, draft.scheduled_for = Status.SCHEDULED, timezone.now() + timedelta(days=3)
    assert rules.warnings(rules.check(draft, content_of(draft))) == []


def test_an_earlier_date_on_the_paper_does_not_meet_a_time_limit(scene):
    this_month = day(0).replace(day=1)
    work = (this_month - timedelta(days=1)).replace(day=9)
    scene.city(cut_off_day=10).dated(work, work.replace(day=20))
    assert objections(scene.going_out(this_month.replace(day=10)).findings()) == []
    assert objections(scene.going_out(this_month.replace(day=11)).findings()) == ["past-cut-off"]


def test_a_wrong_day_of_the_transaction_does_not_switch_the_time_limits_off(scene):
    scene.city(cut_off_day=1).dated(day(-800), day(0))
    scene.head(transaction_date=day(300))
    closed = "fiscal-year-closed"
    assert objections(scene.findings()) == ["issue-date-before-lines", "line-date-outside-period", closed]
    scene.head(transaction_date=None, period_from=day(-900), period_to=day(300))
    found = ["issue-date-before-lines", closed, "two-fiscal-years", "period-longer-than-year"]
    assert objections(scene.findings()) == found


@pytest.mark.parametrize("tolerated", [0, 3])
def test_where_line_and_transaction_are_both_later_the_latest_is_named_once(tolerated, scene):
    scene.city(issue_date_tolerance_days=tolerated, prepayments=[]).dated(day(0), day(-9))
    (finding,) = scene.findings()
    assert (finding.code, finding.field) == ("issue-date-before-lines", "issue_date")
    findings = scene.head(transaction_date=day(1)).findings()
    assert [finding.field for finding in rules.errors(findings)] == ["issue_date", "transaction_date"]
    (finding,) = rules.warnings(scene.city(prepayments=["rent"]).only_line(date=day(1)).findings())
    assert (finding.code, finding.field) == ("issue-date-before-lines", "prepayment")
    assert to_wareki(day(1)) in str(finding.message)


def test_as_long_as_a_date_is_missing_nothing_is_said_of_time_limits(scene):
    scene.city(cut_off_day=1, issue_date_tolerance_days=1)
    assert objections(scene.head(issue_date=None).findings()) == ["issue-date-missing"]
    scene.head(issue_date=day(0), transaction_date=None, period_from=day(0), period_to=day(0)).only_line(date=None)
    assert objections(scene.findings()) == []


def test_as_long_as_a_quantity_or_a_date_is_missing_a_return_is_not_judged(scene):
    gaps = ["line-quantity-missing"]
    assert objections(scene.line(quantity=None, date=None, original_date=day(-9)).findings()) == gaps
    assert objections(scene.line(**back(date=None, original_date=day(9))).findings()) == []
    scene.credit_note().lines.append(scene.written(quantity=None, unit_price=None))
    assert objections(scene.findings()) == ["line-quantity-missing", "line-unit_price-missing"]


def test_before_a_department_is_chosen_the_original_of_a_return_is_of_no_other_city(scene):
    original = scene.claim()
    findings = scene.credit_note(original_id=original.pk, department_id=None).findings()
    assert objections(findings) == ["department-missing"]


def test_as_long_as_a_rate_is_missing_nothing_is_said_of_sums(scene):
    figures = {"withholding_base": 10**6, "carry_over_billed": 1, "carry_over_received": 0}
    scene.company(kind=SupplierKind.SOLE_PROPRIETOR).head(**figures)
    assert objections(scene.only_line(rate=None).findings()) == ["line-rate-missing"]
    assert objections(scene.only_line(rate=None, quantity=Decimal(0)).findings()) == ["line-rate-missing"]
    assert objections(scene.head(lines=()).findings()) == ["lines-missing"]
    assert objections(scene.credit_note(withholding_base=-1, lines=()).findings()) == ["lines-missing"]


def test_of_a_period_in_two_fiscal_years_it_says_what_is_not_divided(scene):
    """施行令143条①三: of a period in two years rent, electricity and telephone belong to the year of payment."""
    scene.only_line(date=None).head(
        transaction_date=None, period_from=date(2026, 3, 20), period_to=date(2026, 4, 19), issue_date=date(2026, 4, 20)
    )
    (finding,) = rules.warnings(scene.going_out(date(2026, 4, 20)).findings())
    assert finding.code == "two-fiscal-years"
    assert "1つの料金の期間が2つの年度にわたるときは、支払期限の年度" in str(finding.message)
    assert "地方自治法施行令143条①三" in finding.source
