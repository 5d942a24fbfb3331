"""Tax rates as rows that the operator adds: on which days each holds, and what no row may say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from invoices.enums import TaxCategory
from invoices.models import TaxRate

pytestmark = [pytest.mark.django_db, pytest.mark.both_db]

FIRST, LAST = date(2030, 4, 1), date(2031, 3, 31)
FOOD = {"code": "food0", "label": "0%(食料品)", "category": TaxCategory.TAXABLE, "percent": Decimal(0), "position": 5}


@pytest.mark.parametrize(
    ("start", "end", "day", "holds"),
    [
        (FIRST, LAST, date(2030, 3, 31), False),
        (FIRST, LAST, FIRST, True),
        (FIRST, LAST, LAST, True),
        (FIRST, LAST, date(2031, 4, 1), False),
        (None, LAST, date(1900, 1, 1), True),
        (None, LAST, date(2031, 4, 1), False),
        (FIRST, None, date(2030, 3, 31), False),
        (FIRST, None, date(2999, 1, 1), True),
        (None, None, date(1900, 1, 1), True),
    ],
)
def test_a_rate_holds_from_its_first_day_to_its_last(start, end, day, holds):
    assert TaxRate(valid_from=start, valid_to=end).holds_on(day) == holds


@pytest.mark.parametrize(
    ("code", "ended", "before"),
    [("old8", date(2019, 9, 30), date(2019, 4, 1)), ("old5", date(2014, 3, 31), date(2013, 10, 1))],
)
def test_an_earlier_rate_may_last_after_its_end_for_what_was_contracted_before(code, ended, before):
    rate = TaxRate.objects.get(code=code)
    assert rate.contracted_before == before
    assert not rate.may_last_on(ended)
    assert rate.may_last_on(ended + timedelta(days=1))
    assert not rate.holds_on(ended + timedelta(days=1))


@pytest.mark.parametrize("code", ["standard10", "reduced8", "exempt"])
def test_a_rate_of_today_lasts_by_no_contract(code):
    assert not TaxRate.objects.get(code=code).may_last_on(date(2099, 1, 1))


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"percent": Decimal("99.99")},
        {"valid_from": FIRST, "valid_to": FIRST},
        {"valid_from": FIRST},
        {"valid_to": LAST},
        {"valid_to": LAST, "contracted_before": LAST},
    ],
    ids=str,
)
def test_the_database_takes_a_rate_within_the_bounds(columns):
    TaxRate.objects.create(**FOOD | columns)


BEYOND = [
    ({"percent": Decimal("-0.01")}, "税率は0以上100未満で入力してください。"),
    ({"percent": Decimal(100)}, "税率は0以上100未満で入力してください。"),
    (
        {"valid_from": LAST, "valid_to": FIRST},
        "適用終了日は、適用開始日と同じか後の日付にしてください。",
    ),
    (
        {"contracted_before": FIRST},
        "経過措置の指定日は、適用終了日のある税率に、その日と同じか前の日付で入力してください。",
    ),
    (
        {"valid_to": FIRST, "contracted_before": LAST},
        "経過措置の指定日は、適用終了日のある税率に、その日と同じか前の日付で入力してください。",
    ),
    ({"label": "10%"}, "この表示名の税率がすでにあります。別の表示名にしてください。"),
    (
        {"category": TaxCategory.EXEMPT, "percent": Decimal(1)},
        "課税でない税区分には、税率も軽減税率も付きません。税率を0にし、軽減税率を外してください。",
    ),
]


@pytest.mark.parametrize(("columns", "message"), BEYOND)
def test_the_database_refuses_what_lies_beyond_them(columns, message):
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxRate.objects.create(**FOOD | columns)


@pytest.mark.parametrize(("columns", "message"), BEYOND)
def test_the_operator_reads_what_is_wrong(columns, message, operator, client_of):
    typed = {name: "" if value is None else str(value) for name, value in (FOOD | columns).items()}
    page = client_of(operator).post(reverse("admin:invoices_taxrate_add"), typed)
    assert page.status_code == 200
    assert message in page.content.decode()
    assert not TaxRate.objects.filter(code="food0").exists()


def test_the_operator_adds_a_rate_that_is_in_order(operator, client_of):
    typed = {name: str(value) for name, value in FOOD.items()} | {"valid_from": "2030-04-01", "valid_to": ""}
    page = client_of(operator).post(reverse("admin:invoices_taxrate_add"), typed)
    assert page.status_code == 302
    assert TaxRate.objects.get(code="food0").valid_from == FIRST
