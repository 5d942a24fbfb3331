"""Writing an invoice at speed: Enter goes on, rows of a spreadsheet are pasted, and nothing that was typed is lost."""

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_editor import field, new_invoice, write_line

pytestmark = pytest.mark.browser

UNREADABLE = "数字で入力してください"


def paste(target: Locator, text: str) -> None:
    """As Ctrl+V does it: the event, and what the browser itself does unless a script has taken the text."""
    target.focus()
    target.evaluate(
        """(element, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
            if (element.dispatchEvent(event)) document.execCommand("insertText", false, text);
        }""",
        text,
    )


def row(page: Page, index: int) -> list[str]:
    names = ("date", "description", "quantity", "unit", "unit_price")
    return [field(page, f"lines-{index}-{name}").input_value() for name in names]


def asked(page: Page) -> list[str]:
    """What the browser asks on the way out; it is answered with staying."""
    kinds: list[str] = []

    def stay(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return kinds


@pytest.mark.parametrize("width", [1280, 320])
def test_rows_of_a_spreadsheet_are_pasted_and_undone(visitor_at, demo: Site, width: int):
    person = visitor_at(demo, width)
    page = new_invoice(person)
    field(page, "title").fill("11月分")
    expect(page.locator("#save-state")).to_contain_text("保存済み")
    cells = [
        ("令和8年11月10日", "りんご", "１２", "箱", "￥1,620", "8%"),
        ("2026/11/11", "封筒", "2.5", "束", "300", "10%"),
    ]
    cells += [("2026-11-12", f"品物{index}", "1", "個", "5", "10%") for index in range(2)]
    paste(field(page, "lines-0-date"), "\r\n".join(map("\t".join, cells)) + "\r\n")
    said = page.locator("#pasted-said")
    expect(said).to_have_text("4行を貼り付けました。")
    assert said.get_attribute("role") == "status"
    assert row(page, 0) == ["2026-11-10", "りんご", "１２", "箱", "￥1,620"]
    assert row(page, 3) == ["2026-11-12", "品物1", "1", "個", "5"]
    expect(field(page, "lines-0-rate").locator("option:checked")).to_have_text("8%(軽減)")
    expect(field(page, "lines-0-date")).to_be_focused()
    expect(page.locator("#save-state")).to_contain_text("保存済み")
    person.check()
    page.get_by_role("button", name="貼り付けを元に戻す").click()
    expect(said).to_have_text("貼り付けを元に戻しました。")
    expect(field(page, "lines-3-description")).to_have_count(0)
    assert row(page, 0) == [""] * 5
    # The key does the same, as long as nothing was typed since.
    paste(field(page, "lines-1-description"), "一\n二")
    expect(said).to_have_text("2行を貼り付けました。")
    page.keyboard.press("Control+z")
    expect(field(page, "lines-2-description")).to_have_value("")
    paste(field(page, "lines-1-description"), "一\n二")
    expect(said).to_have_text("2行を貼り付けました。")
    field(page, "lines-1-unit").fill("個")
    expect(page.get_by_role("button", name="貼り付けを元に戻す")).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "copied", "filled"),
    [
        ("lines-0-quantity", "1\t箱\n2\t束", {"lines-0-unit": "箱", "lines-1-quantity": "2"}),
        ("lines-1-date", "令和8年11月10日\tりんご", {"lines-1-date": "2026-11-10", "lines-1-description": "りんご"}),
        ("transaction_date", "令和8年11月10日", {"transaction_date": "2026-11-10"}),
    ],
)
def test_the_keys_of_the_keyboard_do_it(visitor_at, demo: Site, name: str, copied: str, filled: dict[str, str]):
    page = new_invoice(visitor_at(demo, 1280))
    field(page, "remarks").fill(copied)
    field(page, "remarks").select_text()
    page.keyboard.press("Control+c")
    field(page, name).focus()
    page.keyboard.press("Control+v")
    for filled_name, value in filled.items():
        expect(field(page, filled_name)).to_have_value(value)


def test_a_single_cell_is_pasted_as_usual(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    quantity = field(page, "lines-0-quantity")
    quantity.fill("1")
    with page.expect_response("**/edit/"):
        paste(quantity, "23")
    expect(quantity).to_have_value("123")
    expect(page.locator("#pasted-said")).to_be_empty()


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("令和8年11月10日", "2026-11-10", "date"),
        ("令和元年5月1日", "2019-05-01", "date"),
        ("平成31年4月30日\r\n", "2019-04-30", "date"),
        ("２０２６年１１月１日", "2026-11-01", "date"),
        ("2026/1/9", "2026-01-09", "date"),
        # The server reads these.
        ("R8.11.10", "R8.11.10", "text"),
        ("20261110", "20261110", "text"),
    ],
)
def test_a_date_is_pasted_in_any_spelling(visitor_at, demo: Site, text: str, value: str, kind: str):
    page = new_invoice(visitor_at(demo, 1280))
    day = field(page, "transaction_date")
    paste(day, text)
    expect(day).to_have_value(value)
    assert day.get_attribute("type") == kind
    expect(page.locator("#save-state")).to_contain_text("保存済み")
    expect(day).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("text", ["平成31年5月1日", "2026-02-30", "あした"])
def test_a_pasted_text_that_is_no_date_is_kept_and_told(visitor_at, demo: Site, text: str):
    person = visitor_at(demo, 320)
    page = new_invoice(person)
    field(page, "title").fill("11月分")
    expect(page.locator("#save-state")).to_contain_text("保存済み")
    day = field(page, "transaction_date")
    paste(day, text)
    expect(day).to_have_value(text)
    expect(day).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_transaction_date_error")).to_be_visible()
    person.check()
    day.fill("")
    day.blur()
    expect(day).to_have_attribute("type", "date")
    expect(page.locator("#id_transaction_date_error")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 320])
def test_enter_goes_on_to_the_next_line_and_adds_one_at_the_end(visitor_at, demo: Site, width: int):
    page = new_invoice(visitor_at(demo, width))
    address = page.url
    field(page, "lines-0-quantity").fill("60")
    page.keyboard.press("Enter")
    expect(field(page, "lines-1-quantity")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(field(page, "lines-0-quantity")).to_be_focused()
    field(page, "lines-2-unit").focus()
    page.keyboard.press("Enter")
    expect(field(page, "lines-3-unit")).to_be_focused()
    expect(field(page, "lines-0-quantity")).to_have_value("60")
    page.keyboard.type("箱")
    expect(field(page, "lines-3-unit")).to_have_value("箱")
    # What folds away below the line unfolds.
    page.get_by_role("button", name="伝票・返還・見出し").first.click()
    field(page, "lines-0-slip_number").focus()
    page.keyboard.press("Enter")
    expect(field(page, "lines-1-slip_number")).to_be_focused()
    assert page.url == address


def test_enter_elsewhere_saves_and_stays(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    page.evaluate("window.sameDocument = true")
    field(page, "responsible_name").fill("柏木 一")
    field(page, "title").fill("11月分")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_contain_text("保存済み")
    expect(field(page, "title")).to_be_focused()
    assert page.evaluate("window.sameDocument")
    page.get_by_text("控除（値引・割戻）").click()
    field(page, "deductions-0-amount").fill("100")
    page.keyboard.press("Enter")
    expect(field(page, "deductions-1-amount")).to_be_focused()
    # A button is still pressed by it.
    page.get_by_role("button", name="保存する").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("保存しました。")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_what_cannot_be_read_is_marked_at_once_and_again_after_the_button(visitor_at, demo: Site, width: int):
    person = visitor_at(demo, width)
    page = new_invoice(person)
    write_line(page, 0, "2026-11-10", "10%")
    state, quantity = page.locator("#save-state"), field(page, "lines-0-quantity")
    expect(state).to_contain_text("保存済み")
    quantity.fill("abc")
    expect(state).to_contain_text("読み取れない入力があります。 1行目の数量：数字で入力してください")
    expect(state).to_contain_text("保存済み")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(quantity).to_have_attribute("aria-describedby", "id_lines-0-quantity_error")
    expect(page.locator("#id_lines-0-quantity_error")).to_contain_text(UNREADABLE)
    expect(quantity).to_be_focused()
    person.check()
    state.get_by_role("link").click()
    expect(quantity).to_be_focused()
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.get_by_role("alert")).to_contain_text("1行目の数量：数字で入力してください")
    person.check()
    page.reload()
    expect(quantity).to_have_value("abc")
    expect(page.locator("#id_lines-0-quantity_error")).to_contain_text(UNREADABLE)
    quantity.fill("3")
    expect(state).to_contain_text("保存済み")
    expect(quantity).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_lines-0-quantity_error")).to_have_count(0)
    assert quantity.get_attribute("aria-describedby") is None


def test_whoever_leaves_with_something_unsaved_is_asked(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    dialogs = asked(page)
    field(page, "title").fill("11月分")
    expect(page.locator("#save-state")).to_contain_text("保存済み")
    page.wait_for_url("**/edit/")
    address = page.url
    page.context.set_offline(True)
    field(page, "title").fill("11月分の2")
    expect(page.locator("#save-state")).to_contain_text("保存できていません")
    home = page.get_by_role("link", name="ホーム").first
    home.click()
    expect(field(page, "title")).to_have_value("11月分の2")
    assert (dialogs, page.url) == (["beforeunload"], address)
    person.complaints.clear()  # the browser tells of the network
    # What is saved may be left, also what cannot be read.
    page.context.set_offline(False)
    field(page, "lines-0-quantity").fill("abc")
    expect(page.locator("#save-state")).to_contain_text("読み取れない入力があります。")
    home.click()
    page.wait_for_url(lambda url: "/invoices/" not in url)
    assert dialogs == ["beforeunload"]


def test_a_draft_may_be_deleted_with_whatever_is_unsaved(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    field(page, "title").fill("消す下書き")
    page.get_by_role("button", name="保存する").click()
    dialogs = asked(page)
    page.route("**/edit/", lambda route: route.abort(), times=1)
    field(page, "title").fill("消す下書きの2")
    expect(page.locator("#save-state")).to_contain_text("保存できていません")
    page.get_by_text("この下書きを削除する").click()
    page.get_by_role("button", name="削除する", exact=True).click()
    expect(page.get_by_text("下書きを削除しました。")).to_be_visible()
    assert dialogs == []
    person.complaints.clear()  # the browser tells of the network


@pytest.mark.parametrize("how", [{"isComposing": True}, {"keyCode": 229}])
def test_the_enter_that_ends_a_conversion_stays_in_the_search_for_a_department(visitor_at, demo: Site, how: dict):
    person = visitor_at(demo, 1280)
    page = new_invoice(person)
    search = page.locator(".filter-select input[type=search]").first
    search.focus()
    search.fill("こそだて")
    search.evaluate(
        """(element, how) => element.dispatchEvent(
            new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, ...how}))""",
        how,
    )
    expect(search).to_be_focused()
    search.press("Enter")
    expect(search).not_to_be_focused()


def test_the_search_for_a_department_knows_two_spellings_of_one_name(visitor_at, demo: Site):
    page = new_invoice(visitor_at(demo, 1280))
    plain = """async ([one, other]) => {
        const { plain } = await import("/static/js/filter-select.js");
        return plain(one) === plain(other);
    }"""
    for pair in (["自由ヶ丘", "自由ケ丘"], ["四ッ谷", "四つ谷"], ["ｷｬﾝﾌﾟ\u200b", "きゃんぷ"]):
        assert page.evaluate(plain, pair), pair
