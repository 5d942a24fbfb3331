"""Where corrections, credit notes and earlier entries are, as the section of money tells both sides."""

import pytest

from invoices.models import Invoice
from tests.office import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(office, draft) -> Invoice:
    return office.claim(draft)


@pytest.fixture
def both(at_accounts, at_supplier):
    """The page of an invoice as each side reads it, and the address of another one's."""

    def read(invoice: Invoice) -> list:
        sides = ((at_accounts, "review:detail"), (at_supplier, "invoices:detail"))
        return [
            (visitor.read(route, invoice.pk), lambda other, v=visitor, r=route: v.address(r, other.pk))
            for visitor, route in sides
        ]

    return read


class TestACreditNote:
    def test_names_what_it_was_written_about_and_what_it_reduces_now(self, office, claim, both):
        note = office.accept(office.note(claim, 20))
        new = office.accept(office.correction(claim, 61))
        for page, address in both(note):
            assert f"もとの請求書 {claim.number} 1,782円（受理）" in page.text
            assert f"この返還請求書がいま減額する、修正後の請求書 {new.number} 1,811円（受理）" in page.text
            assert page.links[claim.number] == address(claim)
            assert page.links[new.number] == address(new)

    def test_reduces_what_it_names_as_long_as_no_correction_is_accepted(self, office, claim, both):
        note = office.accept(office.note(claim, 20))
        office.correction(claim, 61)
        for page, _address in both(note):
            assert "いま減額する" not in page.text

    def test_that_was_corrected_itself_reduces_nothing(self, office, claim, both):
        note = office.accept(office.note(claim, 20))
        office.accept(office.correction(note, -10))
        office.accept(office.correction(claim, 61))
        for page, _address in both(fresh(note)):
            assert f"もとの請求書 {claim.number}" in page.text
            assert "いま減額する" not in page.text

    def test_is_named_on_the_old_claim_as_what_reduces_the_correction(self, office, claim, both):
        note = office.accept(office.note(claim, 20))
        new = office.accept(office.correction(claim, 61))
        for page, _address in both(fresh(claim)):
            assert f"この請求書をもとにし、修正後の請求書を減額する返還請求書 {note.number}" in page.text
        for page, _address in both(new):
            assert f"この請求書を減額する返還請求書 {note.number}" in page.text

    def test_has_both_numbers_in_the_list(self, office, claim, at_accounts):
        office.accept(office.note(claim, 20))
        new = office.accept(office.correction(claim, 61))
        text = at_accounts.read("review:inbox", status="credit_notes").text
        assert f"{claim.number} 受理 修正後 {new.number}" in text

    def test_names_a_claim_of_another_department_without_a_way_there(
        self, office, claim, at_department, department, other_department
    ):
        note = office.accept(office.note(claim, 20))
        new = office.accept(office.correction(claim, 61))
        Invoice.objects.filter(pk__in=(claim.pk, new.pk)).update(department=other_department)
        page = at_department.read("review:detail", note.pk)
        assert f"この返還請求書がいま減額する、修正後の請求書 {new.number}" in page.text
        assert {claim.number, new.number}.isdisjoint(page.links)
        assert "1,811円" not in page.text


class TestACorrection:
    def test_says_where_earlier_entries_were_recorded(self, office, claim, both):
        office.pay(claim, 1000)
        second = office.accept(office.correction(claim))
        office.pay(second, 500)
        third = office.accept(office.correction(second))
        for page, address in both(third):
            assert page.text.count("引き継ぐ前の支払や充当は、修正前の請求書に記録されています。") == 1
            for old in (claim, second):
                assert page.links[f"{old.number} の記録を見る"] == address(old)

    def test_says_nothing_where_nothing_was_recorded(self, office, claim, both):
        second = office.accept(office.correction(claim))
        office.pay(second, 500)
        third = office.accept(office.correction(second))
        for page, _address in both(second):
            assert "引き継ぐ前の" not in page.text
        for page, _address in both(third):
            assert f"{second.number} の記録を見る" in page.links
            assert f"{claim.number} の記録を見る" not in page.links

    def test_of_a_credit_note_speaks_of_what_came_back(self, office, claim, both):
        office.pay(claim)
        note = office.refund(office.accept(office.note(claim, 20)), 94)
        new = office.accept(office.correction(note, -30))
        for page, address in both(new):
            assert "引き継ぐ前の充当や戻入は、修正前の返還請求書に記録されています。" in page.text
            assert page.links[f"{note.number} の記録を見る"] == address(note)
