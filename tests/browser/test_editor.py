"""The editor in a browser: choices that follow a date, sections that unfold, and all of it without script or mouse."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from portal.sample.accounts import PASSWORD
from tests.browser.conftest import Site, Visitor

pytestmark = pytest.mark.browser

SUPPLIER = "miyazono@mihon-kashi.example"
LASTING, OTHERS = "契約日による経過措置の税率", "この日付では使えない税率"


def field(page: Page, name: str) -> Locator:
    return page.locator(f"[name={name}]")


def new_invoice(person: Visitor, **query: str) -> Page:
    page = person.page
    person.sign_in(SUPPLIER, PASSWORD)
    page.goto(page.url + "invoices/new/" + "".join(f"?{name}={value}" for name, value in query.items()))
    return page


def write_line(page: Page, index: int, day: str, rate: str) -> None:
    typed = {"date": day, "description": f"品物{index}", "quantity": "60", "unit_price": "27"}
    for name, value in typed.items():
        field(page, f"lines-{index}-{name}").fill(value)
    field(page, f"lines-{index}-rate").select_option(label=rate)


@pytest.mark.parametrize("width", [1280, 320])
def test_every_section_with_findings_of_every_level(visitor_at, demo: Site, width: int):
    person = visitor_at(demo, width)
    page = new_invoice(person)
    person.check()
    field(page, "department").select_option(label="子育て支援課")
    field(page, "transaction_date").fill("2026-11-10")
    write_line(page, 0, "2026-11-10", "10%")
    page.get_by_text("控除（値引・割戻）").click()
    field(page, "deductions-0-rate").select_option(label="10%")
    field(page, "deductions-0-amount").fill("２０")
    page.get_by_text("前回請求額とご入金額", exact=True).click()
    field(page, "carry_over_billed").fill("１２０，０００")
    page.get_by_text("源泉徴収", exact=True).click()
    field(page, "withholding_base").fill("1600")
    sums = page.locator("#live-totals")
    expect(sums).to_contain_text("明細の合計 1,620 − 基本控除 20 = 1,600")
    expect(sums).to_contain_text("合計請求額")
    expect(sums).to_contain_text("差引お支払額")
    person.check()
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.get_by_role("alert")).to_contain_text("件名を入力してください")
    expect(page.get_by_role("heading", name="発行する前に確かめること")).to_be_visible()
    expect(page.get_by_role("heading", name="お知らせ")).to_be_visible()
    person.check()
    # The link at the top leads into the section, which has unfolded by itself.
    page.get_by_role("link", name="前回請求額とご入金額は、両方を入力してください。").click()
    expect(field(page, "carry_over_received")).to_be_focused()
    page.keyboard.type("0")
    field(page, "title").fill("11月分")
    page.get_by_role("button", name="確認へ進む").click()
    page.wait_for_url("**/confirm/")
    expect(page.get_by_text("は個人への報酬が対象です。")).to_be_visible()
    person.check()


@pytest.mark.parametrize("width", [1280, 320])
def test_a_credit_note(visitor_at, demo: Site, width: int):
    page = new_invoice(person := visitor_at(demo, width), kind="credit_note")
    expect(page.get_by_role("heading", name="返還請求書を作成")).to_be_visible()
    write_line(page, 0, "2026-11-10", "10%")
    field(page, "lines-0-quantity").fill("-3")
    field(page, "lines-0-original_date").fill("2018-04-01")
    expect(field(page, "lines-0-rate").locator("optgroup option", has_text="10%")).to_have_count(1)
    expect(page.locator("#live-totals")).to_contain_text("返還金額（税込）")
    person.check()


def test_the_rates_of_one_row_follow_its_date_while_the_other_is_left_alone(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    for index in (0, 1):
        write_line(page, index, "2026-11-10", "10%")
    expect(page.locator("#save-state")).to_contain_text("保存済み")
    rates = field(page, "lines-0-rate")
    expect(rates.locator(f'optgroup[label="{LASTING}"] option', has_text="8%(旧)")).to_have_count(1)
    page.evaluate("document.querySelector('[name=lines-1-rate]').firstElementChild.dataset.untouched = 'yes'")

    field(page, "lines-0-date").fill("2018-04-01")
    expect(rates.locator(f'optgroup[label="{OTHERS}"] option', has_text="10%")).to_have_count(1)
    assert rates.evaluate("select => select.selectedOptions[0].text") == "10%"
    assert field(page, "lines-1-rate").locator("[data-untouched]").count() == 1


def test_a_choice_made_while_the_new_rates_are_on_their_way_stays(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    write_line(page, 0, "2026-11-10", "10%")
    expect(page.locator("#save-state")).to_contain_text("保存済み")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/edit/", hold)
    field(page, "lines-0-date").fill("2018-04-01")
    with page.expect_request("**/edit/"):
        pass
    rates = field(page, "lines-0-rate")
    rates.select_option(label="8%(旧)")
    rates.focus()
    held[0].continue_()
    page.unroute("**/edit/")
    expect(rates.locator(f'optgroup[label="{OTHERS}"] option', has_text="10%")).to_have_count(1)
    assert rates.evaluate("select => select.selectedOptions[0].text") == "8%(旧)"
    expect(rates).to_be_focused()
    # And it is what is saved in the end.
    expect(page.locator("#live-totals")).to_contain_text("1,620 × 8 %")


def test_what_was_unfolded_stays_so_when_a_row_is_added(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    page.get_by_text("源泉徴収", exact=True).click()
    page.get_by_role("button", name="伝票・返還・見出し").nth(1).click()
    page.get_by_role("button", name="行を追加", exact=True).click()
    expect(field(page, "lines-3-description")).to_be_focused()
    expect(field(page, "withholding_base")).to_be_visible()
    expect(field(page, "lines-1-original_date")).to_be_visible()
    expect(field(page, "carry_over_billed")).to_be_hidden()


def test_a_section_is_worked_in_by_keyboard(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    page.locator("#section-deductions > summary").focus()
    page.keyboard.press("Enter")
    for _kind_content_day_rate_amount in range(5):
        page.keyboard.press("Tab")
    expect(field(page, "deductions-0-amount")).to_be_focused()
    page.keyboard.type("100")
    page.locator("#deduction-add").focus()
    page.keyboard.press("Enter")
    expect(field(page, "deductions-1-kind")).to_be_focused()
    expect(field(page, "deductions-0-amount")).to_have_value("100")


def test_everything_works_without_script(new_context: Callable[..., BrowserContext], demo: Site):
    context = new_context(base_url=demo.url, viewport={"width": 320, "height": 900}, java_script_enabled=False)
    page: Any = context.new_page()
    page.goto("/accounts/login/")
    field(page, "login").fill(SUPPLIER)
    field(page, "password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="ログイン").click()
    page.get_by_role("link", name="請求書を作成").first.click()
    write_line(page, 0, "2018-04-01", "8%(旧)")
    page.get_by_role("button", name="伝票・返還・見出し").first.click()
    field(page, "lines-0-slip_number").fill("12")
    page.locator("#section-deductions > summary").click()
    field(page, "deductions-0-amount").fill("百円")
    page.get_by_role("button", name="控除の行を追加").click()
    expect(page.locator("#id_deductions-0-amount_error")).to_contain_text("数字で入力してください")
    field(page, "deductions-0-amount").fill("１００")
    field(page, "deductions-0-rate").select_option(label="8%(旧)")
    page.get_by_role("button", name="控除2行目を削除").click()
    expect(field(page, "deductions-1-kind")).to_have_count(0)
    expect(page.locator("#live-totals")).to_contain_text("明細の合計 1,620 − 基本控除 100 = 1,520")
    expect(field(page, "lines-0-rate").locator(f'optgroup[label="{OTHERS}"] option', has_text="10%")).to_have_count(1)
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("保存しました。")).to_be_visible()
    expect(field(page, "deductions-0-amount")).to_have_value("100")
    expect(field(page, "lines-0-slip_number")).to_have_value("12")


def test_a_change_that_cannot_be_saved_is_told(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    page.route("**/edit/", lambda route: route.abort())
    field(page, "title").fill("10月分")
    expect(page.locator("#save-state")).to_contain_text("保存できていません")
    person.complaints.clear()  # the browser says so too
