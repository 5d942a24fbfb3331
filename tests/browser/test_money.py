"""What becomes of the money of one claim: reduced by a credit note, paid in parts, mistyped, set off, and it adds up.

The claim of the sample is 79,200 yen for six pictures; two of them are taken back (26,400 yen).
"""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.lib.calendar import JST
from tests.browser.conftest import Site, Visitor
from tests.browser.test_story import called, issue

pytestmark = pytest.mark.browser

SUPPLIER = "hikari@mihon-shashin.example"
DEPARTMENT = "takenouchi@city.mihon.example"
ACCOUNTS = "chuman@city.mihon.example"


def test_a_claim_is_reduced_paid_in_parts_corrected_and_set_off(visitor_at, demo: Site):
    supplier, department, accounts = (visitor_at(demo, width) for width in (1280, 320, 1280))
    for person, email in ((supplier, SUPPLIER), (department, DEPARTMENT), (accounts, ACCOUNTS)):
        person.sign_in(email)
    claim = open_first_and_accept(department)
    note = take_two_back(supplier, claim)
    take_over(accounts, claim)

    # As long as the department has not decided on the credit note, its part is kept back.
    find(accounts, "taken_over", claim)
    shows(accounts, "残額", "79,200円")
    shows(accounts, "うち、課がまだ受理していない返還請求書", "26,400円")
    shows(accounts, "いま支払う額", "52,800円")
    expect(accounts.page.locator("[name=pay-amount]")).to_have_value("52,800")

    pay(accounts, "5,000", "伝票 1")
    shows(accounts, "残額", "74,200円")
    correct(accounts, "桁を誤りました。")
    shows(accounts, "残額", "79,200円")
    pay(accounts, "50,000", "伝票 2")
    for person in (accounts, department, supplier):
        find(person, "accepted" if person is supplier else "taken_over", claim)
        shows(person, "支払額", "50,000円")
        shows(person, "残額", "29,200円")
        expect(entries(person)).to_have_text(
            [
                re.compile(said, re.DOTALL)
                for said in ("訂正済み.*5,000円.*伝票 1", "訂正.*△5,000円.*桁を誤り", "50,000円.*伝票 2")
            ]
        )
        person.check()

    open_and_accept(department, note)
    find(accounts, "credit_notes", note)
    expect(section(accounts).get_by_role("link", name=claim)).to_be_visible()
    set_off(accounts)
    find(accounts, "taken_over", claim)
    shows(accounts, "充当額", "26,400円")
    shows(accounts, "残額", "2,800円")
    pay_the_rest_with_others(accounts, claim)
    for person in (accounts, department, supplier):
        find(person, "paid", claim)
        shows(person, "支払額", "52,800円")
        shows(person, "充当額", "26,400円")
        shows(person, "残額", "0円")
        find(person, "paid", note)
        shows(person, "充当額", "△26,400円")
        expect(person.page.locator("main .status").first).to_contain_text("充当済")
        expect(person.page.locator("main").get_by_text("支払済")).to_have_count(1)  # that of the claim it names
        person.check()


def find(person: Visitor, tab: str, number: str) -> None:
    """Go to a list and from there to the page of a document."""
    page = person.page
    home = re.match(r".*/[sm]/[0-9a-f-]+/", page.url)[0]
    page.goto(f"{home}invoices/?status={tab}")
    page.locator("main").get_by_role("link", name=called(number)).first.click()
    expect(page.locator("#money-heading")).to_be_visible()


def section(person: Visitor) -> Locator:
    return person.page.locator("section").filter(has=person.page.locator("#money-heading"))


def shows(person: Visitor, label: str, amount: str) -> None:
    """The page says this amount under this name."""
    row = section(person).locator(".facts__row").filter(has=person.page.get_by_text(label, exact=True))
    expect(row.locator("dd").get_by_text(amount, exact=True)).to_be_visible()


def entries(person: Visitor) -> Locator:
    return section(person).locator(".ledger__entry")


def open_first_and_accept(person: Visitor) -> str:
    """The claim of the sample; returns its number."""
    page = person.page
    page.goto(page.url + "invoices/?status=unopened")
    row = page.get_by_role("row").filter(has_text="79,200円")
    number = row.get_by_role("rowheader").inner_text().split()[0]
    open_and_accept(person, number)
    return number


def open_and_accept(person: Visitor, number: str) -> None:
    page = person.page
    home = re.match(r".*/m/[0-9a-f-]+/", page.url)[0]
    for _attempt in range(60):  # until it has arrived
        page.goto(f"{home}invoices/?status=unopened")
        if page.get_by_role("link", name=called(number)).count():
            break
        page.wait_for_timeout(500)
    page.get_by_role("link", name=called(number)).first.click()
    page.get_by_role("button", name="開封する").click()
    page.get_by_role("button", name="受理する").click()
    expect(page.get_by_text("受理しました。")).to_be_visible()
    person.check()


def take_two_back(person: Visitor, claim: str) -> str:
    """The supplier writes a credit note about two of the six; returns its number."""
    page = person.page
    page.goto(page.url + "invoices/?status=accepted")
    page.get_by_role("link", name=called(claim)).first.click()
    page.get_by_role("button", name="返還請求書を作成").click()
    page.wait_for_url("**/edit/")
    page.locator("[name=lines-0-quantity]").fill("-2")
    page.get_by_role("button", name="確認へ進む").click()
    page.wait_for_url("**/confirm/")
    return issue(person)


def take_over(person: Visitor, claim: str) -> None:
    page = person.page
    page.goto(page.url + "invoices/?status=accepted")
    page.get_by_label(f"{claim}を選ぶ").check()
    page.get_by_role("button", name="選んだ請求書を会計へ引き継ぐ").click()
    expect(page.get_by_text("支払うべき額の合計")).to_be_visible()
    expect(page.locator("dd").get_by_text("52,800円", exact=True)).to_be_visible()  # without what may be refunded
    person.check()
    page.get_by_role("button", name="1件を会計へ引き継ぐ").click()
    expect(page.get_by_text("1件を会計へ引き継ぎました。")).to_be_visible()
    assert "status=accepted" in page.url, "back where it began"
    person.check()


def today() -> str:
    return datetime.now(JST).strftime("%Y-%m-%d")


def press(page: Page, step: str) -> None:
    """The button of a step that stands open."""
    page.locator("details[open]").get_by_role("button", name=step, exact=True).click()


def unfold(page: Page, step: str) -> None:
    page.locator("summary").get_by_text(step, exact=True).click()


def pay(person: Visitor, amount: str, reference: str) -> None:
    page = person.page
    unfold(page, "支払を記録する")
    page.locator("[name=pay-paid_on]").fill(today())
    page.locator("[name=pay-amount]").fill(amount)
    page.locator("[name=pay-reference]").fill(reference)
    person.check()
    press(page, "支払を記録する")
    expect(page.get_by_text("支払を記録しました。")).to_be_visible()
    person.check()


def correct(person: Visitor, reason: str) -> None:
    page = person.page
    unfold(page, "支払の記録を訂正する")
    page.locator("[name=correct-entry]").first.check()
    page.locator("[name=correct-comment]").fill(reason)
    person.check()
    press(page, "支払の記録を訂正する")
    expect(page.get_by_text("記録を取り消しました。")).to_be_visible()
    person.check()


def set_off(person: Visitor) -> None:
    page = person.page
    unfold(page, "充当する")
    person.check()
    press(page, "充当する")
    expect(page.get_by_text("充当しました。")).to_be_visible()
    person.check()


def pay_the_rest_with_others(person: Visitor, claim: str) -> None:
    """Together with whatever else waits: what it comes to is shown, with a warning for what was paid in part."""
    page = person.page
    home = re.match(r".*/m/[0-9a-f-]+/", page.url)[0]
    page.goto(f"{home}invoices/?status=taken_over")
    page.get_by_label(f"{claim}を選ぶ").check()
    page.locator("[name=paid_on]").fill(today())
    page.get_by_role("button", name="選んだ請求書の支払を記録する").click()
    expect(page.locator("dd").get_by_text("2,800円", exact=True)).to_be_visible()
    expect(page.get_by_text("一部は支払または充当が済んでいます。残額を支払います。")).to_be_visible()
    person.check()
    page.get_by_role("button", name="1件の支払を記録する").click()
    expect(page.get_by_text("1件の支払を記録しました。")).to_be_visible()
    person.check()
