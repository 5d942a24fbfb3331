"""An issued invoice is judged by what its document says, whatever the supplier changes about itself afterwards."""

from decimal import Decimal

import pytest

from invoices import rules
from invoices.enums import PriceMode
from invoices.models import Invoice, TaxRate
from suppliers.models import BankAccount, BillingSource, RegisterLookup, RegisterStatus, Supplier, SupplierKind
from tests.invoices.rules.scene import Scene, back

pytestmark = pytest.mark.django_db

NUMBER = "T7123456789012"


def company(**columns: object) -> None:
    """As the supplier's own page saves it: with its history."""
    for supplier in Supplier.objects.filter(name="事業者A"):
        for name, value in columns.items():
            setattr(supplier, name, value)
        supplier.save()


def with_branch(scene: Scene) -> Invoice:
    scene.branch(signer_title="支店長", signer_name="柏木 一")
    branch = BillingSource.objects.get()
    return scene.head(billing_source_id=branch.pk).issued()


def with_fee(scene: Scene) -> Invoice:
    """Withheld on the whole net amount of inclusive prices."""
    scene.head(price_mode=PriceMode.INCLUSIVE, withholding_base=1000).only_line(
        quantity=Decimal(1), unit_price=Decimal(1100)
    )
    return scene.issued()


ISSUES = {
    "plain": Scene.issued,
    "branch": with_branch,
    "fee": with_fee,
    "small return": lambda scene: scene.returns().only_line(**back()).issued(),
}
CHANGES = {
    "no number": lambda: company(registration_number=""),
    "another number": lambda: company(registration_number="T9234567890123"),
    "name": lambda: company(name="柏木商店"),
    "kind": lambda: company(kind=SupplierKind.SOLE_PROPRIETOR),
    "kana": lambda: company(kana="かしわぎしょうてん"),
    "holder": lambda: BankAccount.objects.update(holder="ﾔﾏﾀﾞ ﾀﾛｳ"),
    "right holder": lambda: BankAccount.objects.update(holder="ﾐﾔｿﾞﾉｼﾖｳｼﾞ(ｶ"),
    "no signer": lambda: BillingSource.objects.update(signer_title="", signer_name=""),
    "rate": lambda: TaxRate.objects.filter(code="standard10").update(percent=50),
}


@pytest.mark.parametrize(
    ("issue", "holder", "change", "found"),
    [
        ("plain", "", "no number", set()),
        ("plain", "", "another number", set()),
        ("plain", "", "name", set()),
        ("plain", "", "kana", set()),
        ("plain", "", "holder", set()),
        ("plain", "ﾔﾏﾀﾞ ﾀﾛｳ", "kind", {"holder-differs"}),
        ("plain", "ﾔﾏﾀﾞ ﾀﾛｳ", "right holder", {"holder-differs"}),
        ("plain", "ｶｼﾜｷﾞｼﾖｳﾃﾝ", "kana", {"holder-differs"}),
        ("branch", "ﾔﾏﾀﾞ ﾀﾛｳ", "no signer", {"proxy-letter"}),
        ("fee", "", "kind", {"withholding-of-corporation"}),
        ("fee", "", "rate", {"withholding-of-corporation"}),
        ("small return", "", "no number", set()),
    ],
)
def test_what_changes_after_the_issue_changes_no_remark(issue, holder, change, found, scene):
    scene.register(RegisterStatus.REGISTERED, "株式会社事業者A")
    if holder:
        scene.master(scene.account, holder=holder)
    invoice = Invoice.objects.get(pk=ISSUES[issue](scene).pk)
    before = rules.remarks(invoice)
    assert {remark.code for remark in before} == found
    CHANGES[change]()
    assert rules.remarks(Invoice.objects.get(pk=invoice.pk)) == before


def test_the_register_is_read_for_the_printed_number(scene):
    invoice = scene.issued()
    company(registration_number="T9234567890123")
    RegisterLookup.objects.filter(number=NUMBER).update(status=RegisterStatus.NOT_REGISTERED)
    (remark,) = rules.remarks(Invoice.objects.get(pk=invoice.pk))
    assert remark.code == "registration-not-in-register"


def test_an_issuer_that_printed_no_number_stays_one_without_number(scene):
    invoice = scene.company(registration_number="").issued()
    company(registration_number=NUMBER)
    assert [remark.code for remark in rules.remarks(Invoice.objects.get(pk=invoice.pk))] == ["issuer-not-registered"]


def test_a_draft_is_judged_by_what_holds_today(scene):
    assert scene.findings() == []
    company(registration_number="")
    scene.supplier.refresh_from_db()
    assert [finding.code for finding in scene.findings()] == ["issuer-not-registered"]


def test_a_reading_without_a_history_is_todays(scene):
    invoice = scene.issued()
    Supplier.history.all().delete()
    company(kana="かしわぎしょうてん")
    Supplier.history.all().delete()
    assert [remark.code for remark in rules.remarks(Invoice.objects.get(pk=invoice.pk))] == ["holder-differs"]
