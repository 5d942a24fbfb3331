"""One viewing, one row: a page with its sheets, a file that somebody takes along."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import access
from accounts.models import AccessLog
from tests.pages import Visitor

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[str, str, str]]:
    return list(AccessLog.objects.order_by("at", "id").values_list("user__name", "action", "object_name"))


def name_of(invoice) -> str:
    return f"事業者A {invoice.number} 10月分 消耗品"


def test_a_page_and_its_sheets_are_one_viewing(reviewer, opened_invoice):
    visitor = Visitor(reviewer)
    page = visitor.read("review:detail", opened_invoice.pk)
    for picture in page.images * 2:
        assert visitor.client.get(picture).status_code == 200
    assert rows() == [("鶴田 洋子", "read", name_of(opened_invoice))]


def test_a_sheet_without_its_page_is_a_viewing_of_its_own(reviewer, opened_invoice):
    visitor = Visitor(reviewer)
    for _n in range(2):
        assert visitor.ask("review:sheet", opened_invoice.pk, 1).status_code == 200
    assert rows() == [("鶴田 洋子", "read", name_of(opened_invoice))]


def test_whoever_comes_back_to_a_sheet_later_looks_anew(reviewer, opened_invoice, monkeypatch):
    visitor = Visitor(reviewer)
    visitor.ask("review:sheet", opened_invoice.pk, 1)
    monkeypatch.setattr(access, "ONE_VIEWING", timedelta(0))
    visitor.ask("review:sheet", opened_invoice.pk, 1)
    assert len(rows()) == 2


def test_the_page_itself_is_a_viewing_each_time(reviewer, opened_invoice):
    visitor = Visitor(reviewer)
    for _n in range(2):
        visitor.read("review:detail", opened_invoice.pk)
    assert len(rows()) == 2


def test_nobody_else_is_covered_by_somebodys_viewing(reviewer, second_reviewer, opened_invoice):
    Visitor(reviewer).read("review:detail", opened_invoice.pk)
    Visitor(second_reviewer).ask("review:sheet", opened_invoice.pk, 1)
    assert [row[:2] for row in rows()] == [("鶴田 洋子", "read"), ("鶴田 修", "read")]


def test_a_sheet_that_does_not_exist_is_seen_by_nobody(reviewer, opened_invoice):
    assert Visitor(reviewer).ask("review:sheet", opened_invoice.pk, 99).status_code == 404
    assert rows() == []


def test_a_file_that_cannot_be_given_is_taken_along_by_nobody(reviewer, opened_invoice, documents_folder):
    documents_folder.rename(documents_folder.with_name("away"))
    assert Visitor(reviewer).ask("review:pdf", opened_invoice.pk).status_code == 503
    assert rows() == []


def test_what_a_supplier_reads_of_its_own_is_written_down_too(supplier_owner, unopened_invoice):
    visitor = Visitor(supplier_owner)
    visitor.read("invoices:detail", unopened_invoice.pk)
    visitor.ask("invoices:receipt", unopened_invoice.pk)
    name = name_of(unopened_invoice)
    assert rows() == [("宮園 花子", "read", name), ("宮園 花子", "download", f"到達証明書 — {name}")]


def test_the_scan_of_a_paper_invoice_is_written_down(reviewer, paper_invoice):
    visitor = Visitor(reviewer)
    visitor.read("review:detail", paper_invoice.pk)
    visitor.ask("review:pdf", paper_invoice.pk)
    assert [row[1] for row in rows()] == ["read", "download"]


def test_a_form_that_comes_back_with_its_errors_shows_the_invoice_again(reviewer, opened_invoice):
    answer = Visitor(reviewer).send("review:return", opened_invoice.pk)
    assert (answer.status, [row[1] for row in rows()]) == (200, ["read"])


def test_a_row_tells_for_whom_from_where_and_in_which_request(reviewer, opened_invoice):
    answer = Visitor(reviewer).client.get(
        f"/m/{reviewer.id}/invoices/{opened_invoice.pk}/",
        REMOTE_ADDR="::ffff:192.0.2.1",
        headers={"X-Request-ID": "theirs"},
    )
    row = AccessLog.objects.get()
    assert (row.organisation_id, row.role, row.address) == (reviewer.id, "reviewer", "192.0.2.1")
    assert (row.request_id, row.client_request_id) == (answer["X-Request-ID"], "theirs")
    assert timezone.now() - row.at < timedelta(minutes=5)
