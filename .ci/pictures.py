"""Take the pictures of the README anew from a demo with fresh data: `make pictures`."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pypdfium2
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.sample.accounts import ACCOUNTS, PASSWORD  # noqa: E402

PICTURES = ROOT / "docs" / "images"
PORT = "8765"
URL = f"http://localhost:{PORT}"
SUPPLIER = ACCOUNTS[0][1]
LINES = [
    ("おにぎり弁当", "24", "540", "8%(軽減)"),
    ("会場設営 長机", "6", "300", "10%"),
    ("紙皿 50枚入", "2", "385", "10%"),
]


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo = subprocess.Popen(
            [sys.executable, str(ROOT / ".ci" / "demo.py"), "start"],
            env=os.environ | {"PORT": PORT, "DEMO_DIR": str(Path(folder) / "data")},
        )
        try:
            _wait()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium",
                    args=["--no-sandbox", "--disable-gpu"],
                    env={**os.environ, "LANG": "ja_JP.UTF-8", "LANGUAGE": "ja"},
                )
                page = browser.new_page(viewport={"width": 1200, "height": 900}, locale="ja-JP")
                _sign_in(page)
                _document(page)
                _editor(page)
                browser.close()
        finally:
            demo.terminate()
            demo.wait()


def _wait() -> None:
    for _attempt in range(300):
        try:
            with urllib.request.urlopen(f"{URL}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    sys.exit("The demo did not start.")


def _sign_in(page: Page) -> None:
    page.goto(f"{URL}/accounts/login/")
    page.fill("[name=login]", SUPPLIER)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/s/**")


def _document(page: Page) -> None:
    """The first page of the worked sample: 16 lines, two rates, returns."""
    page.get_by_role("row", name="24,348円").get_by_role("link").click()
    href = page.get_by_role("link", name="PDFを開く").get_attribute("href")
    document = pypdfium2.PdfDocument(page.request.get(URL + str(href)).body())
    document[0].render(scale=1.25).to_pil().save(PICTURES / "invoice.png", optimize=True)


def _editor(page: Page) -> None:
    page.get_by_role("link", name="ホーム").first.click()
    page.get_by_role("link", name="請求書を作成").first.click()
    page.select_option("[name=department]", label="子育て支援課")
    page.fill("[name=title]", "親子教室の昼食")
    for index, (description, quantity, price, rate) in enumerate(
        [
            ("おにぎり弁当", "24", "540", "8%(軽減)"),
            ("会場設営 長机", "6", "300", "10%"),
            ("紙皿 50枚入", "2", "385", "10%"),
        ]
    ):
        page.fill(f"[name=lines-{index}-date]", time.strftime("%Y-%m-%d"))
        page.fill(f"[name=lines-{index}-description]", description)
        page.fill(f"[name=lines-{index}-quantity]", quantity)
        page.fill(f"[name=lines-{index}-unit_price]", price)
        page.select_option(f"[name=lines-{index}-rate]", label=rate)
    page.wait_for_timeout(1500)
    page.locator("[aria-labelledby=lines-heading]").screenshot(path=PICTURES / "editor.png")


if __name__ == "__main__":
    main()
