"""Claims before the supply (前払), as cities know them: with the mark without objection, without it with a question."""

from datetime import date

import pytest

from invoices.enums import InvoiceKind, Prepayment
from invoices.models import Invoice
from invoices.rules import Level, remarks
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


TRAVEL = {"prepayment": Prepayment.TRAVEL}
BY_LAW = "地方自治法232条の5②, 地方自治法施行令"


@pytest.mark.parametrize(
    ("reason", "article"),
    [
        (Prepayment.RENT, "163条三"),
        (Prepayment.SUBSCRIPTION, "163条三・五"),
        (Prepayment.COMMISSION, "163条二"),
        (Prepayment.WORKS, "附則7条"),
        (Prepayment.ATTENDANCE, "163条八"),
        (Prepayment.FARE, "163条七"),
        (Prepayment.TRAVEL, "162条一"),
        (Prepayment.GRANT, "162条三・163条二"),
        (Prepayment.OTHER, "162条六・163条八"),
    ],
)
def test_a_finding_names_the_article_of_its_reason(reason, article, scene):
    scene.city(prepayments=[reason.value]).head(prepayment=reason)
    (finding,) = [each for each in scene.findings() if each.code == "prepayment-of-past"]
    assert finding.source == f"{BY_LAW}{article}"


def test_an_advance_on_works_that_names_its_own_day_is_told_to_name_the_time_of_the_works(scene):
    (finding,) = [
        each for each in scene.head(prepayment=Prepayment.WORKS).findings() if each.code == "prepayment-of-past"
    ]
    assert "工期" in str(finding.message)
    assert "「前払ではない」を選んでください" in str(finding.message)


def test_what_is_paid_for_a_journey_is_no_prepayment_but_an_advance(scene):
    (finding,) = [each for each in scene.head(**TRAVEL).findings() if each.code == "prepayment-of-past"]
    assert str(finding.message).startswith("概算払の理由がありますが、")
    (finding,) = [each for each in scene.city(prepayments=["rent"]).findings() if each.code == "prepayment-not-offered"]
    assert str(finding.message).startswith("この市は、この理由の概算払を認めていません。")


def test_the_department_reads_of_an_advance_too(scene):
    issued = scene.head(**TRAVEL).issued()
    (remark,) = [each for each in remarks(Invoice.objects.get(pk=issued.pk)) if each.code == "prepayment-of-past"]
    assert remark.text.startswith("概算払とありますが、")
