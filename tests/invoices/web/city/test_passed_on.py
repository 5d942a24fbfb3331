"""An invoice that went on to another department: who had it reads where it is, and nobody else."""

import pytest
from django.urls import reverse

from invoices.enums import Action
from invoices.lifecycle import review
from invoices.models import Invoice, InvoiceEvent
from tests.factories import DepartmentFactory, staff_of
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

WHY = "道路の工事です。"
STEPS = ["review:open", "review:accept"]
FORMS = {
    "review:return": {"return-reason": "minor", "return-comment": "印字が読めません。"},
    "review:reroute": {"reroute-comment": "担当が違うようです。"},
}


@pytest.fixture
def moved(opened_invoice, reviewer, other_department) -> Invoice:
    return review.reroute(invoice_id=opened_invoice.pk, actor=reviewer, department_id=other_department.pk, comment=WHY)


@pytest.mark.both_db
def test_whoever_had_it_reads_who_passed_it_on_when_and_where(moved, second_reviewer):
    page = Visitor(second_reviewer).read("review:detail", moved.pk)
    assert page.status == 200
    for words in ("子育て支援課 から 道路課 へ", "鶴田 洋子", WHY, str(moved.number), "事業者A"):
        assert words in page.text
    at = InvoiceEvent.objects.get(action=Action.REROUTE).at
    assert f"{at:%Y}年" in page.text
    assert page.links["受信箱へ戻る"] == reverse("review:inbox", args=[second_reviewer.id])
    assert "1,782" not in page.text, "nothing of its content"
    assert page.buttons == []


def test_where_it_lies_by_now_stands_there_too(moved, reviewer, other_department_staff, municipality):
    third = DepartmentFactory(municipality=municipality, name="水道課")
    review.reroute(invoice_id=moved.pk, actor=other_department_staff, department_id=third.pk, comment="水道です。")
    page = Visitor(reviewer).read("review:detail", moved.pk)
    assert "子育て支援課 から 道路課 へ" in page.text
    assert "いまの課 水道課" in page.text
    assert "水道です。" not in page.text
    assert "道路課 から 水道課 へ" in Visitor(other_department_staff).read("review:detail", moved.pk).text


def test_nobody_else_learns_of_it(moved, municipality, other_city_staff, client_of):
    elsewhere = staff_of(municipality, DepartmentFactory(municipality=municipality, name="水道課"))
    none = staff_of(municipality)
    for person in (elsewhere, none, other_city_staff):
        assert Visitor(person).ask("review:detail", moved.pk).status_code == 404
    foreign = reverse("review:detail", args=[municipality.pk, moved.pk])
    assert client_of(other_city_staff).get(foreign).status_code == 404


def test_a_department_of_the_same_name_in_another_city_does_not(moved, other_city_staff):
    assert other_city_staff.departments
    assert not InvoiceEvent.objects.passed_on_by(other_city_staff).exists()


@pytest.mark.parametrize("route", ["review:pdf"])
def test_its_document_is_theirs_no_longer(moved, reviewer, route):
    assert Visitor(reviewer).ask(route, moved.pk).status_code == 404


def test_an_event_that_has_the_names_alone_is_understood(unopened_invoice, reviewer, other_department):
    InvoiceEvent.objects.create(
        invoice=unopened_invoice,
        sequence=99,
        action=Action.REROUTE,
        from_status="unopened",
        to_status="unopened",
        data={"from": "子育て支援課", "to": "道路課"},
    )
    Invoice.objects.filter(pk=unopened_invoice.pk).update(department=other_department)
    assert "子育て支援課 から 道路課 へ" in Visitor(reviewer).read("review:detail", unopened_invoice.pk).text


@pytest.mark.parametrize("route", STEPS)
def test_a_button_that_comes_too_late_leads_there(moved, reviewer, route):
    page = Visitor(reviewer).send(route, moved.pk)
    assert (page.status, page.url) == (200, reverse("review:detail", args=[reviewer.id, moved.pk]))
    assert "ほかの課へ回送されました" in page.text


@pytest.mark.parametrize("route", FORMS)
def test_a_form_that_comes_too_late_leads_there_with_what_was_written(moved, reviewer, route):
    page = Visitor(reviewer).send(route, moved.pk, data=FORMS[route])
    assert page.status == 200
    assert "ほかの課へ回送されました" in page.text
    assert list(FORMS[route].values())[-1] in page.fields["typed_again"]


def test_whoever_has_it_again_reads_it(moved, reviewer, other_department_staff, department):
    review.reroute(invoice_id=moved.pk, actor=other_department_staff, department_id=department.pk, comment="戻します。")
    page = Page(Visitor(reviewer).ask("review:detail", moved.pk))
    assert "開封する" in page.buttons
