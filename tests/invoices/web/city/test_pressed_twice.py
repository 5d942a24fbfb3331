"""What the accounting office reads when a form comes a second time: by a double click, Back, or from another tab."""

import pytest

from invoices.models import Payment

pytestmark = pytest.mark.django_db


def press_twice(visitor, step, invoice, **typed):
    """Send a form of the invoice's page twice.

    Returns:
        The answer to the second press.
    """
    page = visitor.read("review:detail", invoice.pk)
    sent = page.forms[visitor.address(f"review:{step}", invoice.pk)]
    sent |= {f"{step}-{name}": value for name, value in typed.items()}
    visitor.send(f"review:{step}", invoice.pk, data=sent)
    entries = Payment.objects.count()
    page = visitor.send(f"review:{step}", invoice.pk, data=sent)
    assert Payment.objects.count() == entries
    return page


def test_a_second_correction_of_the_same_entry_says_that_it_was_corrected(at_accounts, office, draft):
    claim = office.claim(draft)
    office.pay(claim, 1000)
    office.pay(claim, 100)
    mistaken = Payment.objects.get(amount=100)
    page = press_twice(at_accounts, "correct", claim, entry=str(mistaken.pk), comment="桁の誤り")
    assert page.errors == {
        "id_correct-entry": "選んだ記録は、いま取り消せません。すでに訂正が済んでいないか、記録を確かめてください。"
    }


def test_a_second_correction_of_the_only_entry_says_so_too(at_accounts, office, draft):
    claim = office.claim(draft)
    office.pay(claim, 1000)
    page = press_twice(at_accounts, "correct", claim, entry=str(Payment.objects.get().pk), comment="桁の誤り")
    assert "訂正できる支払の記録がありません。" in page.text


def test_a_second_set_off_of_a_note_with_something_left_says_that_it_was_set_off(at_accounts, office, new_draft):
    paid = office.pay(office.claim(new_draft()))
    note = office.accept(office.note(paid, 40))
    small, other = office.claim(new_draft()), office.claim(new_draft())
    office.pay(small, 1000)
    page = press_twice(at_accounts, "set_off", note, partner=str(small.pk))
    assert page.errors == {
        "id_set_off-partner": "選んだ相手には、いま充当できません。すでに充当が済んでいないか、記録を確かめてください。"
    }
    assert other.number in page.text


def test_a_second_set_off_of_a_note_that_is_used_up_says_so_too(at_accounts, office, draft):
    claim = office.claim(draft)
    note = office.accept(office.note(claim, 20))
    page = press_twice(at_accounts, "set_off", note, partner=str(claim.pk))
    assert "この返還請求書はすでに充当済です。" in page.text


def test_a_form_that_is_not_filled_in_for_a_step_that_is_over_says_why_and_keeps_the_rest(at_accounts, office, draft):
    claim = office.claim(draft)
    office.pay(claim)
    page = at_accounts.send("review:pay", claim.pk, data={"pay-amount": "1782", "pay-reference": "伝票 第12号"})
    assert "この請求書はすでに支払済みです。" in page.text
    assert "伝票 第12号" in page.text + " ".join(page.fields.values())


def test_what_somebody_else_may_do_alone_is_no_step_that_is_over(at_department, office, draft):
    claim = office.pay(office.claim(draft))
    assert at_department.send("review:pay", claim.pk, data={"pay-amount": ""}).status in (200, 403)
