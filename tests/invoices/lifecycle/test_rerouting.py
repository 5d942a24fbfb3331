"""An invoice in the wrong hands: the department passes it on, or the supplier asks for it back."""

import pytest

from accounts.acting import NotAllowed, NotPermitted
from accounts.models import OutgoingMail
from invoices.documents import schema
from invoices.enums import Action, ReturnReason, Status
from invoices.lifecycle import corrections, review
from invoices.lifecycle.workflow import WrongStatus, can
from invoices.models import Invoice, InvoiceEvent
from invoices.permissions import may_read_content
from portal.lib.ids import uuid7
from tests.factories import DepartmentFactory, staff_of
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

COMMENT_MAX = 1000
TOO_SHORT_OR_LONG = pytest.mark.parametrize(
    "comment", ["", " 　\n", "あ" * (COMMENT_MAX + 1)], ids=["empty", "blank", "too-long"]
)


def reroute(invoice, actor, department, comment="道路課の工事です。") -> Invoice:
    return review.reroute(invoice_id=invoice.pk, actor=actor, department_id=department.pk, comment=comment)


def request_return(invoice, actor, comment="金額を誤りました。") -> Invoice:
    return corrections.request_return(invoice_id=invoice.pk, actor=actor, comment=comment)


def visible_to(actor) -> bool:
    return Invoice.objects.visible_to(actor).exists()


def test_the_number_the_document_and_its_addressee_stay_and_it_is_unopened_again(
    opened_invoice, reviewer, other_department
):
    before = Invoice.objects.values().get()
    invoice = reroute(opened_invoice, reviewer, other_department, comment="  道路課の工事です。 ")
    assert (invoice.status, invoice.department) == (Status.UNOPENED, other_department)
    assert (invoice.opened_at, invoice.opened_by) == (None, None)
    after = Invoice.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"status", "department_id", "opened_at", "opened_by_id", "updated_at"}
    assert (after["department_name"], schema.load(invoice.snapshot).recipient.department) == (
        "子育て支援課",
        "子育て支援課",
    )
    event = invoice.events.last()
    assert (event.action, event.from_status, event.to_status) == (Action.REROUTE, Status.OPENED, Status.UNOPENED)
    assert event.data == {
        "from": "子育て支援課",
        "from_id": str(opened_invoice.department_id),
        "to": "道路課",
        "to_id": str(other_department.pk),
    }
    assert event.comment == "道路課の工事です。"
    assert invoice.events.get(action=Action.OPEN).actor == reviewer.user, "the first opener stands in the history"


@pytest.mark.parametrize("fixture", ["unopened_invoice", "opened_invoice"])
def test_the_new_department_sees_it_and_hears_of_it_and_the_old_one_no_longer_sees_it(
    fixture, request, reviewer, other_department_staff, other_department, accountant, municipality_admin
):
    invoice = request.getfixturevalue(fixture)
    OutgoingMail.objects.all().delete()
    assert [visible_to(actor) for actor in (reviewer, other_department_staff)] == [True, False]
    invoice = reroute(invoice, reviewer, other_department)
    assert [visible_to(actor) for actor in (reviewer, other_department_staff)] == [False, True]
    assert visible_to(accountant)
    assert visible_to(municipality_admin)
    (mail,) = OutgoingMail.objects.all()
    assert mail.recipient == "roads@city.example"
    assert mail.body.startswith("道路課 御中")
    assert invoice.number in mail.subject


def test_the_new_department_opens_it_before_it_reads_it_and_may_return_it(
    opened_invoice, reviewer, other_department_staff, other_department
):
    invoice = reroute(opened_invoice, reviewer, other_department)
    assert not may_read_content(other_department_staff, invoice)
    with pytest.raises(NotPermitted):
        review.open_invoice(invoice_id=invoice.pk, actor=reviewer)
    invoice = review.open_invoice(invoice_id=invoice.pk, actor=other_department_staff)
    assert may_read_content(other_department_staff, invoice)
    assert invoice.opened_by == other_department_staff.user
    returned = review.return_invoice(
        invoice_id=invoice.pk, actor=other_department_staff, reason=ReturnReason.WRONG_ADDRESSEE, comment="宛先"
    )
    assert returned.status == Status.RETURNED


def test_what_was_opened_once_is_not_cancelled_after_a_reroute(
    opened_invoice, reviewer, supplier_owner, other_department, other_department_staff
):
    assert not can(supplier_owner, Action.CANCEL, opened_invoice)
    invoice = reroute(opened_invoice, reviewer, other_department)
    assert not can(supplier_owner, Action.CANCEL, invoice)
    with pytest.raises(WrongStatus, match="一度開封されているため"):
        corrections.cancel(invoice_id=invoice.pk, actor=supplier_owner)
    assert Invoice.objects.get().status == Status.UNOPENED
    opened = review.open_invoice(invoice_id=invoice.pk, actor=other_department_staff)
    assert can(supplier_owner, Action.REQUEST_RETURN, opened), "this is the way that remains"


def test_what_nobody_opened_is_cancelled_after_a_reroute_too(
    unopened_invoice, reviewer, supplier_owner, other_department, other_department_staff
):
    invoice = reroute(unopened_invoice, reviewer, other_department)
    assert can(supplier_owner, Action.CANCEL, invoice)
    OutgoingMail.objects.all().delete()
    invoice = corrections.cancel(invoice_id=invoice.pk, actor=supplier_owner)
    assert invoice.status == Status.CANCELLED
    (mail,) = OutgoingMail.objects.all()
    assert mail.recipient == "roads@city.example"
    assert mail.body.startswith("道路課 御中")


def test_a_reroute_ends_the_request_for_return_that_the_old_department_had(
    opened_invoice, reviewer, supplier_owner, other_department
):
    invoice = reroute(request_return(opened_invoice, supplier_owner), reviewer, other_department)
    assert invoice.return_requested_at is None


def test_an_invoice_travels_on_and_back_and_every_way_stands_in_its_history(
    unopened_invoice, reviewer, other_department_staff, department, other_department
):
    reroute(unopened_invoice, reviewer, other_department)
    invoice = reroute(unopened_invoice, other_department_staff, department, comment="やはりそちらです。")
    assert invoice.department == department
    ways = [event.data for event in invoice.events.filter(action=Action.REROUTE)]
    assert [(way["from"], way["to"]) for way in ways] == [("子育て支援課", "道路課"), ("道路課", "子育て支援課")]


@pytest.mark.parametrize("target", ["same", "other-city", "closed", "merged", "none"])
def test_only_another_department_of_the_city_that_is_open_takes_it(
    target, unopened_invoice, reviewer, department, municipality, other_municipality
):
    places = {
        "same": lambda: department,
        "other-city": lambda: DepartmentFactory(municipality=other_municipality),
        "closed": lambda: DepartmentFactory(municipality=municipality, closed=True),
        "merged": lambda: DepartmentFactory(municipality=municipality, succeeded_by=department),
    }
    before, events = Invoice.objects.values().get(), InvoiceEvent.objects.count()
    with pytest.raises(NotAllowed, match="すでにその課" if target == "same" else "一覧から選び直して"):
        review.reroute(
            invoice_id=unopened_invoice.pk,
            actor=reviewer,
            department_id=uuid7() if target == "none" else places[target]().pk,
            comment="回送",
        )
    assert Invoice.objects.values().get() == before
    assert InvoiceEvent.objects.count() == events


@TOO_SHORT_OR_LONG
def test_a_reroute_needs_a_reason(comment, unopened_invoice, reviewer, other_department):
    with pytest.raises(NotAllowed, match="理由を1,000文字以内"):
        reroute(unopened_invoice, reviewer, other_department, comment=comment)
    assert visible_to(reviewer)


@pytest.mark.parametrize(
    "name", ["supplier_owner", "colleague", "other_supplier", "other_department_staff", "other_city_staff"]
)
def test_nobody_but_the_department_and_the_whole_city_desk_reroutes(name, request, unopened_invoice, other_department):
    third = DepartmentFactory(municipality=other_department.municipality)
    with pytest.raises(NotAllowed):
        reroute(unopened_invoice, request.getfixturevalue(name), third)
    assert Invoice.objects.get().department_id == unopened_invoice.department_id


@pytest.mark.parametrize("name", ["accountant", "municipality_admin"])
def test_the_whole_city_desk_reroutes_without_a_department(name, request, unopened_invoice, other_department):
    assert reroute(unopened_invoice, request.getfixturevalue(name), other_department).department == other_department


def test_staff_of_both_departments_go_on_seeing_it(
    unopened_invoice, municipality, department, other_department, reviewer
):
    both = staff_of(municipality, department, other_department)
    reroute(unopened_invoice, both, other_department)
    assert visible_to(both)
    assert not visible_to(reviewer)


def test_a_request_for_return_leaves_the_status_and_reaches_the_department(
    opened_invoice, supplier_owner, reviewer, second_reviewer, other_department_staff, accountant
):
    OutgoingMail.objects.all().delete()
    invoice = request_return(opened_invoice, supplier_owner, comment="  金額を誤りました。 ")
    assert invoice.status == Status.OPENED
    assert invoice.return_requested_at is not None
    event = invoice.events.last()
    assert (event.action, event.from_status, event.to_status, event.comment) == (
        Action.REQUEST_RETURN,
        Status.OPENED,
        Status.OPENED,
        "金額を誤りました。",
    )
    mails = OutgoingMail.objects.all()
    assert {mail.recipient for mail in mails} == {"reviewer@city.example", "second@city.example"}
    assert all("金額を誤りました。" in mail.body for mail in mails)


def test_a_city_that_takes_no_requests_gets_none(opened_invoice, supplier_owner, reviewer, policy):
    assert can(supplier_owner, Action.REQUEST_RETURN, opened_invoice)
    policy.accepts_return_requests = False
    policy.save()
    opened_invoice = Invoice.objects.get()
    assert not can(supplier_owner, Action.REQUEST_RETURN, opened_invoice)
    mails = OutgoingMail.objects.count()
    with pytest.raises(WrongStatus, match="受け付けていません"):
        request_return(opened_invoice, supplier_owner)
    assert Invoice.objects.get().return_requested_at is None
    assert OutgoingMail.objects.count() == mails
    assert review.accept(invoice_id=opened_invoice.pk, actor=reviewer).status == Status.ACCEPTED


@TOO_SHORT_OR_LONG
def test_a_request_for_return_needs_a_reason(comment, opened_invoice, supplier_owner):
    with pytest.raises(NotAllowed, match="理由を1,000文字以内"):
        request_return(opened_invoice, supplier_owner, comment=comment)
    assert Invoice.objects.get().return_requested_at is None


def test_one_request_is_enough_until_the_department_has_answered_it(opened_invoice, supplier_owner, colleague):
    first = request_return(opened_invoice, supplier_owner)
    mails, events = OutgoingMail.objects.count(), first.events.count()
    for actor in (supplier_owner, colleague):
        assert not can(actor, Action.REQUEST_RETURN, first)
        with pytest.raises(WrongStatus, match="すでに依頼してあります"):
            request_return(opened_invoice, actor, comment="まだでしょうか。")
    invoice = Invoice.objects.get()
    assert (invoice.return_requested_at, invoice.events.count()) == (first.return_requested_at, events)
    assert OutgoingMail.objects.count() == mails


def test_the_department_to_which_it_was_passed_on_can_be_asked_anew(
    opened_invoice, supplier_owner, reviewer, other_department, other_department_staff
):
    rerouted = reroute(request_return(opened_invoice, supplier_owner), reviewer, other_department)
    opened = review.open_invoice(invoice_id=rerouted.pk, actor=other_department_staff)
    assert can(supplier_owner, Action.REQUEST_RETURN, opened)
    assert request_return(opened, supplier_owner).return_requested_at is not None


@pytest.mark.parametrize("answer", ["accept", "return"])
def test_the_department_decides_about_a_request(answer, opened_invoice, supplier_owner, reviewer):
    invoice = request_return(opened_invoice, supplier_owner)
    if answer == "accept":
        assert review.accept(invoice_id=invoice.pk, actor=reviewer).status == Status.ACCEPTED
    else:
        review.return_invoice(
            invoice_id=invoice.pk, actor=reviewer, reason=ReturnReason.WRONG_CONTENT, comment="ご依頼のとおり"
        )
        draft = corrections.reissue(invoice_id=invoice.pk, actor=supplier_owner)
        assert draft.replaces_id == invoice.pk


@pytest.mark.django_db(transaction=True)
def test_of_opening_and_rerouting_at_once_nobody_reads_what_lies_elsewhere(
    new_draft, unopened_invoice, reviewer, second_reviewer, other_department
):
    opened, rerouted = race(
        lambda: review.open_invoice(invoice_id=unopened_invoice.pk, actor=reviewer),
        lambda: reroute(unopened_invoice, second_reviewer, other_department),
    )
    assert not isinstance(rerouted, Exception)
    assert not isinstance(opened, Exception) or isinstance(opened, NotPermitted)
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.department, invoice.opened_by) == (Status.UNOPENED, other_department, None)


@pytest.mark.django_db(transaction=True)
def test_of_two_reroutes_at_once_one_wins(unopened_invoice, reviewer, second_reviewer, municipality, other_department):
    third = DepartmentFactory(municipality=municipality)
    outcomes = race(
        lambda: reroute(unopened_invoice, reviewer, other_department),
        lambda: reroute(unopened_invoice, second_reviewer, third),
    )
    (winner,) = winners(outcomes)
    (loser,) = losers(outcomes)
    assert isinstance(loser, NotPermitted), "it lies in a department that is not theirs by now"
    assert Invoice.objects.get().department == winner.department


@pytest.mark.django_db(transaction=True)
def test_of_a_request_and_an_acceptance_at_once_both_or_the_acceptance_alone_counts(
    opened_invoice, supplier_owner, reviewer
):
    requested, accepted = race(
        lambda: request_return(opened_invoice, supplier_owner),
        lambda: review.accept(invoice_id=opened_invoice.pk, actor=reviewer),
    )
    assert not isinstance(accepted, Exception)
    assert not isinstance(requested, Exception) or isinstance(requested, WrongStatus)
    invoice = Invoice.objects.get()
    assert invoice.status == Status.ACCEPTED
    asked = invoice.events.filter(action=Action.REQUEST_RETURN).exists()
    assert asked != isinstance(requested, Exception)
    assert invoice.return_requested_at is None, "the acceptance has answered it"


def test_an_acceptance_answers_the_request_and_after_a_reopening_the_supplier_may_ask_anew(
    opened_invoice, supplier_owner, reviewer
):
    asked = request_return(opened_invoice, supplier_owner)
    accepted = review.accept(invoice_id=asked.pk, actor=reviewer)
    assert accepted.return_requested_at is None
    reopened = review.reopen(invoice_id=asked.pk, actor=reviewer, comment="検収が済んでいません。")
    assert can(supplier_owner, Action.REQUEST_RETURN, reopened)
    assert request_return(reopened, supplier_owner).return_requested_at is not None
