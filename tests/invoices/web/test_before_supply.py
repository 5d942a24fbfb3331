"""What is claimed before it is supplied (前払), and what stands on an old contract: written, printed and read."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from invoices import rules
from invoices.documents import schema
from invoices.documents.pdf import render
from invoices.enums import InvoiceKind, Prepayment, Status
from invoices.lifecycle import issuing
from invoices.models import Invoice, content_of
from portal.lib.calendar import to_wareki, today_jst
from tests import factories
from tests.factories import line_input
from tests.invoices.documents.reading import words
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

LABEL = "前払の理由"
FIELD = "id_prepayment"


@pytest.fixture
def rent(new_draft):
    """The rent of ten days from now, claimed today."""

    def write(**changes) -> Invoice:
        ahead = today_jst() + timedelta(days=10)
        lines = (line_input(date=ahead, description="倉庫の賃借料"),)
        return new_draft(**{"transaction_date": ahead, "lines": lines} | changes)

    return write


def typed(at_supplier: Visitor, draft: Invoice) -> dict[str, str]:
    page = at_supplier.read("invoices:edit", draft.pk)
    return dict(page.forms[at_supplier.address("invoices:edit", draft.pk)])


def issued(draft: Invoice, actor) -> Invoice:
    return factories.deliver(issuing.issue(invoice_id=draft.pk, actor=actor, version=draft.version))


def offered(page: Page) -> list[str]:
    return page.choices["prepayment"][""]


class TestTheSupplier:
    def test_is_led_from_the_warning_to_the_mark(self, at_supplier, rent):
        draft = rent()
        page = at_supplier.send("invoices:edit", draft.pk, data=typed(at_supplier, draft) | {"do": "confirm"})
        assert "前払の理由を選んでください" in page.text, "a warning, which the confirm page asks about"
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert "前払の理由を選んでください" in page.notes[FIELD]
        assert "section-before" in page.unfolded
        assert any(link == f"#{FIELD}" for link in page.links.values())

    def test_issues_it_with_the_mark_and_no_complaint(self, at_supplier, rent):
        draft = rent()
        at_supplier.send(
            "invoices:edit", draft.pk, data=typed(at_supplier, draft) | {"prepayment": "rent", "do": "save"}
        )
        draft = Invoice.objects.get(pk=draft.pk)
        assert draft.prepayment == Prepayment.RENT
        assert [f.code for f in rules.check(draft, content_of(draft))] == ["registration-unchecked"]

    def test_is_offered_what_the_city_accepts(self, at_supplier, draft, policy):
        every = [str(reason.in_full) for reason in Prepayment]
        assert offered(at_supplier.read("invoices:edit", draft.pk)) == every[:-1]
        policy.prepayments = ["other", "fare"]
        policy.save()
        assert offered(at_supplier.read("invoices:edit", draft.pk)) == [every[0], "運賃", every[-1]]

    def test_is_offered_what_another_city_accepts_while_typing(self, at_supplier, draft, supplier, other_municipality):
        department = factories.DepartmentFactory(municipality=other_municipality)
        factories.TradingLinkFactory(supplier=supplier, department=department)
        factories.MunicipalityPolicyFactory(municipality=other_municipality, prepayments=["fare"])
        data = typed(at_supplier, draft) | {"department": str(department.pk), "do": "live"}
        answer = at_supplier.send_in_passing("invoices:edit", draft.pk, data=data).content.decode()
        choices = answer.split('hx-swap-oob="innerHTML:[name=prepayment]"')[1].split("</select>")[0]
        assert "運賃" in choices
        assert "賃借料" not in choices

    def test_keeps_a_reason_that_the_city_no_longer_accepts_until_it_is_put_right(self, at_supplier, rent, policy):
        draft = rent(prepayment=Prepayment.RENT)
        policy.prepayments = []
        policy.save()
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert offered(page) == ["前払ではない", "賃借料・リース料"]
        assert "この市は、この理由の前払を認めていません" in page.errors[FIELD]

    def test_has_no_such_field_on_a_credit_note(self, at_supplier, new_draft):
        draft = new_draft(kind=InvoiceKind.CREDIT_NOTE)
        page = at_supplier.read("invoices:edit", draft.pk)
        assert "prepayment" not in page.fields
        assert "contracted_on" in page.fields

    def test_is_led_to_the_date_of_the_contract(self, at_supplier, new_draft):
        draft = new_draft(lines=(line_input(rate="old8"),))
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert "契約日を入力" in page.errors["id_contracted_on"]
        assert "section-before" in page.unfolded
        assert any(link == "#id_contracted_on" for link in page.links.values())


class TestTheDocument:
    def test_says_that_it_is_a_prepayment_and_why(self, rent, supplier_owner):
        invoice = issued(rent(prepayment=Prepayment.RENT), supplier_owner)
        assert "前払の請求です:賃借料・リース料" in words(render.html(schema.load(invoice.snapshot)))

    def test_of_a_journey_says_that_it_is_an_advance(self, rent, supplier_owner):
        invoice = issued(rent(prepayment=Prepayment.TRAVEL), supplier_owner)
        text = words(render.html(schema.load(invoice.snapshot)))
        assert "概算払の請求です:旅費" in text
        assert "前払" not in text

    def test_of_fares_and_journeys_together_keeps_the_words_in_which_it_was_issued(self, rent, supplier_owner):
        invoice = issued(rent(prepayment=Prepayment.FARE), supplier_owner)
        document = schema.load(invoice.snapshot)
        assert "前払の請求です:運賃 " in words(render.html(document))
        assert "前払の請求です:運賃・旅費" in words(render.html(replace(document, wording=3)))

    def test_of_another_invoice_does_not(self, draft, supplier_owner):
        invoice = issued(draft, supplier_owner)
        text = words(render.html(schema.load(invoice.snapshot)))
        assert "前払" not in text and "契約日" not in text

    def test_of_a_lease_at_an_earlier_rate_has_its_tax_and_the_date_of_the_contract(self, new_draft, supplier_owner):
        contracted = date(2019, 3, 31)
        line = line_input(rate="old8", quantity=1, unit_price=10_000)
        invoice = issued(new_draft(contracted_on=contracted, lines=(line,)), supplier_owner)
        assert (invoice.net, invoice.tax, invoice.total) == (10_000, 800, 10_800)
        text = words(render.html(schema.load(invoice.snapshot)))
        assert f"契約日 {to_wareki(contracted)}(2019-03-31)" in text
        assert "8%(旧) 10,000 800 10,800" in text


class TestTheCity:
    @pytest.fixture
    def prepaid(self, rent, supplier_owner) -> Invoice:
        return issued(rent(prepayment=Prepayment.RENT), supplier_owner)

    def test_sees_it_in_the_inbox(self, at_department, prepaid):
        assert "前払：賃借料・リース料" in at_department.read("review:inbox").text

    def test_sees_that_a_journey_is_paid_by_an_advance(self, at_department, rent, supplier_owner):
        invoice = issued(rent(prepayment=Prepayment.TRAVEL), supplier_owner)
        text = at_department.read("review:inbox").text
        assert "概算払：旅費" in text and "前払：" not in text
        at_department.send("review:open", invoice.pk)
        text = at_department.read("review:detail", invoice.pk).text
        assert "概算払の請求です 理由：旅費。" in text
        assert "地方自治法施行令162条一" in text
        assert "概算払 旅費" in text[text.index("請求の内容") :]
        assert "前払" not in text

    def test_sees_nothing_of_it_where_it_is_none(self, at_department, unopened_invoice):
        assert "前払" not in at_department.read("review:inbox").text
        assert "前払" not in at_department.read("review:detail", unopened_invoice.pk).text

    def test_sees_it_on_the_page_above_everything_else(self, at_department, prepaid):
        at_department.send("review:open", prepaid.pk)
        text = at_department.read("review:detail", prepaid.pk).text
        assert text.index("前払の請求です 理由：賃借料・リース料。") < text.index("請求の内容")
        assert "前払 賃借料・リース料" in text[text.index("請求の内容") :]

    def test_is_told_of_one_without_the_mark(self, at_department, rent, supplier_owner):
        invoice = issued(rent(), supplier_owner)
        assert invoice.status == Status.UNOPENED
        at_department.send("review:open", invoice.pk)
        assert "前払とはされていません" in at_department.read("review:detail", invoice.pk).text
