"""A draft of two fiscal years becomes two."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.acting import NotPermitted
from invoices import rules
from invoices.enums import DeductionKind, LineKind, Status
from invoices.lifecycle import drafting
from invoices.lifecycle.draft_input import DeductionInput, LineInput
from invoices.lifecycle.drafting import OutdatedDraft
from invoices.lifecycle.splitting import OneFiscalYear, split_by_year
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Invoice, TaxRate, content_of
from portal.lib.calendar import fiscal_year_text
from tests import factories

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

YEAR = 2026
MARCH, END, BEGIN, APRIL = (date(YEAR, *day) for day in ((3, 20), (3, 31), (4, 1), (4, 5)))
HEADING = LineInput(LineKind.HEADING, description="【4月分】")


@pytest.fixture
def draft(new_draft):
    rate = TaxRate.objects.get(code="standard10").pk
    return new_draft(
        lines=(
            factories.line_input(date=MARCH, description="三月"),
            HEADING,
            factories.line_input(date=APRIL, description="四月"),
            factories.line_input(date=None, description="日付なし"),
        ),
        transaction_date=None,
        period_from=MARCH,
        period_to=APRIL,
        deductions=(DeductionInput(DeductionKind.BASIC, rate, 10),),
        withholding_base=100,
        carry_over_billed=1,
        carry_over_received=0,
    )


def split(draft: Invoice, actor) -> tuple[Invoice, Invoice]:
    other = split_by_year(draft_id=draft.pk, actor=actor, version=draft.version)
    draft.refresh_from_db()
    return draft, other


def described(draft: Invoice) -> list[str]:
    return [line.description for line in draft.lines.all()]


def test_each_has_the_lines_of_its_year_and_the_part_of_the_period(draft, supplier_owner):
    first, later = split(draft, supplier_owner)
    assert described(first) == ["三月"]
    assert described(later) == ["【4月分】", "四月", "日付なし"]
    assert (first.period_from, first.period_to) == (MARCH, END)
    assert (later.period_from, later.period_to) == (BEGIN, APRIL)
    assert first.total + 10 + 1 == 1782, "what was deducted, with its tax, stays in the first"
    assert later.total == 2 * 1782
    for each in (first, later):
        assert "two-fiscal-years" not in {finding.code for finding in rules.check(each, content_of(each))}


def test_what_cannot_be_divided_stays_in_the_first_and_all_else_stands_in_both(draft, supplier_owner):
    before = drafting.input_of(draft)
    first, later = map(drafting.input_of, split(draft, supplier_owner))
    days = {"title": "", "period_from": None, "period_to": None, "lines": ()}
    alone = {"deductions": (), "withholding_base": None, "carry_over_billed": None, "carry_over_received": None}
    assert replace(first, **days) == replace(before, **days)
    assert replace(later, **days) == replace(before, **days, **alone)


def test_the_titles_tell_which_year_each_is_for(draft, supplier_owner):
    first, later = split(draft, supplier_owner)
    assert (first.title, later.title) == (
        f"10月分 消耗品（{fiscal_year_text(YEAR - 1)}分）",
        f"10月分 消耗品（{fiscal_year_text(YEAR)}分）",
    )


def test_a_long_title_is_cut_and_not_its_year(new_draft, supplier_owner):
    draft = new_draft(title="長" * 60, lines=tuple(factories.line_input(date=day) for day in (MARCH, APRIL)))
    for each in split(draft, supplier_owner):
        assert len(each.title) == 60
        assert each.title.startswith("長長")
        assert each.title.endswith("年度分）")


def test_a_title_that_is_missing_is_still_asked_for(new_draft, supplier_owner):
    draft = new_draft(title="", lines=tuple(factories.line_input(date=day) for day in (MARCH, APRIL)))
    assert [each.title for each in split(draft, supplier_owner)] == ["", ""]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ((MARCH, APRIL), [(MARCH, None, None), (APRIL, None, None)]),
        ((MARCH, END, BEGIN, APRIL), [(None, MARCH, END), (None, BEGIN, APRIL)]),
    ],
)
def test_without_a_period_the_lines_say_the_days(dates, expected, new_draft, supplier_owner):
    draft = new_draft(lines=tuple(factories.line_input(date=day) for day in dates))
    both = split(draft, supplier_owner)
    assert [(each.transaction_date, each.period_from, each.period_to) for each in both] == expected


def test_a_period_that_lies_in_one_year_alone_is_not_stretched(new_draft, supplier_owner):
    lines = tuple(factories.line_input(date=day) for day in (MARCH, APRIL))
    draft = new_draft(lines=lines, transaction_date=None, period_from=BEGIN, period_to=APRIL)
    first, later = split(draft, supplier_owner)
    assert (first.transaction_date, first.period_from, first.period_to) == (MARCH, None, None)
    assert (later.transaction_date, later.period_from, later.period_to) == (None, BEGIN, APRIL)


def test_of_more_than_two_years_the_earliest_is_left(new_draft, supplier_owner):
    days = (APRIL, date(YEAR + 1, 4, 2), MARCH)
    draft = new_draft(lines=tuple(factories.line_input(date=day) for day in days))
    first, later = split(draft, supplier_owner)
    assert [line.date for line in first.lines.all()] == [MARCH]
    assert [line.date for line in later.lines.all()] == list(days[:2])
    assert later.title == f"10月分 消耗品（{fiscal_year_text(YEAR)}以降分）"
    second, third = split(later, supplier_owner)
    assert second.title == f"10月分 消耗品（{fiscal_year_text(YEAR)}分）"
    assert third.title == f"10月分 消耗品（{fiscal_year_text(YEAR + 1)}分）"


def test_one_year_is_not_split(new_draft, supplier_owner):
    draft = new_draft(lines=(factories.line_input(date=APRIL), factories.line_input(date=None, quantity=Decimal(1))))
    with pytest.raises(OneFiscalYear, match="明細に日付を入力してください"):
        split(draft, supplier_owner)
    assert Invoice.objects.count() == 1


def test_a_draft_that_was_saved_elsewhere_stays_whole(draft, supplier_owner):
    with pytest.raises(OutdatedDraft):
        split_by_year(draft_id=draft.pk, actor=supplier_owner, version=draft.version - 1)
    assert Invoice.objects.count() == 1
    assert draft.lines.count() == 4


def test_neither_another_supplier_nor_the_city_splits_it_and_what_is_issued_is_not_split(
    draft, other_supplier, reviewer, supplier_owner
):
    for stranger in (other_supplier, reviewer):
        with pytest.raises((NotPermitted, Invoice.DoesNotExist)):
            split_by_year(draft_id=draft.pk, actor=stranger, version=draft.version)
    Invoice.objects.filter(pk=draft.pk).update(status=Status.SCHEDULED, scheduled_for=timezone.now())
    with pytest.raises(WrongStatus):
        split_by_year(draft_id=draft.pk, actor=supplier_owner, version=draft.version)
