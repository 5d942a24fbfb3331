"""The page on which a city records an invoice that came on paper."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from invoices.archive import store
from invoices.enums import DocumentKind
from invoices.models import Document, Invoice
from portal.lib.calendar import today_jst
from portal.lib.ids import uuid7
from tests import factories

pytestmark = pytest.mark.django_db

BUTTONS = ["受理する", "差し戻す", "別の課へ回送する", "登録した内容を訂正する", "この登録を取り消す"]
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)


UNREADABLE = b"%PDF-1.4 a scan"


class TestPaper:
    def typed(self, department, /, **changes) -> dict:
        return {
            "department": str(department.pk),
            "issuer_name": "手書商店",
            "title": "10月分 修繕",
            "issue_date": today_jst().isoformat(),
            "received_on": today_jst().isoformat(),
            "total": "５５，０００",
            "scan": SimpleUploadedFile("scan.png", PNG),
        } | factories.dated(changes)

    def test_is_recorded_with_its_scan_and_shown_as_such(self, at_department, department):
        page = at_department.send("review:record_paper", data=self.typed(department))
        invoice = Invoice.objects.get()
        assert page.url == at_department.address("review:detail", invoice.pk)
        day = today_jst()
        for shown in (
            "紙の請求書を登録しました。",
            "手書商店",
            "55,000円",
            f"受領日 {day.year}年{day.month}月{day.day}日",
        ):
            assert shown in page.text
        assert "紙で受け取った請求書です。" in page.text
        assert page.buttons == BUTTONS
        (sheet,) = page.images
        picture = at_department.client.get(sheet)
        assert (picture["Content-Type"], picture.content) == ("image/png", PNG), "the scan as it is"
        scan = at_department.client.get(page.links["読み取りを開く"])
        assert (scan["Content-Type"], scan.content) == ("image/png", PNG)
        assert at_department.client.get(sheet.replace("/1.png", "/2.png")).status_code == 404

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"issuer_name": ""}, "id_issuer_name"),
            ({"total": "0"}, "id_total"),
            ({"total": "五万"}, "id_total"),
            ({"received_on": "いつか"}, "id_received_on"),
            ({"department": ""}, "id_department"),
            ({"scan": ""}, "id_scan"),
            ({"scan": SimpleUploadedFile("empty.pdf", b"")}, "id_scan"),
        ],
    )
    def test_that_is_incomplete_keeps_what_was_typed(self, at_department, department, changes, field):
        page = at_department.send("review:record_paper", data=self.typed(department, **changes))
        assert (page.status, set(page.errors)) == (200, {field})
        assert page.fields["title"] == "10月分 修繕"
        assert not Invoice.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"scan": SimpleUploadedFile("scan.png", b"<svg onload=alert(1)>")}, "PDF・PNG・JPEGにしてください。"),
            ({"received_on": timedelta(days=1)}, "受領日が先の日付です。"),
            ({"issue_date": timedelta(days=1)}, "請求日が受領日より後です。"),
        ],
    )
    def test_that_cannot_be_is_told(self, at_department, department, changes, said):
        page = at_department.send("review:record_paper", data=self.typed(department, **changes))
        assert said in page.text
        assert not Document.objects.exists()

    def test_the_same_scan_again_leads_to_the_first_and_is_recorded_only_if_it_is_another(
        self, at_department, department
    ):
        at_department.send("review:record_paper", data=self.typed(department))
        first = Invoice.objects.get()
        page = at_department.send("review:record_paper", data=self.typed(department, title="二枚目"))
        assert set(page.errors) == {"id_another"}
        assert page.links["登録済みの請求書を見る"] == at_department.address("review:detail", first.pk)
        assert Invoice.objects.count() == 1
        data = self.typed(department, title="二枚目", another=hashlib.sha256(PNG).hexdigest())
        page = at_department.send("review:record_paper", data=data)
        assert "紙の請求書を登録しました。" in page.text
        assert Invoice.objects.count() == 2

    @pytest.mark.parametrize("name", ["手書商店", "手書 商店", "手書商店\u3000"])
    def test_a_paper_that_is_scanned_anew_is_found_by_what_stands_on_it(self, at_department, department, name):
        at_department.send("review:record_paper", data=self.typed(department))
        first, scan = Invoice.objects.get(), SimpleUploadedFile("scan.pdf", factories.SCAN)
        again = self.typed(department, scan=scan, title="二枚目", issuer_name=name)
        page = at_department.send("review:record_paper", data=again)
        assert "請求者・請求日・請求金額が同じ請求書が届いています。" in page.errors["id_another"]
        assert page.links["登録済みの請求書を見る"] == at_department.address("review:detail", first.pk)
        scan.seek(0)
        tick = hashlib.sha256(factories.SCAN).hexdigest()
        assert (
            "紙の請求書を登録しました。"
            in at_department.send("review:record_paper", data=again | {"another": tick}).text
        )
        assert Invoice.objects.count() == 2

    def test_what_came_by_the_portal_is_found_too(self, at_department, department, opened_invoice):
        page = at_department.send(
            "review:record_paper",
            data=self.typed(
                department,
                issuer_name=opened_invoice.issuer_name,
                issue_date=opened_invoice.issue_date.isoformat(),
                total=str(opened_invoice.total),
            ),
        )
        assert page.links["登録済みの請求書を見る"] == at_department.address("review:detail", opened_invoice.pk)

    @pytest.mark.parametrize("change", [{"issuer_name": "手書商会"}, {"total": "55,001"}])
    def test_what_differs_is_another_invoice(self, at_department, department, change):
        at_department.send("review:record_paper", data=self.typed(department))
        scan = SimpleUploadedFile("scan.pdf", factories.SCAN)
        page = at_department.send("review:record_paper", data=self.typed(department, scan=scan) | change)
        assert "紙の請求書を登録しました。" in page.text

    def test_a_tick_for_another_scan_is_none_for_this_one(self, at_department, department):
        at_department.send("review:record_paper", data=self.typed(department))
        page = at_department.send("review:record_paper", data=self.typed(department, another="0" * 64))
        assert set(page.errors) == {"id_another"}

    def test_the_same_scan_of_a_department_that_one_does_not_see_is_told_without_a_way_there(
        self, at_department, accountant, department, other_department
    ):
        factories.record_paper(accountant, other_department, scan=PNG)
        page = at_department.send("review:record_paper", data=self.typed(department))
        assert "道路課に登録されています" in page.text
        assert "登録済みの請求書を見る" not in page.links

    def test_is_recorded_for_ones_own_department(self, at_department, at_accounts, other_department):
        page = at_department.send("review:record_paper", data=self.typed(other_department))
        assert set(page.errors) == {"id_department"}
        page = at_accounts.send("review:record_paper", data=self.typed(other_department))
        assert "手書商店" in page.text

    def test_whose_scan_no_viewer_can_read_is_still_there_to_be_fetched(self, at_department, paper_invoice):
        old = recorded_before_scans_were_opened(paper_invoice, UNREADABLE)
        page = at_department.read("review:detail", old.pk)
        assert (page.status, page.images) == (200, [])
        scan = at_department.client.get(page.links["読み取りを開く"])
        assert (scan["Content-Type"], scan.content) == ("application/pdf", UNREADABLE)


def recorded_before_scans_were_opened(like: Invoice, scan: bytes) -> Invoice:
    """A row as it was written when the first bytes of a scan were enough."""
    old = Invoice.objects.get(pk=like.pk)
    old.pk, old._state.adding = uuid7(), True
    old.save()
    key = store.document_key(old.municipality_id, old.pk, scan)
    store.keep(key, scan)
    now = timezone.now()
    Document.objects.create(
        invoice=old,
        kind=DocumentKind.SCAN,
        key=key,
        sha256=store.sha256_in(key),
        size=len(scan),
        content_type="application/pdf",
        stored_at=now,
        done_at=now,
    )
    return old
