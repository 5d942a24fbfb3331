"""The rows and the text are the browser's own: nothing that is typed is lost, whatever network and server do."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from portal.sample.accounts import PASSWORD
from tests.browser.conftest import Site, Visitor
from tests.browser.test_editor import SUPPLIER, field, new_invoice, write_line
from tests.browser.test_editor_typing import paste

pytestmark = pytest.mark.browser

KEY = 90
"""Milliseconds from one key to the next."""


def slow_network(page: Page, milliseconds: int) -> None:
    conditions = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def saved(page: Page) -> Locator:
    state = page.locator("#save-state")
    expect(state).to_contain_text("保存済み", timeout=20_000)
    return state


def descriptions(page: Page) -> list[str]:
    return [each.input_value() for each in page.locator('#id_lines [name$="-description"]').all()]


def amount(page: Page, index: int) -> Locator:
    return page.locator("#id_lines tbody > tr").nth(index).locator("[data-mark]")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize("latency", [0, 2000])
def test_every_letter_stands_in_its_place_while_rows_come_and_go(visitor_at, demo: Site, latency: int):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    write_line(page, 0, "2026-11-10", "10%")
    saved(page)
    slow_network(page, latency)
    field(page, "lines-2-description").focus()
    page.keyboard.type("bolt M6", delay=KEY)
    page.keyboard.press("Enter")
    page.keyboard.type("nut M6", delay=KEY)
    button(page, "行を追加").click()
    page.keyboard.type("washer", delay=KEY)
    button(page, "3行目を複製").click()
    page.keyboard.type(" long", delay=KEY)
    button(page, "2行目を削除").click()
    button(page, "4行目を上へ").click()
    field(page, "title").focus()
    page.keyboard.type("screws of November", delay=KEY)
    expect(field(page, "title")).to_have_value("screws of November")
    assert descriptions(page) == ["品物0", "bolt M6", "nut M6", "bolt M6 long", "washer"]
    button(page, "5行目を削除").click()
    button(page, "削除を元に戻す").click()
    assert descriptions(page)[-1] == "washer"
    slow_network(page, 0)
    page.keyboard.press("Enter")
    saved(page)
    page.wait_for_load_state("networkidle")
    page.reload()
    assert descriptions(page) == ["品物0", "bolt M6", "nut M6", "bolt M6 long", "washer"]
    expect(field(page, "title")).to_have_value("screws of November")
    person.check()


def test_what_is_typed_while_a_paste_is_on_its_way_stays(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    slow_network(page, 1500)
    paste(field(page, "lines-0-description"), "りんご\t12\t箱\nみかん\t3\t箱\nかき\t5\t箱\n なし\t2\t箱")
    expect(page.locator("#pasted-said")).to_have_text("貼り付けています")
    field(page, "title").focus()
    page.keyboard.type("fruit of autumn", delay=KEY)
    expect(page.locator("#pasted-said")).to_have_text("4行を貼り付けました。")
    page.keyboard.type(" and winter", delay=KEY)
    expect(field(page, "title")).to_have_value("fruit of autumn and winter")
    assert descriptions(page) == ["りんご", "みかん", "かき", "なし"]
    slow_network(page, 0)
    saved(page)


def test_the_amounts_stand_beside_their_rows_when_rows_were_moved_before_the_answer(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    for index in (0, 1):
        write_line(page, index, "2026-11-10", "10%")
    field(page, "lines-1-unit_price").fill("100")
    expect(amount(page, 1)).to_have_text("6,000")
    slow_network(page, 1500)
    field(page, "lines-0-unit_price").fill("50")
    with page.expect_request("**/edit/"):
        pass
    button(page, "1行目を下へ").click()
    expect(amount(page, 0)).to_have_text("6,000")
    expect(amount(page, 1)).to_have_text("3,000")
    expect(page.locator("#live-totals")).to_contain_text("9,000")


def test_a_mark_goes_with_its_row(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    for index in (0, 1):
        write_line(page, index, "2026-11-10", "10%")
    field(page, "lines-1-quantity").fill("abc")
    expect(page.locator("#id_lines-1-quantity_error")).to_be_visible()
    with page.expect_response("**/edit/"):
        button(page, "2行目を上へ").click()
    expect(page.locator("#save-state")).to_contain_text("1行目の数量")
    expect(field(page, "lines-0-quantity")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_lines-0-quantity_error")).to_be_visible()
    expect(page.locator("#id_lines [aria-invalid=true]")).to_have_count(1)
    expect(page.locator("#id_lines .field__errors")).to_have_count(1)
    button(page, "1行目を削除").click()
    saved(page)
    expect(page.locator("#id_lines [aria-invalid=true]")).to_have_count(0)


_AS_NUMBERED = """table => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    const rows = [...document.querySelectorAll(`#id_${table} > tbody > tr`)];
    const faults = ids.filter((id, at) => ids.indexOf(id) !== at);
    for (const [index, row] of rows.entries()) {
        if (row.cells[0].textContent !== `${index + 1}`) faults.push(row.cells[0].textContent);
        for (const field of row.querySelectorAll("input, select")) {
            if (!field.name.startsWith(`${table}-${index}-`)) faults.push(field.name);
            if (field.id && field.id !== `id_${field.name}`) faults.push(field.id);
        }
        for (const label of row.querySelectorAll("label")) if (!row.contains(label.control)) faults.push("label");
        for (const button of row.querySelectorAll("button")) {
            if (!button.value.endsWith(`-${index}`)) faults.push(button.value);
            if (!(button.ariaLabel ?? `${index + 1}`).includes(index + 1)) faults.push(button.ariaLabel);
        }
    }
    return faults;
}"""


def test_each_row_bears_its_own_number_after_every_change(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person, kind="credit_note")
    for name in (
        "行を追加",
        "2行目を複製",
        "3行目を上へ",
        "1行目を下へ",
        "1行目を削除",
        "削除を元に戻す",
        "5行目を上へ",
    ):
        button(page, name).click()
        assert page.evaluate(_AS_NUMBERED, "lines") == [], name
    page.get_by_text("控除（値引・割戻）").click()
    for name in ("控除の行を追加", "控除の行を追加", "控除2行目を削除", "控除1行目を削除", "削除を元に戻す"):
        button(page, name).click()
        assert page.evaluate(_AS_NUMBERED, "deductions") == [], name
    expect(page.locator("#pasted-said")).to_have_text("削除した行を元に戻しました。")
    person.check()


def test_what_was_typed_after_a_removal_outlives_its_undo(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    field(page, "lines-0-description").fill("a")
    for _row in range(3):
        button(page, "1行目を削除").click()
    field(page, "lines-0-description").fill("b")
    page.keyboard.press("Control+z")
    assert len(descriptions(page)) == 1, "the key belongs to what was typed last"
    field(page, "lines-0-description").fill("b")
    button(page, "削除を元に戻す").click()
    assert "b" in descriptions(page)
    assert len(descriptions(page)) == 2


def test_a_pasted_row_takes_no_date_that_nobody_pasted(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    for index in range(3):
        write_line(page, index, "2026-11-10", "10%")
    paste(field(page, "lines-2-date"), "2026-11-12\t封筒\t1\t束\t5\t10%\n\tはがき\t2\t枚\t5\t")
    expect(page.locator("#pasted-said")).to_contain_text("2行を貼り付けました。")
    assert field(page, "lines-3-description").input_value() == "はがき"
    assert field(page, "lines-3-date").input_value() == ""
    expect(field(page, "lines-3-rate").locator("option:checked")).to_have_text("選択")


def test_a_save_whose_answer_was_lost_loses_nothing_of_the_next(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    field(page, "title").fill("一")
    saved(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/edit/", lose, times=1)
    field(page, "title").fill("一二")
    expect(page.locator("#save-state")).to_contain_text("通信が戻ると、自動で保存します")
    field(page, "title").fill("一二三")
    saved(page)
    person.complaints.clear()
    page.reload()
    expect(field(page, "title")).to_have_value("一二三")


def test_f5_and_back_find_what_was_typed_on_a_new_invoice(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    field(page, "department").select_option(label="子育て支援課")
    field(page, "transaction_date").fill("2026-11-10")
    write_line(page, 0, "2026-11-10", "10%")
    saved(page)
    page.wait_for_url("**/edit/")
    page.reload()
    expect(field(page, "lines-0-quantity")).to_have_value("60")
    field(page, "title").fill("11月分")
    page.get_by_role("button", name="確認へ進む").click()
    page.wait_for_url("**/confirm/")
    page.go_back()
    expect(field(page, "title")).to_have_value("11月分")
    for name, value in (("quantity", "60"), ("unit_price", "27"), ("description", "品物0")):
        expect(field(page, f"lines-0-{name}")).to_have_value(value)
    field(page, "title").fill("11月分の2")
    saved(page)
    assert descriptions(page)[0] == "品物0"


def test_after_a_session_that_ended_it_is_saved_as_soon_as_somebody_signs_in_elsewhere(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    field(page, "title").fill("一")
    saved(page)
    page.context.clear_cookies()
    field(page, "title").fill("一二")
    state = page.locator("#save-state")
    expect(state).to_contain_text("別のタブでログインすると、自動で保存します")
    other = page.context.new_page()
    Visitor(other).sign_in(SUPPLIER, PASSWORD)
    other.close()
    page.bring_to_front()
    expect(state).to_contain_text("保存済み", timeout=20_000)
    with page.expect_response("**/edit/"):
        field(page, "title").fill("一二三")
    saved(page)
    person.complaints.clear()  # the browser tells of the refusals
    page.reload()
    expect(field(page, "title")).to_have_value("一二三")


def test_a_token_that_another_tab_made_old_costs_nothing(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    field(page, "title").fill("一")
    saved(page)
    token = page.locator("#invoice-form [name=csrfmiddlewaretoken]").input_value()
    other = page.context.new_page()
    Visitor(other).sign_in(SUPPLIER, PASSWORD)
    field(page, "title").fill("一二")
    expect(page.locator("#invoice-form [name=csrfmiddlewaretoken]")).not_to_have_value(token, timeout=20_000)
    saved(page)
    person.complaints.clear()
    paste(field(page, "lines-0-description"), "りんご\t12\nみかん\t3")
    expect(page.locator("#pasted-said")).to_have_text("2行を貼り付けました。")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("保存しました。")).to_be_visible()


def test_somebody_else_who_signed_in_saves_nothing_of_it(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    field(page, "title").fill("一")
    saved(page)
    other = page.context.new_page()
    Visitor(other).sign_in("arima@city.mihon.example", PASSWORD)
    field(page, "title").fill("二")
    expect(page.locator("#save-state")).to_contain_text("別の人としてログインしているため", timeout=20_000)
    expect(field(page, "title")).to_have_value("二")
    person.complaints.clear()


def test_after_ten_seconds_without_a_network_it_is_saved(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    field(page, "title").fill("一")
    saved(page)
    page.context.set_offline(True)
    field(page, "title").fill("一二")
    expect(page.locator("#save-state")).to_contain_text("通信が戻ると、自動で保存します")
    page.wait_for_timeout(10_000)
    button(page, "行を追加").click()
    page.keyboard.type("bolt")
    page.context.set_offline(False)
    saved(page)
    person.complaints.clear()
    page.reload()
    expect(field(page, "title")).to_have_value("一二")
    assert "bolt" in descriptions(page)
