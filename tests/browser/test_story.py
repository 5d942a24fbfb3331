"""The main job, end to end: from an invite code to an invoice that is opened, returned and issued again."""

import io
import re

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, Visitor

pytestmark = pytest.mark.browser

ADMIN = "arima@city.mihon.example"
REVIEWER = "tsuruda@city.mihon.example"
NEWCOMER = "nakama@hikari-bento.example"
PASSWORD = "hikari-no-obento-2026"
DEPARTMENT = "子育て支援課"


@pytest.mark.parametrize("width", [1280, 320])
def test_from_invite_code_to_reissued_invoice(visitor_at, demo: Site, width: int):
    person = visitor_at(demo, width)
    email, name = f"{width}-{NEWCOMER}", f"ひかり弁当{width}"
    invite(person, email, name)
    register(person, email, name)
    add_bank_account(person)
    write(person)
    number = issue(person)
    text = pdf_text(person.page)
    for item in (
        name,
        "T7123456789012",
        "令和8年11月10日",
        "おにぎり弁当",
        "※",
        "12,960",
        "8%",
        "1,036",
        "見本市長",
        number,
    ):
        assert item in text, f"{item} is missing in: {text}"
    code = re.search(r"照合コード (\w+)", text)[1]
    assert "請求書到達証明書" in pdf_text(person.page, "到達証明書（PDF）")
    check_printed(person, code, "いまも有効な請求書です。")
    open_and_return(person, number)
    check_printed(person, code, "市が請求者に差し戻しています。")
    corrected = reissue(person, email, number)
    assert corrected != number
    check_printed(person, code, f"請求書 {corrected} に差し替えられています。")
    open_corrected(person, corrected, number)


def check_printed(person: Visitor, code: str, standing: str) -> None:
    """What anybody learns who holds the paper; with the sloppiness of somebody who copies a code."""
    page = person.page
    page.goto("/check/")
    person.check()
    page.locator("[name=code]").fill(f"{code[:4].lower()} {code[4:]}")
    page.get_by_role("button", name="照合する").click()
    expect(page.get_by_text(standing)).to_be_visible()
    person.check()


def invite(person: Visitor, email: str, name: str) -> None:
    page = person.page
    person.sign_in(ADMIN)
    page.get_by_role("link", name="招待", exact=True).click() if page.viewport_size["width"] > 600 else page.goto(
        page.url + "invitations/"
    )
    person.check()
    page.get_by_role("link", name="事業者を招待する").first.click()
    page.get_by_label("事業者名").fill(name)
    page.get_by_label("メールアドレス").fill(email)
    page.get_by_label(DEPARTMENT, exact=True).check()
    person.check()
    page.get_by_role("button", name="招待を送る").click()
    expect(page.get_by_text("仮パスワード").first).to_be_visible()
    person.check()


def register(person: Visitor, email: str, name: str) -> None:
    page = person.page
    body = mail_to(page, email)
    page.context.clear_cookies()
    page.goto(re.search(r"https?://\S+/invitation/\S+", body)[0])
    person.check()
    assert "#" not in page.url, "the secret stays out of the address bar"
    page.get_by_role("button", name="次へ").click()
    person.check()
    page.get_by_role("link", name="はじめての方").click()
    person.check()
    expect(page.locator("[name=email]")).to_have_value(email)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/confirm-email/")
    person.check()
    confirm_page = page.url
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{2,4})\s*$", mail_to(page, email), re.MULTILINE)[1]
    page.goto(confirm_page)
    page.locator("[name=code]").fill(code)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/invitation/company/")
    fill_company(person, name)
    page.get_by_label("氏名", exact=False).first.fill("仲間 灯")
    page.locator("[name=kana]").fill("なかま あかり")
    page.locator("[name=phone]").fill("0994-00-9001")
    person.check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/invitation/confirm/")
    person.check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/invitation/done/")
    person.check()


def fill_company(person: Visitor, name: str) -> None:
    page = person.page
    person.check()
    page.get_by_label("法人", exact=True).check()
    page.locator("[name=name]").fill(name)
    page.locator("[name=kana]").fill("ひかりべんとう")
    page.locator("[name=registered]").first.check()
    page.locator("[name=registration_number]").fill("Ｔ７１２３４５６７８９０１２")
    page.locator("[name=representative_title]").fill("代表取締役")
    page.locator("[name=representative_name]").fill("仲間 光")
    page.locator("[name=postcode]").fill("893-0014")
    page.locator("[name=address]").fill("鹿児島県鹿屋市寿一丁目1番1号")
    page.locator("[name=phone]").fill("０９９４－００－９０００")
    page.locator("[name=fiscal_year_end_month]").select_option("3")
    person.check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/invitation/person/")


def add_bank_account(person: Visitor) -> None:
    page = person.page
    page.goto("/")
    person.check()
    page.get_by_role("link", name="振込先口座を登録する").click()
    page.locator("[name=bank]").fill("0185")
    page.locator("[name=branch]").fill("500")
    page.locator("[name=account_type]").first.check()
    page.locator("[name=number]").fill("９００１")
    page.locator("[name=holder]").fill("ひかりべんとう")
    person.check()
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text("0009001", exact=True)).to_be_visible()
    person.check()


def write(person: Visitor) -> None:
    """Fill in an invoice, as far as the confirm page."""
    page = person.page
    page.goto("/")
    page.get_by_role("link", name="請求書を作成").first.click()
    person.check()
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.get_by_role("alert")).to_contain_text("件名を入力してください")
    person.check()
    page.locator("[name=department]").select_option(label=DEPARTMENT)
    page.locator("[name=title]").fill("親子教室の昼食")
    page.locator("[name=transaction_date]").fill("2026-11-10")
    page.locator("[name=lines-0-date]").fill("2026-11-10")
    page.locator("[name=lines-0-description]").fill("おにぎり弁当")
    page.locator("[name=lines-0-quantity]").fill("２４")
    page.locator("[name=lines-0-unit_price]").fill("￥540")
    page.locator("[name=lines-0-rate]").select_option(label="8%(軽減)")
    expect(page.locator("#live-totals")).to_contain_text("13,996円")
    expect(page.locator("#save-state")).to_contain_text("保存済み")
    for who in ("responsible", "contact"):
        page.locator(f"[name={who}_title]").fill("役職なし")
        page.locator(f"[name={who}_name]").fill("仲間 灯")
        page.locator(f"[name={who}_phone]").fill("0994-00-9001")
    person.check()
    page.get_by_role("button", name="確認へ進む").click()
    page.wait_for_url("**/confirm/")
    person.check()


def issue(person: Visitor) -> str:
    """Issue what is confirmed; returns the number."""
    page = person.page
    page.get_by_role("button", name="発行する").click()
    page.wait_for_url("**/issued/")
    person.check()
    page.get_by_role("link", name=re.compile("この(請求書|返還請求書)を見る")).click()
    expect(page.get_by_role("link", name="PDFを開く")).to_be_visible()
    person.check()
    return number_on(page)


def number_on(page: Page) -> str:
    """The number that the page of an issued invoice tells."""
    label = page.locator("dt").get_by_text(re.compile("^(返還)?請求書番号$"))
    return page.locator(".facts__row").filter(has=label).locator("dd").inner_text()


def called(number: str) -> re.Pattern[str]:
    """How a list calls an invoice: by its number, and a city's also by its issuer, as numbers repeat."""
    return re.compile(rf"^{re.escape(number)}(\s|$)")


def open_and_return(person: Visitor, number: str) -> None:
    page = person.page
    person.sign_in(REVIEWER)
    page.get_by_role("link", name=called(number)).first.click()
    person.check()
    assert not page.get_by_text("おにぎり弁当").count(), "before it is opened the content stays closed"
    page.get_by_role("button", name="開封する").click()
    expect(page.get_by_role("link", name="PDFを開く")).to_be_visible()
    person.check()
    page.get_by_text("差し戻す", exact=True).first.click()
    page.get_by_role("button", name="差し戻す", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("差戻しの理由を入力してください")
    person.check()
    page.get_by_label("内容誤り").check()
    page.get_by_label("差戻しの理由").fill("数量は22個です。納品書のとおりに直してください。")
    page.get_by_role("button", name="差し戻す", exact=True).click()
    expect(page.get_by_text("差し戻しました").first).to_be_visible()
    person.check()


def reissue(person: Visitor, email: str, number: str) -> str:
    """The supplier sees it first thing, and issues a corrected copy; returns its number."""
    page = person.page
    person.sign_in(email, PASSWORD)
    returned = page.get_by_role("article").filter(has_text=number)
    expect(returned).to_contain_text("数量は22個です。")
    returned.get_by_role("button", name="修正して再発行").click()
    page.wait_for_url("**/edit/")
    person.check()
    page.locator("[name=lines-0-quantity]").fill("22")
    page.get_by_role("button", name="確認へ進む").click()
    page.wait_for_url("**/confirm/")
    person.check()
    corrected = issue(person)
    assert number in pdf_text(page), "a correction names what it replaces"
    return corrected


def open_corrected(person: Visitor, corrected: str, number: str) -> None:
    page = person.page
    person.sign_in(REVIEWER)
    page.get_by_role("link", name=called(corrected)).first.click()
    person.check()
    page.get_by_role("button", name="開封する").click()
    expect(page.get_by_text(f"請求書 {number} を修正した請求書です。")).to_be_visible()
    person.check()


def mail_to(page: Page, email: str) -> str:
    """The newest mail to somebody, once it has been sent."""
    mail = page.get_by_role("article").filter(has_text=email).first
    for _attempt in range(60):
        page.goto("/demo/mail/")
        if mail.count():
            return mail.inner_text()
        page.wait_for_timeout(500)
    pytest.fail(f"no mail to {email}")


def pdf_text(page: Page, link: str = "PDFを開く") -> str:
    """The text of a PDF that this page offers, as a reader's search would find it."""
    href = page.get_by_role("link", name=link).get_attribute("href")
    answer = page.request.get(href)
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(answer.body()))
    return "\n".join(sheet.get_textpage().get_text_range() for sheet in document)
