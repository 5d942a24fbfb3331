"""The city's lists in a browser: one box for a whole list, and cards on a narrow screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

REVIEWER = "tsuruda@city.mihon.example"
ADMIN, ACCOUNTS = "arima@city.mihon.example", "chuman@city.mihon.example"
ROWS = 'table input[type="checkbox"]'
CROWDED = """[...document.querySelectorAll(".table--cards [data-label]")]
    .filter(cell => parseFloat(getComputedStyle(cell, "::before").height) > cell.clientHeight
        || [...cell.children].some(part => part.getBoundingClientRect().right > cell.getBoundingClientRect().right))
    .map(cell => cell.dataset.label)"""


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


def test_on_a_narrow_screen_headings_and_what_stands_beside_them_stay_in_their_cell(visitor_at, demo: Site):
    person = visitor_at(demo, 320)
    page = person.page
    person.sign_in(ADMIN)
    home = page.url
    page.goto(home + "invitations/new/")
    page.get_by_label("事業者名").fill("短い店")
    page.get_by_label("メールアドレス").fill("a@b.example")
    page.locator("[name=departments]").first.check()
    page.locator("main form button[type=submit]").click()
    page.get_by_role("link", name="招待の一覧へ").click()
    expect(page.get_by_role("link", name="短い店")).to_be_visible()
    assert page.evaluate(CROWDED) == []
    person.sign_in(ACCOUNTS)
    page.goto(home + "invoices/?status=taken_over")
    expect(page.get_by_text("会計引継済").first).to_be_visible()
    assert page.evaluate(CROWDED) == []
