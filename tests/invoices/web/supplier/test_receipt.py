"""到達証明書: the proof for a supplier that, and when, its invoice reached the city."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from accounts.models import AccessKind, AccessLog
from dev import sample_documents as samples
from invoices.documents import schema
from invoices.documents.schema import FrozenDocument
from invoices.enums import Status
from invoices.models import Document, Invoice
from invoices.web.supplier import receipts
from portal.lib.calendar import JST
from tests.factories import InvoiceFactory
from tests.invoices.documents.reading import pdfium_pages, squeezed
from tests.pages import Visitor

LINK = "到達証明書（PDF）"


@pytest.fixture
def stored(supplier, department):
    """An invoice whose document lies in the store, in any status."""

    def store(status: Status, content: FrozenDocument) -> Invoice:
        invoice = InvoiceFactory(supplier=supplier, department=department, status=status, snapshot=schema.dump(content))
        Document.objects.create(invoice=invoice, key="k", sha256="0" * 64, size=1, stored_at=timezone.now())
        return invoice

    return store


@pytest.mark.django_db
class TestTheCertificate:
    def test_says_when_which_document_reached_whom(self, at_supplier, unopened_invoice):
        response = at_supplier.ask("invoices:receipt", unopened_invoice.pk)
        (page,) = map(squeezed, pdfium_pages(response.content))
        assert response["Content-Type"] == "application/pdf"
        assert f'filename="{unopened_invoice.number}-receipt.pdf"' in response["Content-Disposition"]
        for shown in (
            "請求書到達証明書",
            f"{unopened_invoice.delivered_at.astimezone(JST):%H時%M分%S秒}(日本標準時)",
            Document.objects.get(invoice=unopened_invoice).sha256,
            unopened_invoice.number,
            "見本市子育て支援課",
            "1,782円",
        ):
            assert squeezed(shown) in page
        for hidden in ("A4コピー用紙", "鹿児島銀行"):
            assert squeezed(hidden) not in page

    def test_is_the_same_whenever_it_is_asked_for(self, at_supplier, unopened_invoice):
        first = at_supplier.ask("invoices:receipt", unopened_invoice.pk).content
        receipts.receipt_pdf.cache_clear()
        assert at_supplier.ask("invoices:receipt", unopened_invoice.pk).content == first

    def test_stays_true_of_one_that_was_cancelled_after_its_arrival(self, at_supplier, cancelled_invoice):
        assert at_supplier.ask("invoices:receipt", cancelled_invoice.pk).status_code == 200

    def test_is_offered_once_the_invoice_has_arrived(self, at_supplier, unopened_invoice):
        links = at_supplier.read("invoices:detail", unopened_invoice.pk).links
        assert links[LINK] == at_supplier.address("invoices:receipt", unopened_invoice.pk)

    def test_of_one_on_its_way_does_not_exist(self, at_supplier, issued_invoice):
        assert at_supplier.ask("invoices:receipt", issued_invoice.pk).status_code == 404
        assert LINK not in at_supplier.read("invoices:detail", issued_invoice.pk).links
        assert not AccessLog.objects.filter(action=AccessKind.DOWNLOAD).exists()

    def test_is_written_down_as_a_download(self, at_supplier, supplier_owner, unopened_invoice):
        at_supplier.ask("invoices:receipt", unopened_invoice.pk)
        log = AccessLog.objects.get()
        assert (log.user, log.action, log.object_id) == (supplier_owner.user, "download", unopened_invoice.pk)

    def test_is_not_for_others(self, other_supplier, unopened_invoice):
        assert Visitor(other_supplier).ask("invoices:receipt", unopened_invoice.pk).status_code == 404

    def test_of_one_that_was_cancelled_on_its_way_does_not_exist(self, at_supplier, stored):
        invoice = stored(Status.CANCELLED, samples.snapshot())
        assert at_supplier.ask("invoices:receipt", invoice.pk).status_code == 404
        page = at_supplier.read("invoices:detail", invoice.pk)
        assert ("PDFを開く" in page.links, LINK in page.links) == (True, False)

    def test_that_cannot_be_made_now_says_so_and_is_no_download(self, at_supplier, stored):
        unprintable = stored(Status.UNOPENED, samples.snapshot(title="\U00013000"))
        response = at_supplier.ask("invoices:receipt", unprintable.pk)
        assert response.status_code == 503
        assert "text/html" in response["Content-Type"]
        assert not AccessLog.objects.filter(action=AccessKind.DOWNLOAD).exists()


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2026, 10, 31, 14, 59, 59, tzinfo=UTC), "令和8年10月31日(2026-10-31) 23時59分59秒(日本標準時)"),
        (datetime(2026, 10, 31, 15, 0, 5, tzinfo=UTC), "令和8年11月1日(2026-11-01) 00時00分05秒(日本標準時)"),
        (datetime(2027, 1, 1, 9, 5, 0, tzinfo=JST), "令和9年1月1日(2027-01-01) 09時05分00秒(日本標準時)"),
    ],
)
def test_the_moment_is_told_in_japans_time(moment, told):
    assert receipts.in_words(moment) == told
