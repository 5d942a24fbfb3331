"""Claims before the supply (前払), as cities know them: with the mark without objection, without it with a question."""

from datetime import date

import pytest

from invoices.enums import InvoiceKind, Prepayment
from invoices.rules import Level
from tests.invoices.rules.scene import Scene, objections

pytestmark = pytest.mark.django_db

CASES = {
    "the rent of December": (date(2026, 11, 25), date(2026, 12, 1), date(2026, 12, 31)),
    "newspapers for a year": (date(2026, 3, 25), date(2026, 4, 1), date(2027, 3, 31)),
    "指定管理料 of a quarter": (date(2026, 4, 3), date(2026, 4, 1), date(2026, 6, 30)),
    "a course on 5 December": (date(2026, 11, 20), date(2026, 12, 5), None),
}


@pytest.fixture(params=CASES.values(), ids=CASES)
def ahead(request, scene) -> Scene:
    """A claim without the mark, going out on the day of its date."""
    claimed, first, last = request.param
    head = {"transaction_date": first} if last is None else {"transaction_date": None, "period_from": first}
    scene.only_line(date=last or first).head(issue_date=claimed, **head, **({"period_to": last} if last else {}))
    return scene.going_out(claimed)


def test_with_the_mark_there_is_nothing_to_object_to(ahead):
    for reason in (Prepayment.RENT, Prepayment.SUBSCRIPTION, Prepayment.COMMISSION, Prepayment.ATTENDANCE):
        assert objections(ahead.head(prepayment=reason).findings()) == []


def test_without_the_mark_a_warning_leads_to_it(ahead):
    found = [finding for finding in ahead.findings() if finding.level != Level.INFO]
    assert [(each.code, each.level, each.field) for each in found] == [
        ("issue-date-before-lines", Level.WARNING, "prepayment")
    ]
    assert "前払の理由を選んでください" in str(found[0].message)


def test_a_city_that_pays_nothing_ahead_stops_it_as_ever(ahead):
    ahead.city(prepayments=[])
    assert {(each.code, each.level) for each in ahead.findings() if each.level != Level.INFO} == {
        ("issue-date-before-lines", Level.ERROR)
    }
    marked = ahead.head(prepayment=Prepayment.RENT).findings()
    assert "prepayment-not-offered" in objections(marked)


def test_the_days_that_a_city_tolerates_need_no_mark(scene):
    scene.city(issue_date_tolerance_days=5).dated(date(2026, 12, 5), date(2026, 11, 30)).going_out(date(2026, 11, 30))
    assert objections(scene.findings()) == []


def test_a_credit_note_is_not_led_to_a_mark_that_it_has_not(scene):
    scene.credit_note(kind=InvoiceKind.CREDIT_NOTE, transaction_date=date(2026, 12, 5), issue_date=date(2026, 11, 30))
    scene.going_out(date(2026, 11, 30))
    found = [each for each in scene.findings() if each.code == "issue-date-before-lines"]
    assert {(each.level, each.field) for each in found} == {(Level.ERROR, "transaction_date")}
