"""What is decided when a document is frozen, and by nobody who reads it later."""

import json
from datetime import date

import pytest

from accounts.models import PersonContact
from invoices.documents import schema, snapshot
from invoices.documents.pdf import render
from invoices.documents.schema_parts import JointVenture, Signer, SignerRole
from invoices.enums import WithholdingKind
from invoices.lifecycle import issuing
from invoices.models import Invoice, content_of
from suppliers.models import BillingSource, SupplierKind
from tests.invoices.documents.reading import words

pytestmark = pytest.mark.django_db

PLACE = {"postcode": "893-0014", "address": "鹿屋市寿1-1", "phone": "0994-00-0001"}


@pytest.fixture
def claimed_by(supplier, new_draft):
    """A draft in the name of a branch with this delegate, or in the supplier's own."""

    def draft(title: str | None, name: str = "") -> Invoice:
        if title is None:
            return new_draft()
        branch = BillingSource.objects.create(
            supplier=supplier, name="鹿屋支店", signer_title=title, signer_name=name, **PLACE
        )
        return new_draft(billing_source_id=branch.pk)

    return draft


@pytest.mark.parametrize(
    ("delegate", "signer"),
    [
        ((None,), Signer(SignerRole.REPRESENTATIVE, "代表取締役", "宮園 太郎")),
        (("", ""), Signer(SignerRole.REPRESENTATIVE, "代表取締役", "宮園 太郎")),
        (("支店長", "港 次郎"), Signer(SignerRole.DELEGATE, "支店長", "港 次郎")),
        (("支店長", "宮園 太郎"), Signer(SignerRole.REPRESENTATIVE, "支店長", "宮園 太郎")),
    ],
)
def test_who_signs_is_decided_once_and_stored(delegate, signer, claimed_by, supplier_owner):
    draft = claimed_by(*delegate)
    assert snapshot.build(draft, content_of(draft)).issuer.signer == signer
    issued = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    assert json.loads(issued.snapshot)["issuer"]["signer"]["role"] == signer.role
    assert schema.load(issued.snapshot).issuer.signer == signer


def test_a_draft_is_read_back_as_it_was_built(draft):
    built = snapshot.build(draft, content_of(draft))
    assert schema.load(schema.dump(built)) == built


@pytest.mark.parametrize(("number", "shown"), [("T7123456789012", True), ("", False)])
def test_a_joint_venture_is_frozen_with_its_member_and_with_a_number_only_if_it_has_one(
    number, shown, supplier, new_draft, supplier_owner
):
    venture = {"member_name": "株式会社見本建設", "members_all_registered": True, "notice_filed_on": date(2023, 10, 1)}
    for name, value in ({"kind": SupplierKind.JOINT_VENTURE, "registration_number": number} | venture).items():
        setattr(supplier, name, value)
    supplier.save()
    draft = new_draft()
    issued = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    document = schema.load(issued.snapshot)
    assert document.issuer.joint_venture == JointVenture("株式会社見本建設", date(2023, 10, 1))
    printed = words(render.html(document))
    assert "代表構成員 株式会社見本建設" in printed
    assert ("T7123456789012" in printed, "適格請求書" in printed) == (shown, shown)


@pytest.mark.parametrize(
    ("issued", "taxes"),
    [
        (date(2026, 12, 31), "所得税及び復興特別所得税"),
        (date(2027, 1, 1), "所得税、復興特別所得税及び防衛特別所得税"),
    ],
)
def test_withholding_is_frozen_in_the_words_of_its_day(issued, taxes, new_draft):
    draft = new_draft(issue_date=issued, withholding_base=50_000, withholding_kind=WithholdingKind.SCRIVENER)
    withheld = snapshot.build(draft, content_of(draft)).withholding
    assert withheld is not None
    assert (withheld.kind, withheld.amount, withheld.taxes) == (WithholdingKind.SCRIVENER, 4_084, taxes)
    assert withheld.explanation == "(50,000 − 10,000) × 10.21 % = 4,084"


def test_the_citys_rules_of_the_time_are_frozen(draft, policy):
    demands = {"delegate_needs_seal": True, "holder_must_match": True, "issue_date_is_sending_day": True}
    policy.person_contact, policy.asks_sole_trader_contact = PersonContact.EITHER, False
    for name, value in demands.items():
        setattr(policy, name, value)
    policy.save()
    frozen = snapshot.build(Invoice.objects.get(pk=draft.pk), content_of(draft)).policy
    assert frozen is not None
    assert {name: getattr(frozen, name) for name in demands} == demands
    assert (frozen.person_contact, frozen.asks_sole_trader_contact) == (PersonContact.EITHER, False)
