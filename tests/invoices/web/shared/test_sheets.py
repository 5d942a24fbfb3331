"""The pages of a document beside its data: how many they are, and a box that the keyboard can move."""

import pytest

from tests.pages import on_one_line

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("visitor", "route", "station"),
    [
        ("at_supplier", "invoices:confirm", "draft"),
        ("at_supplier", "invoices:scheduled", "scheduled_invoice"),
        ("at_supplier", "invoices:detail", "opened_invoice"),
        ("at_department", "review:detail", "opened_invoice"),
    ],
)
def test_are_counted_above_and_can_be_reached_by_keyboard(request, visitor, route, station):
    invoice = request.getfixturevalue(station)
    source = on_one_line(request.getfixturevalue(visitor).ask(route, invoice.pk).content.decode())
    count = source.index('<p class="pages__count" id="pages-count">全1ページ</p>')
    (box,) = (tag for tag in source.split("<") if tag.startswith('div class="pages"'))
    assert count < source.index(box)
    for said in ('role="group"', "aria-label=", 'aria-describedby="pages-count"', 'tabindex="0"'):
        assert said in box
    assert "None" not in box
