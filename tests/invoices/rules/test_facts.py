"""An issued invoice is judged by what its document says, whatever the supplier changes about itself afterwards."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoices import rules
from invoices.enums import PriceMode
from invoices.models import Invoice, content_of
from suppliers.models import BankAccount, BillingSource, RegisterLookup, RegisterStatus, Supplier, SupplierKind
from tests.invoices.rules.scene import Scene, back, codes, day

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
    "small return": lambda scene: scene.credit_note().only_line(**back()).issued(),
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
        ("small return", "", "no number", set()),
    ],
)
def test_what_changes_after_the_issue_changes_no_remark(issue, holder, change, found, scene):
    for sold in (None, day(-30)):
        scene.register(RegisterStatus.REGISTERED, "株式会社事業者A", on=sold)
    if holder:
        scene.master(scene.account, holder=holder)
    invoice = Invoice.objects.get(pk=ISSUES[issue](scene).pk)
    before = rules.remarks(invoice)
    assert {remark.code for remark in before} == found
    CHANGES[change]()
    assert rules.remarks(Invoice.objects.get(pk=invoice.pk)) == before


def test_a_joint_venture_is_judged_by_the_member_and_the_notice_that_it_had(scene):
    columns = {"member_name": "事業者A", "members_all_registered": True, "notice_filed_on": date(2023, 10, 1)}
    scene.company(kind=SupplierKind.JOINT_VENTURE, **columns).register(RegisterStatus.REGISTERED, "株式会社事業者A")
    invoice = scene.issued()
    assert rules.remarks(Invoice.objects.get(pk=invoice.pk)) == []
    company(member_name="株式会社柏木商店", notice_filed_on=day(1))
    assert rules.remarks(Invoice.objects.get(pk=invoice.pk)) == []


def test_it_was_sent_when_it_was_issued_and_not_when_it_arrived(scene):
    """Storing its document may take it past midnight."""
    invoice = scene.city(issue_date_is_sending_day=True).issued()
    Invoice.objects.filter(pk=invoice.pk).update(delivered_at=invoice.issued_at + timedelta(days=1))
    invoice.refresh_from_db()
    assert "issue-date-not-sending-day" not in codes(rules.check(invoice, content_of(invoice)))


@pytest.mark.parametrize(
    ("issued", "taxes"),
    [
        (date(2026, 12, 31), "(所得税及び復興特別所得税)"),
        (date(2027, 1, 1), "(所得税、復興特別所得税及び防衛特別所得税)"),
    ],
)
def test_a_finding_about_withholding_names_the_taxes_of_the_issue_date(issued, taxes, scene):
    scene.head(withholding_base=1, issue_date=issued, transaction_date=issued).only_line(date=issued).going_out(issued)
    (finding,) = [each for each in scene.findings() if each.code == "withholding-of-corporation"]
    assert taxes in str(finding.message)


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
