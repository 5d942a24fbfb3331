"""How far an invoice has come, as its page shows it at the top."""

import re

import pytest

from invoices.models import Invoice
from invoices.web.supplier.progress import stations

pytestmark = pytest.mark.django_db


def states(invoice: Invoice) -> list[tuple[str, str]]:
    return [(station.label, station.state) for station in stations(Invoice.objects.get(pk=invoice.pk))]


def line(*reached: str, ahead: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [
        *((label, "done") for label in reached[:-1]),
        (reached[-1], "current"),
        *((label, "next") for label in ahead),
    ]


@pytest.mark.parametrize(
    ("invoice", "expected"),
    [
        ("issued_invoice", line("発行", ahead=("到達", "開封", "受理", "支払"))),
        ("unopened_invoice", line("発行", "到達", ahead=("開封", "受理", "支払"))),
        ("opened_invoice", line("発行", "到達", "開封", ahead=("受理", "支払"))),
        ("accepted_invoice", line("発行", "到達", "開封", "受理", ahead=("支払",))),
        ("taken_over_invoice", line("発行", "到達", "開封", "受理", ahead=("支払",))),
        ("paid_invoice", line("発行", "到達", "開封", "受理", "支払済")),
        ("returned_invoice", [("発行", "done"), ("到達", "done"), ("開封", "done"), ("差戻し", "stopped")]),
        ("cancelled_invoice", [("発行", "done"), ("到達", "done"), ("取消", "stopped")]),
    ],
)
def test_each_station_is_reached_in_its_order(request, invoice, expected):
    assert states(request.getfixturevalue(invoice)) == expected


def test_a_credit_note_ends_by_being_set_off(office, new_draft):
    claim = office.claim(new_draft())
    note = office.accept(office.note(claim, 6))
    assert states(note)[-1] == ("充当・戻入", "next")
    office.set_off(note, claim)
    assert states(note)[-1] == ("充当済", "current")


def test_what_was_corrected_ends_there(office, new_draft):
    claim = office.accept(office.deliver(new_draft()))
    correction = office.correction(claim, 50)
    assert states(claim)[-1] == ("支払", "next")
    office.accept(correction)
    assert states(claim) == [
        *((label, "done") for label in ("発行", "到達", "開封", "受理")),
        ("修正後あり", "stopped"),
    ]


def test_one_of_nothing_is_settled_with_its_acceptance(office, new_draft):
    claim = office.claim(office.of_nothing(new_draft()))
    assert states(claim)[-1] == ("支払不要", "current")


def test_the_page_tells_the_times_and_what_is_still_to_come(at_supplier, opened_invoice):
    text = at_supplier.read("invoices:detail", opened_invoice.pk).text
    day = r"\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d"
    assert re.search(rf"発行 {day} 到達 {day} 開封 {day} 受理 （まだ） 支払 （まだ）", text)
