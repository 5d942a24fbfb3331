"""The pages of a document beside its data: all of them can be reached without a mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

SUPPLIER = "miyazono@mihon-kashi.example"


@pytest.mark.parametrize("width", [1280, 320])
def test_the_keyboard_reaches_the_last_page_of_a_document(visitor_at, demo: Site, width: int):
    person = visitor_at(demo, width)
    page = person.page
    person.sign_in(SUPPLIER)
    page.goto(page.url + "invoices/")
    page.locator("tr", has_text="子どもまつり").filter(has_not_text="返還請求書").locator("a").first.click()
    box = page.get_by_role("group", name=re.compile("^請求書 "))
    sheets = box.get_by_role("img")
    count = sheets.count()
    assert count > 1
    expect(page.get_by_text(f"全{count}ページ", exact=True)).to_be_visible()
    person.check()
    box.focus()
    expect(box).to_be_focused()
    if width == 1280:
        page.keyboard.press("End")
        expect(sheets.last).to_be_in_viewport()
