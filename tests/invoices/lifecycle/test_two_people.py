"""Two pairs of eyes, where the policy of the city asks for them: on paper, and before money moves."""

from dataclasses import replace

import pytest

from accounts.models import StaffRole
from invoices.enums import Action, Status
from invoices.lifecycle import accounting, credit_notes, issuing, paper, payments, review
from invoices.lifecycle.paper import PaperFacts
from invoices.lifecycle.workflow import Blocked, WrongStatus, can
from invoices.models import Invoice, InvoiceEvent, Payment
from portal.lib.calendar import today_jst
from tests import factories
from tests.factories import record_paper
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

TYPED_IT, ACCEPTED_IT = "ご自身で登録または訂正した紙の請求書", "ご自身で受理した"


@pytest.fixture
def two_for_paper(policy):
    policy.second_person_for_paper = True
    policy.save()
    return policy


@pytest.fixture
def two_for_payment(policy):
    policy.second_person_for_payment = True
    policy.save()
    return policy


@pytest.fixture
def both_roles(municipality, department):
    """Somebody of the accounting office who accepts for a department, too."""
    return factories.staff_of(
        municipality, department, role=StaffRole.ACCOUNTANT, email="both@city.example", name="中馬 両"
    )


def accept(invoice, actor) -> Invoice:
    return review.accept(invoice_id=invoice.pk, actor=actor)


def pay(invoice, actor, **options) -> Invoice:
    return payments.pay(invoice_id=invoice.pk, actor=actor, paid_on=today_jst(), **options)


def overpay(invoice, actor) -> Invoice:
    return payments.overpay(
        invoice_id=invoice.pk, actor=actor, paid_on=today_jst(), amount=invoice.total + 1, comment="二重に振り込んだ。"
    )


def take_over(invoice, actor) -> Invoice:
    return accounting.take_over(invoice_id=invoice.pk, actor=actor)


def correct(invoice, actor) -> Invoice:
    facts = replace(PaperFacts.of(invoice), total=invoice.total + 1)
    return paper.correct_paper(invoice_id=invoice.pk, facts=facts, actor=actor, comment="打ち間違い")


def refused(step, match: str) -> None:
    """The step is refused with this message, and nothing is written."""
    before = [list(model.objects.order_by("pk").values()) for model in (Invoice, InvoiceEvent, Payment)]
    with pytest.raises(Blocked, match=match):
        step()
    assert [list(model.objects.order_by("pk").values()) for model in (Invoice, InvoiceEvent, Payment)] == before


class TestPaper:
    def test_is_accepted_by_one_person_as_long_as_the_city_does_not_ask_for_two(self, paper_invoice, reviewer, policy):
        assert accept(paper_invoice, reviewer).status == Status.ACCEPTED

    def test_is_not_accepted_by_whoever_recorded_it(self, paper_invoice, reviewer, second_reviewer, two_for_paper):
        assert not can(reviewer, Action.ACCEPT, paper_invoice)
        refused(lambda: accept(paper_invoice, reviewer), TYPED_IT)
        assert can(second_reviewer, Action.ACCEPT, paper_invoice)
        assert accept(paper_invoice, second_reviewer).status == Status.ACCEPTED

    def test_is_not_accepted_by_whoever_corrected_what_was_typed(
        self, paper_invoice, reviewer, second_reviewer, two_for_paper
    ):
        corrected = correct(paper_invoice, second_reviewer)
        refused(lambda: accept(corrected, second_reviewer), TYPED_IT)
        refused(lambda: accept(corrected, reviewer), TYPED_IT)

    def test_can_still_be_returned_passed_on_and_put_right_by_whoever_recorded_it(
        self, paper_invoice, reviewer, two_for_paper
    ):
        for action in (Action.RETURN, Action.REROUTE, Action.CORRECT_PAPER, Action.WITHDRAW_PAPER):
            assert can(reviewer, action, paper_invoice), action

    def test_that_another_department_recorded_is_accepted_where_it_was_passed_on_to(
        self, paper_invoice, other_department, other_department_staff, reviewer, two_for_paper
    ):
        review.reroute(
            invoice_id=paper_invoice.pk, actor=reviewer, department_id=other_department.pk, comment="道路課のもの"
        )
        review.open_invoice(invoice_id=paper_invoice.pk, actor=other_department_staff)
        assert accept(paper_invoice, other_department_staff).status == Status.ACCEPTED

    def test_alone_is_meant_and_not_what_came_by_the_portal(self, opened_invoice, reviewer, two_for_paper):
        assert accept(opened_invoice, reviewer).status == Status.ACCEPTED

    @pytest.mark.django_db(transaction=True)
    def test_pressed_by_both_at_once_is_accepted_by_the_other(self, department, reviewer, second_reviewer, policy):
        policy.second_person_for_paper = True
        policy.save()
        for _round in range(5):
            invoice = record_paper(reviewer, department, another=True)
            outcomes = race(lambda: accept(invoice, reviewer), lambda: accept(invoice, second_reviewer))  # noqa: B023
            (_winner,), (loser,) = winners(outcomes), losers(outcomes)
            assert isinstance(loser, WrongStatus)
            (event,) = invoice.events.filter(action=Action.ACCEPT)
            assert event.actor == second_reviewer.user

    @pytest.mark.django_db(transaction=True)
    def test_corrected_at_the_moment_of_the_acceptance_is_not_accepted_by_whoever_corrected_it(
        self, department, reviewer, second_reviewer, policy
    ):
        policy.second_person_for_paper = True
        policy.save()
        for _round in range(5):
            invoice = record_paper(reviewer, department, another=True)
            race(lambda: correct(invoice, second_reviewer), lambda: accept(invoice, second_reviewer))  # noqa: B023
            events = list(invoice.events.values_list("action", flat=True))
            assert events[1:] in ([Action.CORRECT_PAPER], [Action.ACCEPT]), "one of the two, never both by one person"


class TestMoney:
    @pytest.mark.parametrize("step", [take_over, pay, overpay])
    def test_is_moved_by_whoever_accepted_as_long_as_the_city_does_not_ask_for_two(
        self, step, opened_invoice, both_roles, policy
    ):
        assert step(accept(opened_invoice, both_roles), both_roles)

    @pytest.mark.parametrize("step", [take_over, pay, overpay])
    def test_is_not_moved_by_whoever_accepted(self, step, opened_invoice, both_roles, accountant, two_for_payment):
        accepted = accept(opened_invoice, both_roles)
        refused(lambda: step(accepted, both_roles), ACCEPTED_IT)
        assert step(accepted, accountant)

    def test_of_what_a_colleague_took_over_is_not_paid_by_whoever_accepted(
        self, opened_invoice, both_roles, accountant, two_for_payment
    ):
        taken_over = take_over(accept(opened_invoice, both_roles), accountant)
        refused(lambda: pay(taken_over, both_roles), ACCEPTED_IT)

    def test_is_moved_by_somebody_whose_acceptance_was_taken_back_and_given_by_another(
        self, opened_invoice, both_roles, reviewer, two_for_payment
    ):
        accept(opened_invoice, both_roles)
        review.reopen(invoice_id=opened_invoice.pk, actor=reviewer, comment="検収が済んでいません。")
        assert pay(accept(opened_invoice, reviewer), both_roles).status == Status.PAID

    def test_is_not_moved_by_whoever_accepted_before_they_came_to_the_accounting_office(
        self, opened_invoice, reviewer, two_for_payment
    ):
        accepted = accept(opened_invoice, reviewer)
        refused(lambda: pay(accepted, replace(reviewer, role=StaffRole.ACCOUNTANT)), ACCEPTED_IT)

    def test_is_not_set_off_either_against_what_the_supplier_owes(
        self, office, draft, new_draft, both_roles, accountant, two_for_payment
    ):
        first = office.claim(draft)
        note = office.accept(office.note(first))
        pay_all = new_draft(title="11月分 消耗品")
        second = office.deliver(pay_all)
        review.open_invoice(invoice_id=second.pk, actor=both_roles)
        second = accept(second, both_roles)

        def set_off(one, other, actor):
            return payments.set_off(invoice_id=one.pk, partner_id=other.pk, actor=actor)

        refused(lambda: set_off(second, note, both_roles), ACCEPTED_IT)
        refused(lambda: set_off(note, second, both_roles), ACCEPTED_IT)

    def test_that_comes_back_is_recorded_by_anybody(self, paid_invoice, supplier_owner, both_roles, two_for_payment):
        draft = credit_notes.begin_credit_note(invoice_id=paid_invoice.pk, actor=supplier_owner)
        note = factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        review.open_invoice(invoice_id=note.pk, actor=both_roles)
        accept(note, both_roles)
        assert payments.refund(invoice_id=note.pk, actor=both_roles, paid_on=today_jst()).status == Status.PAID

    @pytest.mark.django_db(transaction=True)
    def test_is_not_moved_where_the_acceptance_changes_hands_at_the_same_moment(
        self, opened_invoice, both_roles, reviewer, policy
    ):
        """Who accepted is read of the locked row, so that an acceptance of just now counts."""
        policy.second_person_for_payment = True
        policy.save()
        for _round in range(5):
            race(lambda: accept(opened_invoice, both_roles), lambda: take_over(opened_invoice, both_roles))
            invoice = Invoice.objects.get()
            assert (invoice.status, invoice.taken_over_at) == (Status.ACCEPTED, None)
            review.reopen(invoice_id=invoice.pk, actor=reviewer, comment="もう一度")
