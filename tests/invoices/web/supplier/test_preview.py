"""The document beside the editor, while the draft is being written."""

import pytest
from django.urls import reverse

from invoices.lifecycle import issuing

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
    address = text.split('<img class="pages__image" src="')[1].split('"')[0]
    assert client.get(address).content.startswith(b"\x89PNG")


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
