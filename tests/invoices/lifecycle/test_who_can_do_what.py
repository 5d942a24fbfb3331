"""At every station, for everybody and every action: the button, the table and the function that is behind the button.

What is written down here a second time is who can do what; `can()` must say it, and the domain must do it.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.acting import ActingFor, NotAllowed
from invoices.enums import Action, ReturnReason
from invoices.lifecycle import accounting, corrections, credit_notes, issuing, paper, payments, review, scheduling
from invoices.lifecycle.dues import partners
from invoices.lifecycle.workflow import TABLE, can, step, transition
from invoices.models import Invoice, Payment
from portal.lib.calendar import today_jst
from tests.factories import deliver, paper_facts

pytestmark = [pytest.mark.both_db, pytest.mark.django_db, pytest.mark.slow]

CAST = {
    "issuer": "supplier_owner",
    "reviewer": "reviewer",
    "reviewer of another department": "other_department_staff",
    "accountant": "accountant",
    "admin": "municipality_admin",
    "other supplier": "other_supplier",
    "other city": "other_city_staff",
    "system": "",
}
CITY_DESK = {"accountant": {Action.REROUTE}, "admin": {Action.REROUTE}}
IN_INBOX = CITY_DESK | {"reviewer": {Action.OPEN, Action.REROUTE}, "system": {Action.MOVE}}
IN_REVIEW = CITY_DESK | {"reviewer": {Action.RETURN, Action.ACCEPT, Action.REROUTE}}
ON_PAPER = {Action.CORRECT_PAPER, Action.WITHDRAW_PAPER}
# Who can do what with it; whoever is not named can do nothing.
STATIONS: dict[str, dict[str, set[Action]]] = {
    "draft": {"issuer": {Action.SCHEDULE, Action.ISSUE}},
    "scheduled_invoice": {
        "issuer": {Action.SCHEDULE, Action.UNSCHEDULE},
        "system": {Action.ISSUE, Action.REFUSE},
    },
    "issued_invoice": {"issuer": {Action.CANCEL}, "system": {Action.DELIVER}},
    "unopened_invoice": IN_INBOX | {"issuer": {Action.CANCEL, Action.CREDIT_NOTE}},
    "reduced_invoice": IN_INBOX | {"issuer": {Action.CREDIT_NOTE}},
    "unopened_credit_note": IN_INBOX | {"issuer": {Action.CANCEL}},
    "opened_invoice": IN_REVIEW | {"issuer": {Action.REQUEST_RETURN, Action.CREDIT_NOTE}},
    "requested_invoice": IN_REVIEW | {"issuer": {Action.CREDIT_NOTE}},
    "invoice_to_a_city_without_requests": IN_REVIEW | {"issuer": {Action.CREDIT_NOTE}},
    "paper_invoice": {role: {*actions, *ON_PAPER} for role, actions in IN_REVIEW.items()},
    "returned_invoice": {"issuer": {Action.REISSUE}},
    "invoice_with_begun_correction": {"issuer": {Action.REISSUE}},
    "replaced_invoice": {},
    "accepted_invoice": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "reviewer": {Action.REOPEN},
        "accountant": {Action.TAKE_OVER, Action.PAY, Action.OVERPAY, Action.DISPUTE},
    },
    "taken_over_invoice": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "accountant": {Action.RECALL, Action.PAY, Action.OVERPAY, Action.DISPUTE},
    },
    "part_paid_invoice": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "accountant": {Action.PAY, Action.OVERPAY, Action.CORRECT, Action.DISPUTE},
    },
    "disputed_invoice": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "accountant": {Action.RECALL, Action.OVERPAY, Action.END_DISPUTE},
    },
    "overpaid_invoice": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "accountant": {Action.OVERPAY, Action.REFUND, Action.CORRECT},
    },
    "paid_invoice": {"issuer": {Action.REISSUE, Action.CREDIT_NOTE}, "accountant": {Action.OVERPAY, Action.CORRECT}},
    # Its correction is accepted, and has taken over what was paid.
    "superseded_invoice": {"accountant": {Action.CORRECT}, "system": {Action.TRANSFER}},
    "correction_of_a_paid_invoice": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "reviewer": {Action.REOPEN},
        "accountant": {Action.TAKE_OVER, Action.OVERPAY},
        "system": {Action.TRANSFER},
    },
    "taken_over_correction_of_a_paid_invoice": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "accountant": {Action.RECALL, Action.OVERPAY},
        "system": {Action.TRANSFER},
    },
    "claim_of_nothing": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "reviewer": {Action.REOPEN},
        "accountant": {Action.TAKE_OVER, Action.OVERPAY},
    },
    "taken_over_claim_of_nothing": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "accountant": {Action.RECALL, Action.OVERPAY},
    },
    # Its correction was accepted while it lay with the department again.
    "recalled_and_superseded_invoice": {},
    "recalled_invoice": IN_REVIEW | {"issuer": {Action.REQUEST_RETURN, Action.CREDIT_NOTE}},
    "accepted_credit_note": {"issuer": {Action.REISSUE}, "reviewer": {Action.REOPEN}, "accountant": {Action.REFUND}},
    "accepted_credit_note_of_an_open_claim": {
        "issuer": {Action.REISSUE},
        "reviewer": {Action.REOPEN},
        "accountant": {Action.SET_OFF, Action.REFUND},
    },
    "claim_with_an_accepted_credit_note": {
        "issuer": {Action.REISSUE, Action.CREDIT_NOTE},
        "reviewer": {Action.REOPEN},
        # The credit note takes back all of it.
        "accountant": {Action.TAKE_OVER, Action.SET_OFF, Action.OVERPAY},
    },
    "refunded_credit_note": {"issuer": {Action.REISSUE}, "accountant": {Action.CORRECT}},
    "cancelled_invoice": {"issuer": {Action.REISSUE}},
}

BESIDE = {
    Action.OVERPAY: Action.SET_OFF,
    **dict.fromkeys((Action.REOPEN, Action.RECALL, Action.CORRECT), Action.TRANSFER),
}
"""What a step takes along: credit notes are set off before, and what was settled follows a correction."""


@pytest.fixture
def credit_note(unopened_invoice, supplier_owner) -> Invoice:
    draft = credit_notes.begin_credit_note(invoice_id=unopened_invoice.pk, actor=supplier_owner)
    return issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)


@pytest.fixture
def unopened_credit_note(credit_note) -> Invoice:
    return deliver(credit_note)


@pytest.fixture
def reduced_invoice(unopened_invoice, credit_note) -> Invoice:
    return unopened_invoice


@pytest.fixture
def accepted_credit_note_of_an_open_claim(accepted_invoice, supplier_owner, reviewer) -> Invoice:
    draft = credit_notes.begin_credit_note(invoice_id=accepted_invoice.pk, actor=supplier_owner)
    deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
    review.open_invoice(invoice_id=draft.pk, actor=reviewer)
    return review.accept(invoice_id=draft.pk, actor=reviewer)


@pytest.fixture
def claim_with_an_accepted_credit_note(accepted_invoice, accepted_credit_note_of_an_open_claim) -> Invoice:
    return accepted_invoice


@pytest.fixture
def accepted_credit_note(paid_invoice, accepted_credit_note_of_an_open_claim) -> Invoice:
    """Of a claim that was paid before."""
    return accepted_credit_note_of_an_open_claim


@pytest.fixture
def refunded_credit_note(accepted_credit_note, accountant) -> Invoice:
    return payments.refund(invoice_id=accepted_credit_note.pk, actor=accountant, paid_on=today_jst())


@pytest.fixture
def correction_of_a_paid_invoice(paid_invoice, supplier_owner, reviewer) -> Invoice:
    draft = corrections.reissue(invoice_id=paid_invoice.pk, actor=supplier_owner)
    deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
    review.open_invoice(invoice_id=draft.pk, actor=reviewer)
    return review.accept(invoice_id=draft.pk, actor=reviewer)


@pytest.fixture
def taken_over_correction_of_a_paid_invoice(correction_of_a_paid_invoice, office) -> Invoice:
    return office.take_over(correction_of_a_paid_invoice)


@pytest.fixture
def claim_of_nothing(office, draft) -> Invoice:
    return office.accept(office.deliver(office.of_nothing(draft)))


@pytest.fixture
def taken_over_claim_of_nothing(claim_of_nothing, office) -> Invoice:
    return office.take_over(claim_of_nothing)


@pytest.fixture
def recalled_and_superseded_invoice(taken_over_invoice, office) -> Invoice:
    correction = office.correction(taken_over_invoice)
    office.recall(taken_over_invoice)
    office.accept(correction)
    return taken_over_invoice


@pytest.fixture
def superseded_invoice(paid_invoice, correction_of_a_paid_invoice) -> Invoice:
    return paid_invoice


@pytest.fixture
def part_paid_invoice(taken_over_invoice, accountant) -> Invoice:
    return payments.pay(invoice_id=taken_over_invoice.pk, actor=accountant, paid_on=today_jst(), amount=200)


@pytest.fixture
def disputed_invoice(taken_over_invoice, accountant) -> Invoice:
    return payments.dispute(invoice_id=taken_over_invoice.pk, actor=accountant, comment="数量違い")


@pytest.fixture
def overpaid_invoice(taken_over_invoice, accountant) -> Invoice:
    return payments.overpay(
        invoice_id=taken_over_invoice.pk, actor=accountant, paid_on=today_jst(), amount=9999, comment="桁の誤り"
    )


@pytest.fixture
def recalled_invoice(taken_over_invoice, accountant) -> Invoice:
    return accounting.recall(invoice_id=taken_over_invoice.pk, actor=accountant, comment="口座の誤り")


@pytest.fixture
def requested_invoice(opened_invoice, supplier_owner) -> Invoice:
    return corrections.request_return(invoice_id=opened_invoice.pk, actor=supplier_owner, comment="単価の誤り")


@pytest.fixture
def invoice_to_a_city_without_requests(opened_invoice, policy) -> Invoice:
    policy.accepts_return_requests = False
    policy.save()
    return opened_invoice


@pytest.fixture
def invoice_with_begun_correction(returned_invoice, supplier_owner) -> Invoice:
    corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
    return returned_invoice


@pytest.fixture
def replaced_invoice(returned_invoice, supplier_owner) -> Invoice:
    draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    return returned_invoice


@pytest.fixture
def functions(other_department) -> dict[Action, Callable[..., object]]:
    """What is behind the button of each action, with arguments to which nothing is to be said."""
    return {
        Action.SCHEDULE: partial(scheduling.schedule, at=timezone.now() + timedelta(days=2)),
        Action.UNSCHEDULE: scheduling.unschedule,
        Action.ISSUE: issuing.issue,
        Action.CANCEL: corrections.cancel,
        Action.OPEN: review.open_invoice,
        Action.REROUTE: partial(review.reroute, department_id=other_department.pk, comment="道路の請求です。"),
        Action.RETURN: partial(review.return_invoice, reason=ReturnReason.MINOR, comment="印字不良"),
        Action.REQUEST_RETURN: partial(corrections.request_return, comment="単価の誤り"),
        Action.ACCEPT: review.accept,
        Action.REOPEN: partial(review.reopen, comment="検収が済んでいません。"),
        Action.TAKE_OVER: accounting.take_over,
        Action.RECALL: partial(accounting.recall, comment="口座の名義が違います。"),
        Action.CORRECT_PAPER: partial(paper.correct_paper, facts=paper_facts(total=1), comment="桁の誤り"),
        Action.WITHDRAW_PAPER: partial(paper.withdraw_paper, comment="二重の登録"),
        Action.PAY: partial(payments.pay, paid_on=today_jst()),
        Action.OVERPAY: partial(payments.overpay, paid_on=today_jst(), amount=99_999, comment="二重払い"),
        Action.SET_OFF: lambda invoice_id, actor: payments.set_off(
            invoice_id=invoice_id, partner_id=partner_of(invoice_id), actor=actor
        ),
        Action.REFUND: partial(payments.refund, paid_on=today_jst()),
        Action.CORRECT: lambda invoice_id, actor: payments.correct(
            invoice_id=invoice_id, payment_id=entry_of(invoice_id), actor=actor, comment="金額の誤り"
        ),
        Action.DISPUTE: partial(payments.dispute, comment="数量違い"),
        Action.END_DISPUTE: partial(payments.end_dispute, comment="解決しました。"),
        Action.REISSUE: corrections.reissue,
        Action.CREDIT_NOTE: credit_notes.begin_credit_note,
    }


def partner_of(invoice_id: UUID) -> UUID:
    """With what the page would propose to set it off; itself where there is nothing."""
    partner = partners(Invoice.objects.get(pk=invoice_id)).first()
    return partner.pk if partner else invoice_id


def entry_of(invoice_id: UUID) -> UUID:
    entry = Payment.objects.of(Invoice.objects.get(pk=invoice_id)).first()
    return entry.pk if entry else invoice_id


def issue_by_clock(invoice: Invoice) -> None:
    with step(invoice.pk, Action.ISSUE, actor=None) as taken:
        issuing.freeze(taken)


def take(action: Action, invoice: Invoice, actor: ActingFor | None, functions) -> None:
    """The step as it is really taken; the system has no buttons."""
    if actor is None and action == Action.ISSUE:
        issue_by_clock(invoice)
    elif actor is None or action not in functions:
        transition(invoice.pk, action, actor=actor)
    elif action in (Action.SCHEDULE, Action.ISSUE):
        functions[action](invoice_id=invoice.pk, actor=actor, version=invoice.version)
    else:
        functions[action](invoice_id=invoice.pk, actor=actor)


def what_came_of(action: Action, invoice: Invoice, actor: ActingFor | None, functions) -> tuple[bool, list[str], str]:
    """Try a step and undo it.

    Returns:
        Whether it was taken, the actions of all events of the invoice, and the status where it was then.
    """
    with transaction.atomic():
        try:
            take(action, invoice, actor, functions)
            taken = True
        except NotAllowed:
            taken = False
        events = list(invoice.events.order_by("sequence").values_list("action", flat=True))
        status = Invoice.objects.values_list("status", flat=True).get(pk=invoice.pk)
        transaction.set_rollback(True)
    return taken, events, status


@pytest.mark.parametrize("station", STATIONS)
def test_the_button_is_shown_to_those_who_can_take_the_step_and_to_nobody_else(station, request, functions):
    invoice = Invoice.objects.get(pk=request.getfixturevalue(station).pk)
    cast = {role: request.getfixturevalue(name) if name else None for role, name in CAST.items()}
    history = list(invoice.events.order_by("sequence").values_list("action", flat=True))
    said, done, expected = {}, {}, {}
    for role, actor in cast.items():
        for action, row in TABLE.items():
            case = f"{action} by {role}"
            allowed = action in STATIONS[station].get(role, set())
            moved = allowed and row.to is not None
            ends = row.ends if moved else (invoice.status,)
            beside = BESIDE.get(action)
            events = [*history, action] if moved else history
            expected[case] = (allowed, [event for event in events if event != beside], ends)
            said[case] = can(actor, action, invoice)
            done[case] = what_came_of(action, invoice, actor, functions)
            done[case][1][:] = [taken for taken in done[case][1] if taken != beside]
    assert {case for case in said if said[case]} == {case for case in expected if expected[case][0]}
    assert {
        case: (taken, events, status)
        for case, (taken, events, status) in done.items()
        if (taken, events) != expected[case][:2] or status not in expected[case][2]
    } == {}
