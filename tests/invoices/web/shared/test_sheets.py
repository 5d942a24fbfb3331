"""The pages of a document beside its data: how many they are, and a box that the keyboard can move."""

import pytest

from invoices.archive import store
from invoices.models import Document
from invoices.web.shared import pictures
from portal.lib.ids import uuid7
from tests.pages import on_one_line
from tests.small_files import pdf

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


def test_of_a_document_that_was_stored_with_too_many_pages_the_first_are_shown(documents_folder):
    key = store.document_key(uuid7(), uuid7(), pdf(pages=501))
    store.keep(key, pdf(pages=501))
    assert pictures.sheet_numbers(Document(key=key, content_type="application/pdf")) == range(1, 501)
