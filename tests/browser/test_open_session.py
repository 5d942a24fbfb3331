"""Somebody left their desk: whoever sits down at the open browser cannot take the account over."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from portal.sample.accounts import PASSWORD
from tests.browser.conftest import ROOT, Site, Visitor
from tests.patience import HANGS_SECONDS

pytestmark = pytest.mark.browser

OWNER = "tsuru@sample-clean.example"
ADMIN = "arima@city.mihon.example"
THIEF = "thief@evil.example"
QUESTION = "本人の確認"

_LATER = """
import django
django.setup()
from django.contrib.sessions.models import Session
for row in Session.objects.all():
    values = row.get_decoded()
    if "session_began" in values:
        values["session_began"] -= 11 * 60
        for shown in values.get("account_authentication_methods", []):
            shown["at"] -= 11 * 60
        row.session_data = Session.objects.encode(values)
        row.save()
"""


def let_eleven_minutes_pass(demo: Site) -> None:
    """Everybody who is signed in at the demo did so that much earlier."""
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings.demo", "DATA_DIR": str(demo.data)}
    command = [sys.executable, "-c", _LATER]
    # The demo has a database of its own, and not the one that this run may have.
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    subprocess.run(command, cwd=ROOT, env=own | settings, check=True, timeout=HANGS_SECONDS)


def is_asked(person: Visitor) -> None:
    expect(person.page.get_by_role("heading", name=QUESTION)).to_be_visible()
    person.check()


def answer(page: Page, password: str) -> None:
    page.get_by_label("パスワード", exact=False).first.fill(password)
    page.get_by_role("button", name="確認する").click()


def mails(page: Page, email: str) -> str:
    page.goto("/demo/mail/")
    return "\n".join(page.get_by_role("article").filter(has_text=email).all_inner_texts())


@pytest.mark.parametrize("width", [1280, 320])
def test_an_open_browser_cannot_take_the_account(visitor_at, demo: Site, width: int):
    person = visitor_at(demo, width)
    page = person.page
    person.sign_in(OWNER)
    home = page.url
    page.goto(home + "bank-accounts/new/")
    before = len(page.request.get(home + "bank-accounts/").text())
    let_eleven_minutes_pass(demo)

    # A form that stood open all the time is not taken.
    number = f"90{width:05d}"
    page.locator("[name=bank]").fill("0185")
    page.locator("[name=branch]").fill("500")
    page.locator("[name=account_type]").first.check()
    page.locator("[name=number]").fill(number)
    page.locator("[name=holder]").fill("ドロボウ")
    page.locator("main form button[type=submit]").last.click()
    is_asked(person)
    answer(page, "a-guess-of-the-thief")
    is_asked(person)
    for path in ("/accounts/email/", home + "bank-accounts/new/", home + "seals/new/"):
        page.goto(path)
        is_asked(person)
    assert len(page.request.get(home + "bank-accounts/").text()) == before
    assert THIEF not in mails(page, THIEF)

    # Its owner knows the password, and finds what was typed.
    page.goto("/accounts/email/")
    answer(page, PASSWORD)
    expect(page.get_by_role("heading", name="メールアドレスの変更")).to_be_visible()
    person.check()
    page.goto(home + "bank-accounts/new/")
    person.check()
    page.locator("[name=bank]").fill("0185")
    page.locator("[name=branch]").fill("500")
    page.locator("[name=account_type]").first.check()
    page.locator("[name=number]").fill(number)
    page.locator("[name=holder]").fill("ミホン")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text(number, exact=True)).to_be_visible()
    person.check()
    expect_mail(page, OWNER, "振込先口座が追加されました", number)


def expect_mail(page: Page, email: str, *words: str) -> None:
    for _attempt in range(60):
        text = mails(page, email)
        if all(each in text for each in words):
            return
        page.wait_for_timeout(500)
    pytest.fail(f"no mail to {email} says {words}")


def test_what_was_typed_comes_back_after_the_password(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = person.page
    person.sign_in(ADMIN)
    page.goto(page.url + "policy/")
    person.check()
    let_eleven_minutes_pass(demo)
    page.locator("[name=payment_days]").fill("29")
    page.locator("main form button[type=submit]").first.click()
    is_asked(person)
    answer(page, PASSWORD)
    expect(page.get_by_text("書いていた内容は、まだ送られていません")).to_be_visible()
    expect(page.locator("[name=payment_days]")).to_have_value("29")
    person.check()
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("取扱いを保存しました")).to_be_visible()
    expect_mail(page, ADMIN, "請求書の取扱いが変更されました", "29日")
