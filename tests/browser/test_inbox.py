"""The city's inbox with script: one box for a whole list."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

REVIEWER = "tsuruda@city.mihon.example"
ROWS = 'table input[type="checkbox"]'


@pytest.mark.parametrize("width", [1280, 320])
def test_one_box_ticks_the_whole_list(visitor_at, demo: Site, width: int):
    person = visitor_at(demo, width)
    page = person.page
    person.sign_in(REVIEWER)
    page.goto(page.url + "invoices/?status=opened")
    all_of_them, rows = page.get_by_label("この一覧をすべて選ぶ"), page.locator(ROWS)
    count = rows.count()
    assert count
    all_of_them.check()
    expect(page.locator(f"{ROWS}:checked")).to_have_count(count)
    person.check()
    rows.first.uncheck()
    expect(all_of_them).not_to_be_checked()
    rows.first.check()
    expect(all_of_them).to_be_checked()
    all_of_them.uncheck()
    expect(page.locator(f"{ROWS}:checked")).to_have_count(0)
