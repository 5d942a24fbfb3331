"""To which fiscal year what a city pays belongs (地方自治法施行令143条), and how long it may be claimed (236条)."""

from datetime import date
from decimal import Decimal

import pytest

from invoices import rules
from invoices.enums import Prepayment, Reduction, Status
from invoices.models import Invoice
from invoices.rules import FindingAction, Level
from tests.invoices.rules.examples_of_dates import in_period, of_two_days
from tests.invoices.rules.scene import Scene, codes

pytestmark = pytest.mark.django_db

TWO_YEARS, TOO_OLD = "two-fiscal-years", "claim-past-limitation"
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 1)
DONE = "工事・物の購入・運送などは、納品や完了が確かめられた日の年度の予算から払われます。"
USED = (
    "賃借料・光熱水費・電信電話料は、使った期間の年度の予算から払われます(1つの料金の期間が2つの年度にわたるときは、"
    "支払期限の年度)。"
)


@pytest.mark.parametrize("made", [of_two_days, in_period])
def test_the_message_says_by_what_the_year_is_judged_as_the_order_does(made, scene):
    (finding,) = rules.warnings(made(scene, MARCH, APRIL).findings())
    assert finding.code == TWO_YEARS
    assert DONE in str(finding.message) and USED in str(finding.message)
    assert finding.source == "地方自治法208条, 地方自治法施行令143条①三・四"


def test_lines_of_two_years_are_offered_to_be_parted_where_their_years_differ(scene):
    (finding,) = rules.warnings(of_two_days(scene, MARCH, APRIL).findings())
    assert "令和7年度と令和8年度の明細があります。" in str(finding.message)
    assert str(finding.message).endswith("同じ年度の予算から払われるものだけなら、このまま発行できます。")
    assert finding.action == FindingAction.SPLIT_BY_YEAR


@pytest.mark.parametrize(
    ("claimed", "found"),
    [
        (date(2026, 5, 31), ("closing-period", "令和8年3月31日の取引は前の年度のものです。")),
        (date(2026, 6, 1), ("fiscal-year-closed", "取引(令和8年3月31日)のあった年度の会計は令和8年5月31日に閉鎖")),
    ],
)
def test_of_lines_of_two_years_the_budget_of_the_earlier_one_may_be_closed(claimed, found, scene):
    of_two_days(scene, MARCH, APRIL).head(issue_date=claimed).going_out(claimed)
    said = {each.code: str(each.message) for each in scene.findings()}
    (code,) = {"closing-period", "fiscal-year-closed"} & said.keys()
    assert (code, found[1] in said[code]) == (found[0], True)


def test_what_is_paid_ahead_is_one_payment_of_the_year_in_which_it_is_due(scene):
    ahead = {"prepayment": Prepayment.SUBSCRIPTION, "issue_date": MARCH, "transaction_date": None}
    scene.head(period_from=MARCH, period_to=date(2027, 3, 19), **ahead).only_line(date=None).going_out(MARCH)
    assert TWO_YEARS not in codes(scene.findings())
    scene.head(prepayment="")
    assert TWO_YEARS in codes(scene.findings())


def test_lines_of_two_years_that_are_paid_ahead_may_be_two_payments(scene):
    """As the rent of March and that of April: each belongs to the year of its month."""
    of_two_days(scene, MARCH, APRIL).head(prepayment=Prepayment.RENT, issue_date=date(2026, 3, 1))
    assert TWO_YEARS in codes(scene.going_out(date(2026, 3, 1)).findings())


def test_the_department_reads_by_what_it_judges_the_year(scene):
    of_two_days(scene, date(2026, 3, 31), date(2026, 4, 1))
    (remark,) = [each for each in rules.remarks(read_again(scene)) if each.code == TWO_YEARS]
    assert "履行を確かめた日" in remark.text and "支払期限" in remark.text


def read_again(scene: Scene) -> Invoice:
    return Invoice.objects.get(pk=scene.issued().pk)


class TestOfClaimsAfterFiveYears:
    """A claim against a city lapses five years after it could be made (地方自治法236条①)."""

    WORK = date(2021, 6, 30)

    @pytest.mark.parametrize(
        ("work", "claimed", "lapsed"),
        [
            (WORK, date(2026, 6, 30), False),
            (WORK, date(2026, 7, 1), True),
            (date(2020, 2, 29), date(2025, 2, 28), False),
            (date(2020, 2, 29), date(2025, 3, 1), True),
        ],
    )
    def test_a_warning_asks_for_them_from_the_day_after(self, work, claimed, lapsed, scene):
        found = scene.dated(work, claimed).going_out(claimed).findings()
        assert (TOO_OLD in codes(found)) == lapsed

    def test_the_oldest_line_counts_and_the_day_on_which_it_really_goes_out(self, scene):
        scene.lines = [scene.written(date=self.WORK), scene.written(date=date(2026, 6, 1))]
        scene.head(issue_date=date(2026, 6, 15))
        assert TOO_OLD not in codes(scene.going_out(date(2026, 6, 30)).findings())
        (finding,) = [each for each in scene.going_out(date(2026, 7, 1)).findings() if each.code == TOO_OLD]
        assert finding.level == Level.WARNING
        assert "令和3年6月30日" in str(finding.message)
        assert finding.source == "地方自治法236条①, 民法166条①一"

    def test_without_dates_on_the_lines_the_last_day_of_the_period_counts(self, scene):
        scene.only_line(date=None).head(
            transaction_date=None, period_from=date(2021, 6, 1), period_to=self.WORK, issue_date=date(2026, 6, 30)
        )
        assert TOO_OLD not in codes(scene.going_out(date(2026, 6, 30)).findings())
        assert TOO_OLD in codes(scene.going_out(date(2026, 7, 1)).findings())

    def test_what_gives_back_claims_nothing(self, scene):
        scene.credit_note().head(transaction_date=self.WORK)
        scene.only_line(quantity=Decimal(-1), date=self.WORK, original_date=self.WORK, reduction=Reduction.RETURNED)
        assert TOO_OLD not in codes(scene.findings())

    @pytest.mark.parametrize(
        ("status", "asked"), [(Status.PAID, False), (Status.ACCEPTED, False), (Status.RETURNED, True)]
    )
    def test_a_correction_of_what_the_city_accepted_is_no_new_claim(self, status, asked, scene):
        before = scene.row(status=status)
        scene.dated(self.WORK, date(2026, 7, 1)).going_out(date(2026, 7, 1)).replacing(before)
        assert (TOO_OLD in codes(scene.findings())) == asked
