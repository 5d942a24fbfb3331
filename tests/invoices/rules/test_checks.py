"""Each check that stands before an issue: what triggers it, and what does not."""

import inspect
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoices import rules
from invoices.enums import PaymentMethod, PriceMode
from invoices.lifecycle import corrections, drafting
from invoices.models import content_of
from invoices.rules import Finding, Level, checks
from portal.lib.calendar import today_jst
from suppliers.models import SupplierKind
from tests.factories import DepartmentFactory, TradingLinkFactory, draft_input, line_input

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

WRONG_DIGIT = "T1234567890123"
QUALIFIED = "消費税法57条の4①"


def day(offset: int) -> date:
    return today_jst() + timedelta(days=offset)


@pytest.fixture
def check(supplier_owner, trading_link, bank_account):
    """The findings about an unsaved draft that has no fault but for the given changes."""

    def found(**changes) -> list[Finding]:
        data = draft_input(department=trading_link.department, bank_account=bank_account)
        draft, lines = drafting.build(replace(data, **changes), actor=supplier_owner)
        return rules.check(draft, lines)

    return found


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_a_complete_draft_has_no_findings(check):
    assert check() == []


DRAFT_CASES = [
    ("title-missing", "title", {"title": " 　"}, {"title": "あ"}),
    ("department-missing", "department", {"department_id": None}, {}),
    ("issue-date-missing", "issue_date", {"issue_date": None}, {}),
    ("issue-date-far", "issue_date", {"issue_date": day(-367)}, {"issue_date": day(-366)}),
    ("issue-date-far", "issue_date", {"issue_date": day(367)}, {"issue_date": day(366)}),
    (
        "transaction-date-missing",
        "transaction_date",
        {"transaction_date": None},
        {"transaction_date": None, "period_from": day(-30), "period_to": day(-1)},
    ),
    (
        "transaction-date-missing",
        "period_to",
        {"transaction_date": None, "period_from": day(-30)},
        {"transaction_date": None, "period_from": day(-1), "period_to": day(-1)},
    ),
    ("transaction-date-missing", "period_from", {"transaction_date": None, "period_to": day(-1)}, {}),
    (
        "transaction-date-and-period",
        "transaction_date",
        {"period_from": day(-30), "period_to": day(-1)},
        {"period_from": None, "period_to": None},
    ),
    ("transaction-date-and-period", "transaction_date", {"period_to": day(-1)}, {}),
    (
        "bank-account-missing",
        "bank_account",
        {"bank_account_id": None},
        {"bank_account_id": None, "payment_method": PaymentMethod.PAYMENT_SLIP},
    ),
    ("lines-missing", "lines", {"lines": ()}, {}),
    *(
        (f"{who}-{part}-missing", f"{who}_{part}", {f"{who}_{part}": " "}, {f"{who}_{part}": "役職なし"})
        for who in ("responsible", "contact")
        for part in ("title", "name", "phone")
    ),
]


@pytest.mark.parametrize(
    ("code", "field", "faulty", "sound"), DRAFT_CASES, ids=[f"{case[0]}-{case[1]}" for case in DRAFT_CASES]
)
def test_a_fault_of_the_head_is_found_beside_its_field(code, field, faulty, sound, check):
    (finding,) = check(**faulty)
    assert (finding.code, finding.field, finding.line, finding.level) == (code, field, None, Level.ERROR)
    assert str(finding.message).endswith("。")
    assert check(**sound) == []


LINE_CASES = [
    ("line-date-missing", "date", {"date": None}, {}),
    ("line-description-missing", "description", {"description": "　"}, {"description": "紙"}),
    ("line-quantity-missing", "quantity", {"quantity": None}, {"quantity": Decimal("0.5")}),
    ("line-unit_price-missing", "unit_price", {"unit_price": None}, {"unit_price": Decimal("0.5")}),
    ("line-rate-missing", "rate", {"rate": None}, {"rate": "exempt"}),
    ("line-rate-date", "rate", {"rate": "old8"}, {"rate": "old8", "date": date(2019, 9, 30)}),
    ("line-rate-date", "rate", {"date": date(2019, 9, 30)}, {"date": date(2019, 10, 1)}),
    ("line-rate-date", "rate", {"rate": "old5", "date": date(1997, 3, 31)}, {"rate": "old5", "date": date(1997, 4, 1)}),
    ("line-rate-date", "rate", {"rate": "old5", "date": date(2014, 4, 1)}, {"rate": "old5", "date": date(2014, 3, 31)}),
    (
        "line-rate-date",
        "rate",
        {"rate": "old8", "quantity": Decimal(-1), "original_date": date(2019, 10, 1)},
        {"rate": "old8", "quantity": Decimal(-1), "original_date": date(2019, 9, 30)},
    ),
    (
        "line-original-date-missing",
        "original_date",
        {"quantity": Decimal(-1)},
        {"quantity": Decimal(-1), "original_date": day(-30)},
    ),
    (
        "line-original-date-without-return",
        "original_date",
        {"original_date": day(-30)},
        {"quantity": Decimal(-1), "original_date": day(-30)},
    ),
    (
        "line-original-date-without-return",
        "original_date",
        {"quantity": Decimal(0), "original_date": day(-30)},
        {"quantity": Decimal(0)},
    ),
    (
        "line-original-date-later",
        "original_date",
        {"quantity": Decimal(-1), "date": day(-9), "original_date": day(-8)},
        {"quantity": Decimal(-1), "date": day(-9), "original_date": day(-9)},
    ),
]


@pytest.mark.parametrize(
    ("code", "field", "faulty", "sound"),
    LINE_CASES,
    ids=[f"{case[0]}-{index}" for index, case in enumerate(LINE_CASES)],
)
def test_a_fault_of_a_line_is_found_beside_its_cell(code, field, faulty, sound, check):
    """In the second of two lines, so that the index is worth something."""
    (finding,) = check(lines=(line_input(), line_input(**faulty)))
    assert (finding.code, finding.field, finding.line, finding.level) == (code, field, 1, Level.ERROR)
    assert check(lines=(line_input(), line_input(**sound))) == []


AMOUNT_CASES = [
    ("total-not-positive", {"unit_price": Decimal(0)}, {"unit_price": Decimal(1)}),
    ("total-not-positive", {"quantity": Decimal(-1), "original_date": day(-9)}, {}),
    (
        "amount-too-large",
        {"quantity": Decimal(1), "unit_price": Decimal(999_999_999_999)},  # with tax it has 13 digits
        {"quantity": Decimal(1), "unit_price": Decimal(909_090_909_090)},
    ),
    (
        "amount-too-large",
        {"quantity": Decimal(1), "unit_price": Decimal(1_000_000_000_000), "rate": "exempt"},
        {"quantity": Decimal(1), "unit_price": Decimal(999_999_999_999), "rate": "exempt"},
    ),
]


@pytest.mark.parametrize(
    ("code", "faulty", "sound"), AMOUNT_CASES, ids=[f"{case[0]}-{index}" for index, case in enumerate(AMOUNT_CASES)]
)
def test_the_amount_claimed_must_be_positive_and_printable(code, faulty, sound, check):
    (finding,) = check(lines=(line_input(**faulty),))
    assert (finding.code, finding.field, finding.level) == (code, "lines", Level.ERROR)
    assert check(lines=(line_input(**sound),)) == []


def test_large_lines_that_cancel_each_other_are_still_too_large(check):
    large = {"quantity": Decimal(1), "unit_price": Decimal(1_000_000_000_000)}
    back = {"quantity": Decimal(-1), "unit_price": Decimal(1_000_000_000_000), "original_date": day(-9)}
    assert codes(check(lines=(line_input(), line_input(**large), line_input(**back)))) == ["amount-too-large"]


def test_in_tax_inclusive_prices_the_total_is_the_sum_of_the_lines(check):
    largest = line_input(quantity=Decimal(1), unit_price=Decimal(999_999_999_999))
    assert check(lines=(largest,), price_mode=PriceMode.INCLUSIVE) == []
    assert codes(check(lines=(largest,), price_mode=PriceMode.EXCLUSIVE)) == ["amount-too-large"]


@pytest.mark.parametrize("closing", ["link", "department", "merged"])
def test_a_department_that_was_closed_since_the_draft_was_saved_is_found(closing, draft, trading_link):
    lines = content_of(draft)
    assert rules.check(draft, lines) == []
    if closing == "link":
        trading_link.active = False
        trading_link.save()
    else:
        department = trading_link.department
        department.closed = closing == "department"
        if closing == "merged":
            department.succeeded_by = DepartmentFactory(municipality=department.municipality)
        department.save()
    (finding,) = rules.check(draft, lines)
    assert (finding.code, finding.field, finding.level) == ("trading-link-closed", "department", Level.ERROR)


def test_an_original_date_on_a_line_that_is_no_return_does_not_decide_its_rate(check):
    """Old 8 % is over: an original date from its time makes it valid for a return, and for nothing else."""
    line = line_input(rate="old8", original_date=date(2019, 9, 30))
    assert codes(check(lines=(line,))) == ["line-rate-date", "line-original-date-without-return"]


def test_a_correction_stays_in_the_city_of_its_original(supplier, returned_invoice, supplier_owner, check):
    draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
    lines = content_of(draft)
    colleagues = DepartmentFactory(municipality=draft.department.municipality)
    abroad = DepartmentFactory()
    for department in (colleagues, abroad):
        TradingLinkFactory(supplier=supplier, department=department)
    draft.department = colleagues
    assert rules.check(draft, lines) == []
    draft.department = abroad
    (finding,) = rules.check(draft, lines)
    assert (finding.code, finding.field, finding.level) == ("correction-for-another-city", "department", Level.ERROR)
    assert check(department_id=abroad.pk) == [], "what corrects nothing goes to any city"


def test_a_bank_account_that_was_retired_since_the_draft_was_saved_is_found(draft, bank_account):
    bank_account.active = False
    bank_account.save()
    draft.refresh_from_db()
    (finding,) = rules.check(draft, content_of(draft))
    assert (finding.code, finding.field) == ("bank-account-closed", "bank_account")
    draft.payment_method = PaymentMethod.DIRECT_DEBIT
    assert rules.check(draft, content_of(draft)) == []


@pytest.mark.parametrize("column", ["representative_title", "representative_name"])
def test_the_citys_accounting_rules_want_a_representative(column, supplier, check):
    setattr(supplier, column, "")
    supplier.save()
    (finding,) = check()
    assert (finding.code, finding.level) == ("representative-missing", Level.ERROR)


@pytest.mark.parametrize(
    ("number", "kind", "code", "level"),
    [
        ("T7123456789012", SupplierKind.CORPORATION, None, None),
        ("T7123456789012", SupplierKind.SOLE_PROPRIETOR, None, None),
        (WRONG_DIGIT, SupplierKind.CORPORATION, "registration-number-digit", Level.ERROR),
        (WRONG_DIGIT, SupplierKind.SOLE_PROPRIETOR, "registration-number-digit", Level.WARNING),
        ("T71234567890", SupplierKind.CORPORATION, "registration-number-form", Level.ERROR),
        ("7123456789012", SupplierKind.CORPORATION, "registration-number-form", Level.ERROR),
        ("", SupplierKind.CORPORATION, "issuer-not-registered", Level.WARNING),
        ("", SupplierKind.SOLE_PROPRIETOR, "issuer-not-registered", Level.WARNING),
    ],
)
def test_the_registration_number_is_judged_by_form_digit_and_kind_of_issuer(number, kind, code, level, supplier, check):
    supplier.registration_number, supplier.kind = number, kind
    supplier.save()
    assert [(finding.code, finding.level) for finding in check()] == ([(code, level)] if code else [])


EMOJI = "お茶🍵"


@pytest.mark.parametrize(
    ("change", "field", "line"),
    [
        *(({column: EMOJI}, column, None) for column in ("title", "remarks", "own_reference", "contact_name")),
        ({"responsible_title": EMOJI}, "responsible_title", None),
        ({"lines": "description"}, "description", 1),
        ({"lines": "unit"}, "unit", 1),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_character_that_cannot_be_printed_is_found_where_it_stands_and_named(change, field, line, check):
    if "lines" in change:
        change = {"lines": (line_input(), line_input(**{change["lines"]: EMOJI}))}
    (finding,) = check(**change)
    assert (finding.code, finding.field, finding.line, finding.level) == (
        "unprintable-character",
        field,
        line,
        Level.ERROR,
    )
    assert "「🍵」" in str(finding.message)


@pytest.mark.parametrize(
    ("fixture", "column", "field"),
    [
        ("supplier", "name", ""),
        ("supplier", "representative_name", ""),
        ("supplier", "address", ""),
        ("supplier", "building", ""),
        ("department", "name", "department"),
        ("municipality", "name", "department"),
        ("policy", "addressee", "department"),
        ("bank_account", "branch_name", "bank_account"),
    ],
)
def test_a_master_that_cannot_be_printed_is_found_before_it_can_stop_the_delivery(
    fixture, column, field, request, check, trading_link, bank_account
):
    row = request.getfixturevalue(fixture)
    setattr(row, column, EMOJI)
    row.save()
    (finding,) = check()
    assert (finding.code, finding.field, finding.level) == ("unprintable-character", field, Level.ERROR)


def test_rare_names_that_the_fonts_have_are_printed(check):
    assert check(title="髙﨑・𠮷野 辻 邊邉 ①㈱ ～―‐ ヴ ㎡ ℃") == []


def test_errors_stand_before_warnings_and_only_errors_stop(supplier, check):
    supplier.registration_number = ""
    supplier.save()
    findings = check(title="", lines=())
    assert codes(findings) == ["title-missing", "lines-missing", "issuer-not-registered"]
    assert codes(rules.errors(findings)) == ["title-missing", "lines-missing"]


def test_an_empty_draft_names_everything_that_is_missing_at_once(supplier_owner):
    draft, lines = drafting.build(drafting.DraftInput(), actor=supplier_owner)
    assert set(codes(rules.check(draft, lines))) == {
        "title-missing",
        "department-missing",
        "issue-date-missing",
        "transaction-date-missing",
        "bank-account-missing",
        "lines-missing",
        *(f"{who}-{part}-missing" for who in ("responsible", "contact") for part in ("title", "name", "phone")),
    }


def test_what_the_law_asks_for_is_quoted_with_the_law(check):
    (finding,) = check(lines=())
    assert finding.source == QUALIFIED


def test_every_code_of_the_checks_is_tested_here():
    source = inspect.getsource(checks)
    written = set(re.findall(r'^\s*"([a-z]+(?:-[a-z]+)+)",$|Finding\("([a-z-]+)"', source, re.MULTILINE))
    tested = inspect.getsource(inspect.getmodule(test_every_code_of_the_checks_is_tested_here))
    assert {code for pair in written for code in pair if code} - set(re.findall(r'"([a-z_-]+)"', tested)) == set()
    assert len(written) >= 14


def test_a_check_reads_the_database_a_fixed_number_of_times(check, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        check()
    many = tuple(line_input() for _n in range(50))
    with django_assert_max_num_queries(8):
        check(lines=many)
