"""The document beside the editor, while the draft is being written."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.urls import reverse

from dev.sample_documents import many_lines, snapshot
from invoices.documents import schema
from invoices.lifecycle import issuing
from invoices.web.shared import pictures
from invoices.web.supplier import drafts
from tests.pages import on_one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, supplier_owner, draft):
    client.force_login(supplier_owner.user)

    def ask(**query):
        return client.get(reverse("invoices:preview", args=[supplier_owner.id, draft.pk]), query)

    return ask


def test_the_saved_version_is_shown_page_by_page(ask, draft, client):
    page = ask(version=draft.version)
    text = page.content.decode()
    assert page.status_code == 200
    assert "1／1" in text
    address = on_one_line(text).split('<img class="pages__image" src="')[1].split('"')[0]
    assert client.get(address).content.startswith(b"\x89PNG")


def test_the_sheets_of_one_page_that_are_asked_for_at_once_make_the_document_once(supplier_owner):
    text = schema.dump(snapshot(many_lines(60)))
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(pictures.draft_pdf, text, supplier_owner.id) for _sheet in range(6)]
    assert len({each.result() for each in asked}) == 1


@pytest.mark.parametrize("version", ["0", "99", "", "x"])
def test_a_version_that_was_overtaken_is_not_rendered(ask, version):
    answer = ask(version=version)
    assert (answer.status_code, answer.content) == (204, b"")


def test_an_issued_invoice_has_no_preview(ask, draft, supplier_owner):
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    assert ask(version=draft.version).status_code == 204


def test_each_save_while_typing_tells_the_preview(client, supplier_owner, draft):
    client.force_login(supplier_owner.user)
    address = reverse("invoices:edit", args=[supplier_owner.id, draft.pk])
    assert 'id="preview"' in client.get(address).content.decode()
    answer = client.post(
        address, {"do": "live", "title": "別の件名", "version": draft.version}, headers={"HX-Request": "true"}
    )
    assert "draft-saved" in answer["HX-Trigger-After-Settle"]


@pytest.mark.parametrize(("title", "printed"), [("お茶🍵", False), ("請求\u202e内訳", True), ("\ue000", False)])
@pytest.mark.parametrize("view", ["preview", "draft_pdf", "draft_sheet", "confirm", "edit"])
def test_what_cannot_be_printed_breaks_no_page_about_a_draft(client, supplier_owner, new_draft, view, title, printed):
    draft = new_draft(title=title)
    client.force_login(supplier_owner.user)
    seen = [schema.digest(drafts.snapshot_text(draft)), 1] if view == "draft_sheet" else []
    address = reverse(f"invoices:{view}", args=[supplier_owner.id, draft.pk, *seen])
    answer = client.get(address, {"version": draft.version} if view == "preview" else {})
    if view == "draft_sheet":
        assert answer.status_code == (200 if printed else 404)
    elif view == "draft_pdf" and not printed:
        assert answer["Location"].endswith("/edit/?check=1")
        assert "見本を作れませんでした。" in client.get(answer["Location"]).content.decode()
    else:
        assert answer.status_code in (200, 302)
