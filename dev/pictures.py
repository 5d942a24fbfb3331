"""Take the pictures of the documentation anew: `make pictures`.

Of every layout from samples, and of the README's scenes from a demo with fresh data; `python dev/pictures.py layouts`
takes the first alone.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import replace
from datetime import date
from pathlib import Path

import django
import pypdfium2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")

django.setup()

from dev import sample_documents as samples  # noqa: E402
from dev.sample_documents import SEAL  # noqa: E402
from dev.sample_rates import REDUCED, STANDARD  # noqa: E402
from invoices.documents.pdf import engine, render  # noqa: E402
from invoices.documents.schema import FrozenDocument  # noqa: E402
from invoices.documents.schema_parts import (  # noqa: E402
    AttachedFile,
    Branch,
    CarryOver,
    Signer,
    SignerRole,
)
from invoices.enums import DeductionKind, Layout  # noqa: E402
from portal.sample.accounts import ACCOUNTS, PASSWORD  # noqa: E402
from suppliers.seal_picture import remake  # noqa: E402

PICTURES = ROOT / "docs" / "images"
PORT = "8765"
URL = f"http://localhost:{PORT}"
SUPPLIER = ACCOUNTS[0][1]
LINES = [
    ("おにぎり弁当", "24", "540", "8%(軽減)"),
    ("会場設営 長机", "6", "300", "10%"),
    ("紙皿 50枚入", "2", "385", "10%"),
]
SEALED = {"seal": SEAL}
IMAGES = {f"seal:{SEAL.sha256}": remake((ROOT / "portal" / "sample" / "seal.png").read_bytes())}
COLOURS = 64
REMARKS = "納品書を添えて、各会場に直接納めました。"


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    _layouts()
    if sys.argv[1:] != ["layouts"]:
        _scenes()


def _layouts() -> None:
    """The pages of one sample for each layout, beside each other."""
    worked = samples.snapshot(issuer=SEALED)
    deliveries = samples.worked_lines()[4:12]
    unregistered = {"registration_number": "", "name": "みほん商店", "building": "", "representative_title": "店主"}
    one_day = {
        "transaction_date": date(2026, 10, 12),
        "period_from": None,
        "period_to": None,
        "title": "町内運動会の用品",
    }
    shown = {
        "standard": render.html(samples.snapshot(deliveries, issuer=SEALED, remarks=REMARKS)),
        "cover": render.html(replace(worked, layout=Layout.COVER)),
        "credit-note": render.html(samples.credit_note(lines=samples.worked_refunds()[1:4], issuer=SEALED)),
        "receipt": render.html(worked, received=samples.RECEIVED),
        "draft": render.html(
            samples.snapshot(deliveries[:4], issuer=unregistered, remarks=REMARKS, **one_day), draft=True
        ),
        "long": render.html(_long()),
    }
    for name, html in shown.items():
        _save(engine.from_html(html, IMAGES), PICTURES / f"layout-{name}.png")


def _long() -> FrozenDocument:
    """Slips with their sums, deductions, a branch that claims, and what is carried over."""
    lines = [replace(line, slip_number=f"{1201 + index // 4}") for index, line in enumerate(samples.many_lines(64))]
    branch = Branch(
        name="鹿屋支店", postcode="000-0002", address="見本県見本市港町1番2号", building="", phone="0994-00-0009"
    )
    frozen = samples.snapshot(
        lines,
        issuer=SEALED | {"branch": branch, "signer": Signer(SignerRole.DELEGATE, "支店長", "港 太郎")},
        deductions=[(DeductionKind.BASIC, REDUCED, 1_200), (DeductionKind.OTHER, STANDARD, 3_000)],
        attachments=(AttachedFile("納品書 2026年10月.pdf", "application/pdf", 1, "0a1b2c3d" * 8),),
        remarks="",
    )
    carried = CarryOver(120_000, 100_000, 20_000, frozen.tax.total + 20_000)
    return replace(frozen, carry_over=carried)


def _save(document: bytes, path: Path, most: int = 4) -> None:
    """The first pages, `most` of them, as one picture."""
    opened = list(pypdfium2.PdfDocument(document))[:most]
    pages = [page.render(scale=1.25 if len(opened) == 1 else 0.95).to_pil() for page in opened]
    edge = 2
    width, height = pages[0].size
    sheet = Image.new("RGB", ((width + edge) * len(pages) + edge, height + 2 * edge), "#bbb")
    for number, page in enumerate(pages):
        sheet.paste(page, (edge + number * (width + edge), edge))
    sheet.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(path, optimize=True)


def _scenes() -> None:
    with tempfile.TemporaryDirectory() as folder:
        demo = subprocess.Popen(
            [sys.executable, str(ROOT / "dev" / "demo.py"), "start"],
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
    """The first page of the worked sample: 16 lines, two rates, goods taken back."""
    page.get_by_role("row", name="24,348円").get_by_role("link").click()
    href = page.get_by_role("link", name="PDFを開く").get_attribute("href")
    _save(page.request.get(URL + str(href)).body(), PICTURES / "invoice.png", most=1)


def _editor(page: Page) -> None:
    page.get_by_role("link", name="ホーム").first.click()
    page.get_by_role("link", name="請求書を作成").first.click()
    page.select_option("[name=department]", label="子育て支援課")
    page.fill("[name=title]", "親子教室の昼食")
    for index, (description, quantity, price, rate) in enumerate(LINES):
        page.fill(f"[name=lines-{index}-date]", time.strftime("%Y-%m-%d"))
        page.fill(f"[name=lines-{index}-description]", description)
        page.fill(f"[name=lines-{index}-quantity]", quantity)
        page.fill(f"[name=lines-{index}-unit_price]", price)
        page.select_option(f"[name=lines-{index}-rate]", label=rate)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(1500)
    page.locator("[aria-labelledby=lines-heading]").screenshot(path=PICTURES / "editor.png")


if __name__ == "__main__":
    main()
