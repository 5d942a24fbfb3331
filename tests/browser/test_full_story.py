"""The whole life of an invoice against the processes of a city's installation: the clock and the accounting office."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from portal.lib.calendar import JST
from tests.browser.conftest import Site, Visitor
from tests.browser.test_story import (
    NEWCOMER,
    PASSWORD,
    add_bank_account,
    called,
    invite,
    number_on,
    open_and_return,
    open_corrected,
    pdf_text,
    register,
    reissue,
    write,
)
from tests.patience import HANGS_SECONDS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ACCOUNTANT = "chuman@city.mihon.example"


def test_from_invite_code_to_payment(visitor_at, full: Site):
    person = visitor_at(full, 1280)
    email = f"full-{NEWCOMER}"
    invite(person, email, "ひかり弁当")
    register(person, email, "ひかり弁当")
    add_bank_account(person)
    write(person)
    number = schedule(person)
    assert "13,996円" in pdf_text(person.page)
    open_and_return(person, number)
    corrected = reissue(person, email, number)
    open_corrected(person, corrected, number)
    city = accept(person, corrected)
    pay(person, city, corrected)
    person.sign_in(email, PASSWORD)
    person.page.get_by_role("link", name=called(corrected)).first.click()
    expect(person.page.get_by_text("支払額は 12,830円です。")).to_be_visible()
    person.check()


def schedule(person: Visitor) -> str:
    """Reserve the next minute, and wait for the clock; returns the number."""
    page = person.page
    at = (datetime.now(JST) + timedelta(seconds=120)).replace(second=0, microsecond=0)
    page.get_by_text("日時を指定して発行する").click()
    page.locator("[name=schedule-day]").fill(at.strftime("%Y-%m-%d"))
    page.locator("[name=schedule-time]").fill(at.strftime("%H:%M"))
    person.check()
    page.get_by_role("button", name="発行を予約する").click()
    page.wait_for_url("**/scheduled/")
    person.check()
    while page.url.endswith("/scheduled/"):
        assert datetime.now(JST) < at + timedelta(seconds=HANGS_SECONDS), "the clock hangs"
        page.wait_for_timeout(1000)
        page.reload()
    assert datetime.now(JST) >= at, "never early"
    expect(page.get_by_role("link", name="PDFを開く")).to_be_visible()
    person.check()
    return number_on(page)


def accept(person: Visitor, number: str) -> str:
    """The reviewer accepts what is open before them; returns the city's home."""
    page = person.page
    page.get_by_role("button", name="受理する").click()
    expect(page.get_by_text("受理しました。")).to_be_visible()
    person.check()
    return page.url.split("/invoices/")[0]


def pay(person: Visitor, city: str, number: str) -> None:
    """The accounting office takes it over and records the payment."""
    page = person.page
    person.sign_in(ACCOUNTANT)
    page.goto(f"{city}/invoices/?status=accepted")
    page.get_by_label(f"{number}を選ぶ").check()
    person.check()
    page.get_by_role("button", name="選んだ請求書を会計へ引き継ぐ").click()
    person.check()
    page.get_by_role("button", name="1件を会計へ引き継ぐ").click()
    expect(page.get_by_text("1件を会計へ引き継ぎました。")).to_be_visible()
    page.locator(".tabs").get_by_text("支払待ち").click()
    page.get_by_role("link", name=number).first.click()
    person.check()
    page.get_by_text("支払を記録する", exact=True).first.click()
    page.locator("[name=pay-paid_on]").fill(datetime.now(JST).strftime("%Y-%m-%d"))
    page.get_by_role("button", name="支払を記録する", exact=True).click()
    expect(page.get_by_text("支払額は 12,830円です。")).to_be_visible()
    person.check()
