"""What cannot be read is saved as it was typed: the draft is what the page shows, and nothing is issued of it."""

from datetime import date

import pytest

from invoices.lifecycle import drafting, issuing
from invoices.models import Invoice
from tests import factories
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

UNREADABLE = {
    "issue_date": "きのう",
    "title": "長" * 61,
    "withholding_base": "三万",
    "responsible_phone": "電話なし",
    "contact_email": "at",
    "lines-0-date": "あした",
    "lines-0-quantity": "六十",
    "lines-0-unit_price": "1,2,3円くらい",
    "lines-0-original_date": "去年",
    "lines-0-rate": "10割",
    "lines-0-unit": "とても長すぎる単位の名前",
    "deductions-0-amount": "百円",
}


def typed_on(page: Page) -> dict[str, str]:
    return dict(page.forms[next(action for action in page.forms if action.endswith("/edit/"))])


def send(at_supplier: Visitor, draft: Invoice, do: str, **typed: str) -> Page:
    fields = typed_on(at_supplier.read("invoices:edit", draft.pk))
    return at_supplier.send("invoices:edit", draft.pk, data=fields | typed | {"do": do})


@pytest.mark.parametrize("in_passing", [True, False])
def test_every_field_comes_back_as_it_was_typed_with_its_error_beside_it(
    at_supplier, colleague, supplier_owner, draft, in_passing
):
    typed = typed_on(at_supplier.read("invoices:edit", draft.pk)) | UNREADABLE | {"remarks": "ほかは読める"}
    if in_passing:
        answer = at_supplier.send_in_passing("invoices:edit", draft.pk, data=typed | {"do": "live"}).content.decode()
        assert "保存済み" in answer
        assert "読み取れない入力があります。" in answer
    else:
        assert (
            "入力したまま保存しました。"
            in at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": "save"}).text
        )
    page = Visitor(colleague).read("invoices:edit", draft.pk)
    assert UNREADABLE.items() <= page.fields.items()
    assert page.fields["remarks"] == "ほかは読める"
    assert {f"id_{name}" for name in UNREADABLE} == set(page.errors)
    draft.refresh_from_db()
    assert draft.issue_date is None, "the column stays empty"
    with pytest.raises(issuing.Refused) as refused:
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    told = {finding.field for finding in refused.value.findings if finding.code == "unread"}
    assert told == {name.rpartition("-")[2] for name in UNREADABLE}


def test_it_goes_to_no_confirmation_before_it_is_mended(at_supplier, supplier_owner, draft):
    page = send(at_supplier, draft, "confirm", **{"lines-0-quantity": "六十"})
    assert page.url == at_supplier.address("invoices:edit", draft.pk)
    assert set(page.errors) == {"id_lines-0-quantity"}
    assert at_supplier.read("invoices:confirm", draft.pk).url == at_supplier.address("invoices:edit", draft.pk)
    page = send(at_supplier, draft, "confirm", **{"lines-0-quantity": "60"})
    assert page.url == at_supplier.address("invoices:confirm", draft.pk)
    draft.refresh_from_db()
    assert [line.unread for line in draft.lines.all()] == [{}]
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)


def test_an_error_of_the_checks_is_not_told_where_the_text_cannot_be_read(at_supplier, draft):
    send(at_supplier, draft, "save", title="長" * 61)
    errors = at_supplier.read("invoices:edit", draft.pk, check="1").errors
    assert errors == {"id_title": "件名は60文字以内で入力してください(いまは61文字)"}


@pytest.mark.parametrize(
    ("do", "expected"), [("up-1", ["?", "60", ""]), ("copy-1", ["60", "?", "?"]), ("remove-0", ["?", "", ""])]
)
def test_it_moves_with_its_row(at_supplier, draft, do, expected):
    typed = {"lines-1-description": "二", "lines-1-quantity": "?"}
    send(at_supplier, draft, do, **typed)
    page = at_supplier.read("invoices:edit", draft.pk)
    assert [page.fields[f"lines-{index}-quantity"] for index in range(3)] == expected


def test_a_row_of_nothing_else_stays_and_a_heading_is_none_yet(at_supplier, draft):
    typed = {
        "lines-1-date": "あした",
        "lines-2-description": "工事",
        "lines-2-kind": "heading",
        "lines-2-quantity": "一",
    }
    send(at_supplier, draft, "save", **typed)
    assert typed.items() <= at_supplier.read("invoices:edit", draft.pk).fields.items()


def test_a_period_that_ends_before_it_begins_stays_as_it_was_typed(at_supplier, draft):
    typed = {"period_from": "2026-11-30", "period_to": "2026-11-01"}
    send(at_supplier, draft, "save", **typed)
    page = at_supplier.read("invoices:edit", draft.pk)
    assert typed.items() <= page.fields.items()
    assert set(page.errors) == {"id_period_to"}


def test_it_stays_with_its_line_when_the_draft_is_split(at_supplier, new_draft, supplier_owner):
    lines = (factories.line_input(date=date(2026, 3, 1)), factories.line_input())
    draft = new_draft(lines=lines)
    send(at_supplier, draft, "split-by-year", **{"lines-1-quantity": "六十"})
    (other,) = Invoice.objects.exclude(pk=draft.pk)
    assert [line.unread for line in drafting.input_of(other).lines] == [{"quantity": "六十"}]


def test_what_the_second_of_two_drafts_leaves_out_is_unread_in_the_first_alone(at_supplier, new_draft):
    lines = (factories.line_input(date=date(2026, 3, 1)), factories.line_input())
    draft = new_draft(lines=lines)
    send(at_supplier, draft, "split-by-year", withholding_base="三万", period_from="いつか", period_to="")
    (other,) = Invoice.objects.exclude(pk=draft.pk)
    assert drafting.input_of(Invoice.objects.get(pk=draft.pk)).unread == {"withholding_base": "三万"}
    assert other.unread == {}
