"""What is decided when a document is frozen, and by nobody who reads it later."""

import json

import pytest

from invoices.documents import schema, snapshot
from invoices.documents.schema_parts import Signer, SignerRole
from invoices.lifecycle import issuing
from invoices.models import Invoice, content_of
from suppliers.models import BillingSource

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
