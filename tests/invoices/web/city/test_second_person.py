"""Where a city asks for two people, the page says why a button is not there, and a request past it changes nothing."""

import pytest

from accounts.models import StaffRole
from invoices.enums import Status
from invoices.lifecycle import review
from invoices.models import Invoice, Payment
from portal.lib.calendar import today_jst
from tests import factories
from tests.pages import Visitor

pytestmark = pytest.mark.django_db

TYPED_IT, ACCEPTED_IT = "ご自身で登録または訂正した紙の請求書", "ご自身で受理した"


@pytest.fixture(autouse=True)
def _two_of_everything(policy) -> None:
    policy.second_person_for_paper = policy.second_person_for_payment = True
    policy.save()


@pytest.fixture
def at_both(municipality, department) -> Visitor:
    """Somebody of the accounting office who accepts for a department, too."""
    return Visitor(
        factories.staff_of(municipality, department, role=StaffRole.ACCOUNTANT, email="both@city.example", name="両 方")
    )


@pytest.fixture
def own_acceptance(opened_invoice, at_both) -> Invoice:
    return review.accept(invoice_id=opened_invoice.pk, actor=at_both.person)


def today() -> str:
    return today_jst().isoformat()


class TestAcceptingPaper:
    def test_of_ones_own_is_not_offered_and_the_page_says_who_can(self, at_department, paper_invoice):
        page = at_department.read("review:detail", paper_invoice.pk)
        assert "受理する" not in page.buttons
        assert f"受理する {TYPED_IT}" in page.text
        assert "ほかの担当者に受理を頼んでください。" in page.text

    def test_of_a_colleague_is_offered(self, second_reviewer, paper_invoice):
        assert "受理する" in Visitor(second_reviewer).read("review:detail", paper_invoice.pk).buttons

    def test_of_ones_own_by_a_request_alone_changes_nothing(self, at_department, paper_invoice):
        page = at_department.send("review:accept", paper_invoice.pk, data={"seen": "1"})
        assert TYPED_IT in page.text
        assert Invoice.objects.get().status == Status.OPENED

    def test_of_many_names_ones_own_and_leaves_it_out(self, at_department, department, paper_invoice, second_reviewer):
        other = factories.record_paper(second_reviewer, department, another=True, title="11月分 修繕")
        chosen = [str(paper_invoice.pk), str(other.pk)]
        page = at_department.send("review:batch", data={"do": "accept", "invoice": chosen})
        assert page.buttons == ["1件を受理する"]
        assert "含まれないもの（1件）" in page.text
        assert TYPED_IT in page.text
        at_department.send("review:take_batch", data=page.forms[at_department.address("review:take_batch")])
        assert dict(Invoice.objects.values_list("pk", "status")) == {
            paper_invoice.pk: Status.OPENED,
            other.pk: Status.ACCEPTED,
        }


class TestMoneyOfWhatOneAccepted:
    def test_is_not_offered_and_the_page_says_why(self, at_both, own_acceptance):
        page = at_both.read("review:detail", own_acceptance.pk)
        assert {"会計へ引き継ぐ", "支払を記録する"}.isdisjoint(page.buttons)
        assert f"会計へ引き継ぐ {ACCEPTED_IT}" in page.text
        assert f"支払を記録する {ACCEPTED_IT}" in page.text

    @pytest.mark.parametrize("route", ["review:take_over", "review:pay", "review:overpay"])
    def test_by_a_request_alone_changes_nothing(self, route, at_both, own_acceptance):
        data = {"paid_on": today(), "amount": "1783", "seen": "0", "comment": "誤り"}
        if route == "review:pay":
            data["amount"] = "1782"
        page = at_both.send(route, own_acceptance.pk, data=data)
        assert ACCEPTED_IT in page.text
        assert not Payment.objects.exists()
        assert Invoice.objects.get().taken_over_at is None

    @pytest.mark.parametrize("do", ["take_over", "pay"])
    def test_in_a_batch_is_named_and_left_out(self, do, at_both, own_acceptance):
        page = at_both.send("review:batch", data={"do": do, "invoice": [str(own_acceptance.pk)], "paid_on": today()})
        assert ACCEPTED_IT in page.text
        assert "含まれないもの（1件）" in page.text
        page = at_both.send(
            "review:take_batch",
            data={"do": do, "invoice": [str(own_acceptance.pk)], "paid_on": today(), "seen": "0" * 32},
        )
        assert ACCEPTED_IT in page.text
        assert (Invoice.objects.get().taken_over_at, Payment.objects.count()) == (None, 0)
