"""What the accounting office is offered to set a claim and a credit note off against each other."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_credit_note_about_what_was_corrected_is_chosen_for_the_correction(at_accounts, office, draft):
    claim = office.claim(draft)
    note = office.accept(office.note(claim, 20))
    new = office.accept(office.correction(claim))
    assert at_accounts.read("review:detail", new.pk).fields["set_off-partner"] == str(note.pk)
    assert at_accounts.read("review:detail", note.pk).fields["set_off-partner"] == str(new.pk)
