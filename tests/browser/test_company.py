"""A company's data with script: the fields follow the chosen kind, and nothing that somebody types gets lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

OWNER = "tsuru@sample-clean.example"


@pytest.mark.parametrize("width", [1280, 320])
def test_the_fields_follow_the_kind_and_keep_what_is_typed(visitor_at, demo: Site, width: int):
    person = visitor_at(demo, width)
    page = person.page
    person.sign_in(OWNER)
    page.goto(page.url + "company/edit/")
    page.get_by_label("建物名など").fill("みほんビル5階")
    page.get_by_label("共同企業体").check()
    # At once: what is typed before the fields have changed must not be overtaken by them.
    page.locator("[name=name]").fill("見本・みなみ共同企業体")
    page.locator("[name=member_name]").fill("株式会社見本建設")
    expect(page.locator("[name=name]")).to_have_value("見本・みなみ共同企業体")
    expect(page.get_by_label("代表構成員の建物名など")).to_have_value("みほんビル5階")
    person.check()
    page.get_by_label("国外事業者").check()
    expect(page.get_by_label("国外事業者")).to_be_focused()
    page.locator("textarea[name=address]").fill("1 Sample Way\nUSA")
    expect(page.locator("[name=name]")).to_have_value("見本・みなみ共同企業体")
    person.check()
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("会社情報を保存しました")).to_be_visible()
    expect(page.get_by_text("1 Sample Way")).to_be_visible()
    person.check()
