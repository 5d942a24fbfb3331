"""What a credit note takes back of the tax that was withheld from a fee."""

from decimal import Decimal

import pytest

from invoices.amounts import withholding_base_before, withholding_of
from invoices.documents import schema
from invoices.enums import WithholdingKind
from invoices.lifecycle import corrections
from suppliers.models import SupplierKind
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
    assert withholding_base_before(refund(scene, claim, 700_000).build()[0]) == 1_000_000
    corrections.cancel(invoice_id=note.pk, actor=scene.actor)
    assert withholding_base_before(refund(scene, claim, 700_000).build()[0]) == 1_500_000


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
