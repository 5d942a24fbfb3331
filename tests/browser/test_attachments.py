"""Attaching files with script: chosen or dropped, one after the other, each with its progress."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, Visitor
from tests.small_files import pdf as content

pytestmark = pytest.mark.browser

SUPPLIER = "miyazono@mihon-kashi.example"
TOO_LARGE = 20 * 1024 * 1024 + 1

DROP = """(zone, dropped) => {
  const files = new DataTransfer();
  for (const [name, content] of dropped) files.items.add(new File([content], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, {dataTransfer: files, bubbles: true, cancelable: true}));
  }
}"""


@pytest.mark.parametrize("width", [1280, 320])
def test_files_are_attached_by_choosing_and_by_dropping(visitor_at, demo: Site, width: int):
    person = visitor_at(demo, width)
    page = person.page
    open_attachments(person, f"添付の試し {width}")
    person.check()
    expect(page.get_by_role("button", name="添付する", exact=True)).to_be_hidden()

    files = page.get_by_label("添付するファイル", exact=True)
    files.set_input_files([pdf("納品書.pdf"), pdf("内訳書.pdf")])
    listed(page, "納品書.pdf", "内訳書.pdf")
    page.locator("[data-drop-zone]").evaluate(
        DROP, [[name, content(name).decode()] for name in ("写し.pdf", "控え.pdf")]
    )
    listed(page, "納品書.pdf", "内訳書.pdf", "写し.pdf", "控え.pdf")
    expect(page.get_by_role("status").filter(has_text="「控え.pdf」を添付しました。")).to_be_attached()
    expect(page.locator("progress")).to_have_count(0)

    # Longer than may be handed to the browser in one message: made there.
    page.evaluate(
        """([size]) => {
          const files = new DataTransfer();
          files.items.add(new File([new Uint8Array(size)], "大きい.pdf"));
          const input = document.querySelector('input[type="file"]');
          input.files = files.files;
          input.dispatchEvent(new Event("change", {bubbles: true}));
        }""",
        [TOO_LARGE],
    )
    expect(page.get_by_role("listitem").filter(has_text="大きい.pdf")).to_contain_text("1件 20.0 MB まで")
    person.check()

    page.get_by_role("button", name=re.compile("^外す.*写し")).click()
    listed(page, "納品書.pdf", "内訳書.pdf", "控え.pdf")
    person.check()


def test_a_file_that_the_server_refuses_says_why_and_the_next_one_is_sent(visitor_at, demo: Site):
    person = visitor_at(demo, 1280)
    page = person.page
    open_attachments(person, "断られる添付")
    page.get_by_label("添付するファイル", exact=True).set_input_files(
        [{"name": "なに.exe", "mimeType": "application/pdf", "buffer": b"MZ\0"}, pdf("納品書.pdf")]
    )
    listed(page, "納品書.pdf")
    expect(page.get_by_role("listitem").filter(has_text="なに.exe")).to_contain_text("添付できるのは")
    # The browser itself remarks on every answer that is no success.
    assert [complaint for complaint in person.complaints if "422" not in complaint] == []
    person.complaints.clear()
    person.check()


def open_attachments(person: Visitor, title: str) -> None:
    page = person.page
    person.sign_in(SUPPLIER)
    page.goto(page.url + "invoices/new/")
    page.get_by_label("件名").fill(title)
    page.locator("button[value=save]").last.click()
    page.wait_for_url("**/edit/")
    page.goto(page.url.replace("/edit/", "/attachments/"))


def pdf(name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": content(name)}


def listed(page: Page, *names: str) -> None:
    expect(page.locator("#attachments-current tbody th")).to_have_text(list(names))
