"""Tax rates as rows that the operator adds: on which days each holds, and what no row may say."""

from datetime import date
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
    "columns",
    [
        {},
        {"percent": Decimal("99.99")},
        {"valid_from": FIRST, "valid_to": FIRST},
        {"valid_from": FIRST},
        {"valid_to": LAST},
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
