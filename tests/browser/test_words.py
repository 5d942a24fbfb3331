"""What scripts say on a page: the words come with the page, the script only fills them in."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

SUPPLIER = "miyazono@mihon-kashi.example"


@pytest.fixture
def editor(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    person.sign_in(SUPPLIER)
    person.page.goto(person.page.url + "invoices/new/")
    return person.page


@pytest.mark.parametrize(
    ("day", "era"),
    [
        ("2026-10-31", "令和8年10月31日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1926-12-24", ""),
    ],
)
def test_the_era_stands_beside_the_date(editor, day, era):
    editor.locator("[name=issue_date]").fill(day)
    expect(editor.locator("[name=issue_date] + output")).to_have_text(era)


def test_a_search_says_how_many_departments_it_found(editor):
    search, said = editor.get_by_label("課の名前でさがす"), editor.locator(".filter-select__status")
    search.fill("子育て")
    expect(said).to_have_text("1件見つかりました。")
    search.fill("どこにもない課")
    expect(said).to_have_text("見つかりません。別の言葉でさがしてください。")
    search.fill("")
    expect(said).to_be_empty()
