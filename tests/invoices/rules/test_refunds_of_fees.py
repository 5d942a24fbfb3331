"""What a credit note takes back of the tax that was withheld from a fee."""

from dataclasses import replace
from decimal import Decimal

import pytest

from invoices.amounts import withheld_before, withholding_of
from invoices.documents import schema
from invoices.enums import WithholdingKind
from invoices.lifecycle import corrections, drafting
from invoices.rules.received import remarks
from suppliers.models import SupplierKind
from tests import factories
from tests.invoices.rules.scene import Scene, codes

pytestmark = pytest.mark.django_db

SCRIVENER = WithholdingKind.SCRIVENER
PARTIAL = "withholding-of-partial-refund"


def fee(scene: Scene, base: int, kind: WithholdingKind = WithholdingKind.FEE):
    lines = (scene.written(quantity=Decimal(1), unit_price=Decimal(base)),)
    scene.company(kind=SupplierKind.SOLE_PROPRIETOR)
    return scene.issued(withholding_base=base, withholding_kind=kind, lines=lines)


def refund(scene: Scene, claim, base: int, kind: WithholdingKind = WithholdingKind.FEE):
    scene.credit_note(original_id=claim.pk, original_number="", withholding_base=-base, withholding_kind=kind)
    return scene


def amount(invoice) -> int:
    return schema.load(invoice.snapshot).withholding.amount


@pytest.mark.parametrize(
    ("claimed", "refunded", "taken_back"),
    [
        (1_500_000, 700_000, 122_520),  # 204,200 − 800,000 × 10.21 % = 204,200 − 81,680
        (1_500_000, 200_000, 40_840),  # all of it bore 20.42 %
        (1_500_000, 1_500_000, 204_200),
        (55_555, 10, 1),  # 5,672 − 5,671
        (55_555, 55_555, 5_672),
    ],
)
def test_it_is_the_difference_to_what_is_withheld_of_the_rest(claimed, refunded, taken_back, scene):
    refund(scene, fee(scene, claimed), refunded)
    note, _content = scene.build()
    assert withholding_of(note).amount == -taken_back
    assert PARTIAL not in codes(scene.findings())


def test_what_is_free_of_a_scriveners_fee_stays_free_once(scene):
    """50,000 yen bear 4,084; of 30,000 that are left it is 2,042."""
    refund(scene, fee(scene, 50_000, SCRIVENER), 20_000, SCRIVENER)
    assert PARTIAL not in codes(scene.findings())
    document = schema.load(scene.issued().snapshot)
    assert (document.withholding.base, document.withholding.amount) == (-20_000, -2_042)
    assert document.withholding.explanation == (
        "もとの額 (50,000 − 10,000) × 10.21 % = 4,084、残る額 (30,000 − 10,000) × 10.21 % = 2,042、"
        "差 2,042 − 4,084 = △2,042"
    )


def test_all_refunds_together_give_back_what_was_withheld(scene):
    claim = fee(scene, 1_234_567)
    amounts = []
    for number, part in enumerate((300_000, 11_111, 923_456)):
        document = schema.load(refund(scene, claim, part).issued(title=f"返還{number}").snapshot)
        amounts.append(document.withholding.amount)
    assert sum(amounts) == -149_998
    assert schema.load(claim.snapshot).withholding.amount == 149_998


def test_a_withdrawn_refund_takes_nothing(scene):
    claim = fee(scene, 1_500_000)
    note = refund(scene, claim, 500_000).issued(title="取り消される")
    assert withheld_before(refund(scene, claim, 700_000).build()[0]).base == 1_000_000
    corrections.cancel(invoice_id=note.pk, actor=scene.actor)
    assert withheld_before(refund(scene, claim, 700_000).build()[0]).base == 1_500_000


@pytest.mark.parametrize("kind", [WithholdingKind.FEE, SCRIVENER])
def test_of_a_claim_that_withheld_by_another_rule_it_is_asked_about(kind, scene):
    other = SCRIVENER if kind == WithholdingKind.FEE else WithholdingKind.FEE
    refund(scene, fee(scene, 50_000, other), 20_000, kind)
    assert PARTIAL in codes(scene.findings())


def test_more_than_is_left_is_asked_about(scene):
    claim = fee(scene, 50_000)
    refund(scene, claim, 30_000).issued(title="一枚目")
    refund(scene, claim, 30_000)
    assert PARTIAL in codes(scene.findings())


class TestOfSeveralRefunds:
    """Of 1,500,000 yen, of which 204,200 are withheld, first 500,000 go back (102,100), then 700,000 (71,470)."""

    @pytest.fixture
    def claim(self, scene):
        return factories.deliver(fee(scene, 1_500_000))

    @pytest.fixture
    def notes(self, scene, claim):
        both = [refund(scene, claim, base).issued(title=f"{base}円") for base in (500_000, 700_000)]
        assert [amount(note) for note in both] == [-102_100, -71_470]
        return [factories.deliver(note) for note in both]

    def of_fee(self, draft, scene, base: int):
        """The draft, for a fee of so much."""
        data = drafting.input_of(draft)
        lines = (replace(data.lines[0], quantity=Decimal(1 if base > 0 else -1), unit_price=Decimal(abs(base))),)
        changed = replace(data, withholding_base=base, lines=lines)
        return drafting.save(draft_id=draft.pk, data=changed, actor=scene.actor, version=draft.version)

    def test_a_correction_of_the_first_leaves_what_is_due_of_the_rest(self, notes, scene, office):
        draft = office.begun(office.give_back(notes[0]))
        assert withholding_of(draft).amount == -102_100  # the same again
        assert withholding_of(draft).explanation == (
            "これまでの源泉徴収税額 132,730、残る額 300,000 × 10.21 % = 30,630、差 30,630 − 132,730 = △102,100"
        )
        # 400,000 yen are left, of which 40,840 are to be withheld: 204,200 − 71,470 − 91,890.
        assert withholding_of(self.of_fee(draft, scene, -400_000)).amount == -91_890

    def test_a_note_and_its_corrections_count_once(self, claim, notes, scene, office):
        """While the city has not decided on a correction, the note that it corrects is the one that counts."""
        first = office.deliver(self.of_fee(office.begun(office.accept(notes[0])), scene, -400_000))
        assert amount(first) == -91_890
        assert withheld_before(refund(scene, claim, 1).build()[0]).base == 300_000
        again = self.of_fee(office.begun(office.give_back(first)), scene, -400_000)
        assert withholding_of(again).amount == -91_890
        again = office.deliver(again)
        assert withheld_before(refund(scene, claim, 1).build()[0]).base == 300_000
        assert "credit-note-above-original" not in codes(refund(scene, claim, 300_000).findings())
        office.accept(again)
        assert withheld_before(refund(scene, claim, 1).build()[0]).base == 400_000

    def test_of_a_corrected_claim_it_begins_with_what_is_withheld_of_that(self, claim, notes, scene, office):
        """Of 1,400,000 yen 183,780 are withheld, less 102,100 and 71,470; of the 100,000 that are left it is 10,210."""
        for each in (claim, *notes):
            office.accept(each)
        correction = office.accept(office.deliver(self.of_fee(office.begun(claim), scene, 1_400_000)))
        for named in (claim, correction):
            assert withholding_of(refund(scene, named, 100_000).build()[0]).amount == 0
        assert withholding_of(refund(scene, correction, 200_000).build()[0]).amount == -10_210

    def test_once_the_first_is_gone_the_city_is_asked_to_look_at_the_second(self, notes, office):
        for note in notes:
            assert PARTIAL not in [remark.code for remark in remarks(note)]
        office.give_back(notes[0])
        assert PARTIAL in [remark.code for remark in remarks(notes[1])]

    def test_what_is_withheld_too_much_comes_back_with_the_next_if_that_is_large_enough(self, claim, notes, scene):
        """132,730 are withheld once the first is gone, and of the 700,000 that would be left 71,470 are due."""
        corrections.cancel(invoice_id=notes[0].pk, actor=scene.actor)
        assert withholding_of(refund(scene, claim, 100_000).build()[0]).amount == -61_260
        # One yen cannot take 51,051 back with it.
        assert PARTIAL in codes(refund(scene, claim, 1).findings())


def test_a_refund_of_a_fee_without_its_withholding_is_asked_about(scene):
    claim = fee(scene, 50_000)
    refund(scene, claim, 30_000).head(withholding_base=None)
    assert PARTIAL in codes(scene.findings())
    scene.changes.clear()
    scene.credit_note(original_id=scene.claim().pk, original_number="")
    assert PARTIAL not in codes(scene.findings())
