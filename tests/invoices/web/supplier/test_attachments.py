"""Files that go with an invoice, before a browser."""

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AccessLog
from invoices.lifecycle import attachments, issuing
from invoices.lifecycle.attachments import FILE_MAX_BYTES
from invoices.models import Attachment
from tests.pages import Page, Visitor
from tests.small_files import pdf

pytestmark = pytest.mark.django_db

NOTE = pdf("a delivery note")
OTHER = ["other_supplier", "reviewer", "accountant"]


def upload(name: str = "納品書.pdf", data: bytes = NOTE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "text/html")


@pytest.fixture
def attached(draft, supplier_owner) -> Attachment:
    return attachments.add(draft_id=draft.pk, actor=supplier_owner, name="納品書.pdf", data=NOTE)


@pytest.fixture
def city(request):
    """A browser of somebody in the city, after the attached file went out with its invoice."""

    def open_browser(name: str, invoice: str = "opened_invoice") -> Visitor:
        request.getfixturevalue("attached")
        request.getfixturevalue(invoice)
        return Visitor(request.getfixturevalue(name))

    return open_browser


def test_several_files_are_attached_at_once_without_script(at_supplier, draft):
    page = at_supplier.send("invoices:attachments", draft.pk, data={"files": [upload(), upload("内訳.csv", b"a,b")]})
    assert "「納品書.pdf」を添付しました。" in page.text
    assert "「内訳.csv」を添付しました。" in page.text
    assert {"納品書.pdf", "内訳.csv"} < set(page.links)
    assert f"2件、合わせて {len(NOTE) + 3}" in page.text
    assert draft.attachments.count() == 2


def test_of_several_files_the_refused_ones_are_named_and_the_others_attached(at_supplier, draft):
    sent = [upload("a.exe", b"MZ\0"), upload(), upload("空.pdf", b""), upload("大.pdf", bytes(FILE_MAX_BYTES + 1))]
    page = at_supplier.send("invoices:attachments", draft.pk, data={"files": sent})
    assert "「a.exe」:添付できるのは" in page.text
    assert "「空.pdf」:ファイルが空です" in page.text
    assert "「大.pdf」:ファイルが大きすぎます" in page.text
    assert draft.attachments.get().name == "納品書.pdf"


def test_one_supplier_cannot_fill_the_store(at_supplier, draft, monkeypatch):
    monkeypatch.setattr("invoices.web.supplier.attachment_pages._RATE", "2/h/key")
    cache.clear()
    page = at_supplier.send(
        "invoices:attachments", draft.pk, data={"files": [upload("一.pdf"), upload("二.pdf", NOTE * 2), upload()]}
    )
    assert "「納品書.pdf」:短い時間に多くのファイルが添付されました。" in page.text
    assert draft.attachments.count() == 2


def test_large_files_use_up_more_of_what_a_day_has(at_supplier, draft, monkeypatch):
    """Three pieces a day: the small file is one, the large one three, and nothing of it is kept."""
    monkeypatch.setattr("invoices.web.supplier.attachment_pages._VOLUME_RATE", "3/d/key")
    monkeypatch.setattr("invoices.web.supplier.attachment_pages._VOLUME_BYTES", len(NOTE))
    cache.clear()
    sent = [upload("一.pdf"), upload("大.pdf", NOTE * 3), upload("二.csv", b"a,b"), upload("三.csv", b"a,b,c")]
    page = at_supplier.send("invoices:attachments", draft.pk, data={"files": [*sent, upload("四.csv", b"a")]})
    assert "「大.pdf」:1日に添付できる量" in page.text
    assert "「四.csv」:1日に添付できる量" in page.text
    assert [file.name for file in draft.attachments.all()] == ["一.pdf", "二.csv", "三.csv"]


def test_script_refuses_by_the_citys_limit_before_it_sends(at_supplier, draft, policy):
    policy.attachment_max_mb = 3
    policy.save()
    source = at_supplier.ask("invoices:attachments", draft.pk).content.decode()
    assert f'data-max-bytes="{3 * 1024 * 1024}"' in source
    assert re.search('data-too-large="ファイルが大きすぎます。1件 3.0.MB までです。', source)
    draft.department = draft.municipality = None
    draft.save()
    assert f'data-max-bytes="{FILE_MAX_BYTES}"' in at_supplier.ask("invoices:attachments", draft.pk).content.decode()


def test_a_form_without_a_file_says_what_to_do(at_supplier, draft):
    assert "添付するファイルを選択してください" in at_supplier.send("invoices:attachments", draft.pk).text


def test_script_gets_the_new_list_for_each_file(at_supplier, draft):
    answer = at_supplier.send_in_passing("invoices:attachments", draft.pk, data={"files": upload()})
    piece = Page(answer)
    assert piece.status == 200
    assert "納品書.pdf" in piece.links
    assert "<main" not in answer.content.decode()
    assert reverse("invoices:attachment_remove", args=[draft.supplier_id, draft.pk, draft.attachments.get().pk]) in (
        piece.forms
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "選択してください"),
        ({"files": ("a.exe", b"MZ\0")}, "添付できるのは"),
        ({"files": ("a.pdf", b"")}, "空です"),
    ],
)
def test_script_is_told_in_plain_words_why_a_file_was_refused(at_supplier, draft, data, message):
    sent = {name: upload(*given) for name, given in data.items()}
    answer = at_supplier.send_in_passing("invoices:attachments", draft.pk, data=sent)
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert message in answer.content.decode()


def test_script_learns_that_the_visitor_was_signed_out_and_that_the_draft_was_issued(
    at_supplier, client, draft, supplier_owner
):
    address = at_supplier.address("invoices:attachments", draft.pk)
    assert client.post(address, {"files": upload()}, headers={"HX-Request": "true"}).status_code == 401
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    answer = at_supplier.send_in_passing("invoices:attachments", draft.pk, data={"files": upload()})
    assert answer.status_code == 422
    assert "すでに発行されている" in answer.content.decode()


def test_a_file_is_taken_off(at_supplier, draft, attached):
    page = at_supplier.send("invoices:attachment_remove", draft.pk, attached.pk)
    assert "「納品書.pdf」を外しました。" in page.text
    assert "まだ何も添付していません" in page.text
    assert at_supplier.send("invoices:attachment_remove", draft.pk, attached.pk).status == 404


def test_a_store_that_is_away_is_told_and_leaves_nothing(at_supplier, draft, documents_folder):
    documents_folder.write_text("no folder")
    page = at_supplier.send("invoices:attachments", draft.pk, data={"files": upload()})
    assert "いまファイルを保管できません" in page.text
    assert not Attachment.objects.exists()


def test_after_issue_the_page_leads_to_the_invoice_and_takes_nothing(at_supplier, draft, attached, issued_invoice):
    page = at_supplier.read("invoices:attachments", draft.pk)
    assert page.url == at_supplier.address("invoices:detail", draft.pk)
    page = at_supplier.send(
        "invoices:attachments", draft.pk, data={"files": [upload("b.pdf", NOTE + b"1"), upload("c.pdf", NOTE + b"2")]}
    )
    assert page.url == at_supplier.address("invoices:detail", draft.pk)
    assert at_supplier.send("invoices:attachment_remove", draft.pk, attached.pk).status == 200
    assert draft.attachments.get() == attached


def test_a_reserved_invoice_keeps_its_files_and_says_why(at_supplier, attached, scheduled_invoice):
    page = at_supplier.send("invoices:attachments", scheduled_invoice.pk, data={"files": upload("b.pdf", NOTE + b"1")})
    assert page.url == at_supplier.address("invoices:scheduled", scheduled_invoice.pk)
    assert scheduled_invoice.attachments.count() == 1


def test_the_page_shows_what_the_chosen_city_takes(at_supplier, draft, policy, attached):
    policy.attachment_max_mb = 3
    policy.save()
    text = at_supplier.read("invoices:attachments", draft.pk).text
    assert "見本市が受け付ける添付ファイルは、1件3MBまでです" in text
    assert "上限" not in text
    Attachment.objects.update(size=3 * 1024 * 1024 + 1)
    assert "発行先の市の上限（3.0 MB）を超えています" in at_supplier.read("invoices:attachments", draft.pk).text
    policy.allows_attachments = False
    policy.save()
    assert "見本市は添付ファイルを受け付けていません" in at_supplier.read("invoices:attachments", draft.pk).text


def test_a_draft_for_no_department_yet_shows_the_portals_own_limits(at_supplier, new_draft):
    text = at_supplier.read("invoices:attachments", new_draft(department=None).pk).text
    assert "受け付け" not in text
    assert "1件 20.0 MB、合わせて 50.0 MB、20件まで" in text


@pytest.mark.parametrize("name", OTHER)
def test_nobody_else_reaches_the_files_of_a_draft(name, request, draft, attached, supplier, client_of):
    client = client_of(request.getfixturevalue(name))
    addresses = [
        reverse(f"invoices:attachment{part}", args=[supplier.pk, draft.pk, attached.pk]) for part in ("", "_remove")
    ]
    addresses.append(reverse("invoices:attachments", args=[supplier.pk, draft.pk]))
    for address in addresses:
        assert client.get(address).status_code == 404
        assert client.post(address, {"files": upload("b.pdf", NOTE + b"1")}).status_code == 404
    assert draft.attachments.get() == attached


def test_another_suppliers_draft_is_no_draft_under_ones_own_address(other_supplier, draft, attached):
    stranger = Visitor(other_supplier)
    assert stranger.ask("invoices:attachment", draft.pk, attached.pk).status_code == 404
    assert stranger.send("invoices:attachments", draft.pk, data={"files": upload()}).status == 404
    assert stranger.send("invoices:attachment_remove", draft.pk, attached.pk).status == 404


def test_a_file_is_not_read_through_another_invoice(at_supplier, new_draft, attached):
    other = new_draft()
    assert at_supplier.ask("invoices:attachment", other.pk, attached.pk).status_code == 404
    assert at_supplier.send("invoices:attachment_remove", other.pk, attached.pk).status == 404
    assert Attachment.objects.exists()


def test_a_file_is_saved_and_never_shown_as_a_page(at_supplier, draft, attached):
    answer = at_supplier.ask("invoices:attachment", draft.pk, attached.pk)
    assert (answer.content, answer["Content-Type"]) == (NOTE, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%B4%8D")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "invoice", "status"),
    [
        ("reviewer", "unopened_invoice", 403),
        ("reviewer", "opened_invoice", 200),
        ("second_reviewer", "opened_invoice", 200),
        ("accountant", "unopened_invoice", 200),
        ("municipality_admin", "unopened_invoice", 200),
        ("reviewer", "issued_invoice", 404),
        ("accountant", "issued_invoice", 404),
        ("other_department_staff", "opened_invoice", 404),
        ("other_city_staff", "opened_invoice", 404),
    ],
)
def test_staff_who_may_read_an_invoice_get_its_files_and_nobody_else(city, attached, draft, name, invoice, status):
    visitor = city(name, invoice)
    answer = visitor.ask("review:attachment", draft.pk, attached.pk)
    assert answer.status_code == status
    log = AccessLog.objects.filter(action="download", object_type="Attachment", object_id=attached.pk)
    if status == 200:
        assert answer.content == NOTE
        assert answer["Content-Disposition"].startswith("attachment")
        assert log.get().user == visitor.person.user
    else:
        assert not log.exists()


def test_a_file_of_another_invoice_is_not_read_by_staff(city, attached, new_draft, supplier_owner):
    visitor, other = city("reviewer"), new_draft()
    file = attachments.add(draft_id=other.pk, actor=supplier_owner, name="b.pdf", data=NOTE)
    assert visitor.ask("review:attachment", attached.invoice_id, file.pk).status_code == 404


def test_a_damaged_file_is_not_handed_out(at_supplier, draft, attached, documents_folder):
    path = documents_folder / attached.key
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.7 a forgery")
    assert at_supplier.ask("invoices:attachment", draft.pk, attached.pk).status_code == 503
    assert not AccessLog.objects.filter(object_type="Attachment").exists()
