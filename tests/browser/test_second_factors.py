"""The second factor in a browser: led to set it up and nowhere else, an app's codes, and a passkey."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, Visitor
from tests.factors import App

pytestmark = pytest.mark.browser

REVIEWER, ADMIN = "tsuruda@city.mihon.example", "arima@city.mihon.example"
ACCOUNTANT, OPERATOR = "chuman@city.mihon.example", "operator@madoguchi.example"
SUPPLIER = "miyazono@mihon-kashi.example"
SET_UP = "/accounts/2fa/"

Visit = Callable[[Site, int], Visitor]


def path(page: Page) -> str:
    return urlsplit(page.url).path


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).click()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


@contextmanager
def device(page: Page) -> Iterator[None]:
    """The browser has a device that knows its owner by a finger, and keeps passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": added["authenticatorId"]})


@pytest.mark.parametrize(("width", "email"), [(1280, REVIEWER), (320, ADMIN)])
def test_staff_are_led_to_an_app_and_sign_in_with_its_code(visitor_at: Visit, strict: Site, width: int, email: str):
    person = visitor_at(strict, width)
    page = person.page
    person.sign_in(email)
    assert path(page) == SET_UP
    for elsewhere in ("/", "/check/", "/accounts/sessions/", "/accounts/password/change/", "/operator/"):
        page.goto(elsewhere)
        assert path(page) == SET_UP
    page.goto("/")
    person.check()

    follow(page, "認証アプリを登録する")
    page.wait_for_url("**/totp/activate/")
    expect(page.get_by_role("img", name="QRコード")).to_be_visible()
    page.get_by_text("読み取れないとき").click()
    person.check()
    app = App(page.locator("code.secret").inner_text())
    page.get_by_role("textbox", name="コード").fill(app.code())
    press(page, "登録する")
    page.wait_for_url("**/recovery-codes/")
    expect(page.locator(".codes li")).to_have_count(10)
    expect(page.get_by_role("button", name="印刷する")).to_be_visible()
    person.check()
    recovery = page.locator(".codes li").first.inner_text()
    follow(page, "もとの画面へ進む")
    page.wait_for_url("**/m/**")

    sign_out(page)
    for code in (app.code(1), recovery):
        person.sign_in(email)
        assert path(page) == "/accounts/2fa/authenticate/"
        page.get_by_role("textbox", name="コード").fill(code)
        press(page, "ログイン")
        page.wait_for_url("**/m/**")
        sign_out(page)


def test_a_passkey_signs_in_without_a_password(visitor_at: Visit, strict: Site):
    person = visitor_at(strict, 1280)
    page = person.page
    with device(page):
        person.sign_in(ACCOUNTANT)
        follow(page, "パスキーを登録する")
        page.wait_for_url("**/webauthn/add/")
        person.check()
        page.get_by_label("呼び名").fill("庁内の端末")
        press(page, "登録する")
        page.wait_for_url("**/recovery-codes/")
        page.goto("/accounts/2fa/webauthn/")
        expect(page.get_by_text("庁内の端末").first).to_be_visible()
        person.check()
        page.set_viewport_size({"width": 320, "height": 900})
        person.check()

        sign_out(page)
        page.goto("/accounts/login/?next=/accounts/sessions/")
        person.check()
        press(page, "パスキーを使う")
        expect(page.get_by_role("heading", name="ログイン中の端末")).to_be_visible()
        assert path(page) == "/accounts/sessions/"

        # After the password it is the second proof.
        sign_out(page)
        person.sign_in(ACCOUNTANT)
        assert path(page) == "/accounts/2fa/authenticate/"
        press(page, "パスキーで確認する")
        page.wait_for_url("**/m/**")


def test_a_device_without_the_passkey_says_what_to_do(visitor_at: Visit, strict: Site):
    person = visitor_at(strict, 320)
    page = person.page
    with device(page):
        page.goto("/accounts/login/")
        press(page, "パスキーを使う")
        expect(page.get_by_text("パスキーで確かめられませんでした")).to_be_visible()
        person.check()


def test_an_operator_is_led_there_from_their_own_site(visitor_at: Visit, strict: Site):
    person = visitor_at(strict, 1280)
    page = person.page
    person.sign_in(OPERATOR)
    page.goto("/operator/")
    assert path(page) == SET_UP
    expect(page.get_by_text("設定が終わるまで、ほかの画面は開けません")).to_be_visible()


def test_a_supplier_is_led_nowhere(visitor_at: Visit, strict: Site):
    person = visitor_at(strict, 1280)
    person.sign_in(SUPPLIER)
    assert path(person.page).startswith("/s/")
