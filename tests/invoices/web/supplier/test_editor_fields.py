"""The editor's fields: every one of a draft is there, folds away while it is empty, and survives a save."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.models import PersonContact, SealRule
from invoices.enums import (
    AmountRounding,
    DeductionKind,
    InvoiceKind,
    Layout,
    LineKind,
    PaymentMethod,
    Prepayment,
    PriceMode,
    Reduction,
    Rounding,
    TaxUnit,
    WithholdingKind,
)
from invoices.lifecycle import drafting
from invoices.lifecycle.draft_input import DeductionInput, DraftInput, LineInput
from invoices.models import Invoice, TaxRate
from invoices.web.supplier.forms import buttons
from invoices.web.supplier.forms import draft as draft_forms
from portal.lib.calendar import today_jst
from portal.lib.ids import uuid7
from suppliers.models import BillingSource, Seal, SealKind, Supplier, SupplierKind
from tests.factories import line_input
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

OF_RETURNS_ALONE = {"original_id", "original_number"}
OF_CLAIMS_ALONE = {"transaction_date"}  # a document has either a day or a period


@pytest.fixture
def branch(supplier) -> BillingSource:
    return BillingSource.objects.create(
        supplier=supplier, name="南支店", postcode="893-0002", address="見本市南町2-1", phone="0994-00-0009"
    )


@pytest.fixture
def new_seal(supplier):
    return lambda kind: Seal.objects.create(supplier=supplier, kind=kind, image=b"picture", sha256=f"{kind:064}")


def rate(code: str) -> UUID:
    return TaxRate.objects.get(code=code).pk


@pytest.fixture
def everything(supplier, trading_link, bank_account, branch, new_seal) -> DraftInput:
    """A draft in which no field has the value it would have anyway; its issuer may round line by line."""
    Supplier.objects.update(registration_number="")
    return DraftInput(
        layout=Layout.COVER,
        department_id=trading_link.department_id,
        title="10月分 給食用食材",
        issue_date=today_jst(),
        period_from=today_jst() - timedelta(days=30),
        period_to=today_jst(),
        prepayment=Prepayment.RENT,
        contracted_on=date(2019, 3, 31),
        price_mode=PriceMode.INCLUSIVE,
        rounding=Rounding.HALF_UP,
        amount_rounding=AmountRounding.CARRIED,
        tax_unit=TaxUnit.LINE,
        carry_over_billed=120_000,
        carry_over_received=100_000,
        withholding_base=30_000,
        withholding_kind=WithholdingKind.SCRIVENER,
        payment_method=PaymentMethod.PAYMENT_SLIP,
        bank_account_id=bank_account.pk,
        creditor_number="A-0123",
        billing_source_id=branch.pk,
        seal_id=new_seal(SealKind.COMPANY).pk,
        remarks="納品書のとおりです。\n2行目",
        own_reference="M-2026-10",
        responsible_title="部長",
        responsible_name="柏木 一",
        responsible_phone="0994-00-0002",
        responsible_email="bucho@mihon.example",
        contact_title="主任",
        contact_name="有馬 二郎",
        contact_phone="0994-00-0003",
        contact_email="shunin@mihon.example",
        lines=(
            line_input(slip_number="D-123", quantity=Decimal("2.5")),
            line_input(
                quantity=Decimal(-3),
                original_date=today_jst() - timedelta(days=40),
                original_until=today_jst() - timedelta(days=35),
                reduction=Reduction.DISCOUNT,
                slip_number="R-1",
            ),
            LineInput(LineKind.HEADING, description="見出し"),
            LineInput(LineKind.BLANK),
        ),
        deductions=(
            DeductionInput(
                DeductionKind.BASIC, rate("standard10"), 500, "上期リベート", date(2026, 4, 1), date(2026, 9, 30)
            ),
            DeductionInput(DeductionKind.FUNCTION, rate("reduced8"), None),
            DeductionInput(DeductionKind.OTHER, None, 30),
        ),
    )


@pytest.fixture
def written(supplier_owner):
    return lambda data: drafting.save(draft_id=uuid7(), data=data, actor=supplier_owner, version=0)


def typed_on(page: Page) -> dict[str, str]:
    return dict(page.forms[next(action for action in page.forms if action.endswith("/edit/"))])


def saved(at_supplier: Visitor, draft: Invoice, **typed: str) -> DraftInput:
    """What the draft holds after the page was saved, with these changes to what stands on it."""
    page = at_supplier.read("invoices:edit", draft.pk)
    after = at_supplier.send("invoices:edit", draft.pk, data=typed_on(page) | typed | {"do": "save"})
    assert "保存しました。" in after.text, after.errors
    return drafting.input_of(Invoice.objects.get(pk=draft.pk))


class TestASaveFromThePage:
    def test_keeps_every_field_of_a_claim(self, at_supplier, written, everything):
        usual = {field.name: field.default for field in fields(DraftInput)}
        same = {name for name, value in usual.items() if getattr(everything, name) == value}
        assert same == {"kind"} | OF_RETURNS_ALONE | OF_CLAIMS_ALONE, "a new field belongs into this test"
        assert saved(at_supplier, written(everything), title="直した件名") == replace(everything, title="直した件名")

    def test_keeps_every_field_of_a_credit_note(self, at_supplier, written, everything, unopened_invoice):
        returns = replace(
            everything,
            kind=InvoiceKind.CREDIT_NOTE,
            original_id=unopened_invoice.pk,
            withholding_base=-30_000,
            prepayment=Prepayment.NONE,  # nothing is claimed
        )
        draft = written(returns)
        expected = replace(returns, title="直した件名", original_number=unopened_invoice.number)
        assert saved(at_supplier, draft, title="直した件名") == expected

    @pytest.mark.parametrize(
        ("name", "typed", "field", "stored"),
        [
            ("carry_over_billed", "１２０，０００円", "carry_over_billed", 120_000),
            ("carry_over_received", "０", "carry_over_received", 0),
            ("withholding_base", "￥３０，０００", "withholding_base", 30_000),
            ("withholding_base", "", "withholding_base", None),
            ("creditor_number", "　Ａ０１２３ ", "creditor_number", "A0123"),
            ("layout", "cover", "layout", Layout.COVER),
        ],
    )
    def test_reads_what_people_type(self, at_supplier, draft, name, typed, field, stored):
        assert getattr(saved(at_supplier, draft, **{name: typed}), field) == stored

    def test_reads_a_slip_number_and_a_deduction(self, at_supplier, draft):
        typed = {
            "lines-0-slip_number": "Ｄ－１２３",
            "deductions-0-kind": "item",
            "deductions-0-rate": str(rate("standard10")),
            "deductions-0-amount": "１，０００",
        }
        after = saved(at_supplier, draft, **typed)
        assert after.lines[0].slip_number == "D-123"
        assert after.deductions == (DeductionInput(DeductionKind.ITEM, rate("standard10"), 1000),)

    def test_does_not_take_what_is_not_the_suppliers_own(self, at_supplier, draft, supplier_b):
        foreign = Seal.objects.create(supplier=supplier_b, kind=SealKind.COMPANY, image=b"x", sha256="0" * 64)
        page = at_supplier.read("invoices:edit", draft.pk)
        data = typed_on(page) | {"seal": str(foreign.pk), "do": "save"}
        at_supplier.send("invoices:edit", draft.pk, data=data)
        draft.refresh_from_db()
        assert draft.seal is None


class TestSections:
    def test_of_an_everyday_invoice_are_closed(self, at_supplier, draft):
        for page in (at_supplier.read("invoices:new"), at_supplier.read("invoices:edit", draft.pk)):
            assert page.unfolded == set()

    @pytest.mark.parametrize(
        ("typed", "section"),
        [
            ({"deductions-0-amount": "100"}, "section-deductions"),
            ({"carry_over_received": "0"}, "section-carry-over"),
            ({"withholding_base": "1000"}, "section-withholding"),
            ({"layout": "cover"}, "section-issuer"),
            ({"lines-0-slip_number": "12"}, "line-more-0"),
            ({"lines-0-original_date": "2026-09-01"}, "line-more-0"),
            # The error of what cannot be read must be seen.
            ({"deductions-0-amount": "百円"}, "section-deductions"),
            ({"carry_over_billed": "百円"}, "section-carry-over"),
            ({"withholding_base": "百円"}, "section-withholding"),
            ({"lines-0-original_date": "きのう"}, "line-more-0"),
        ],
    )
    def test_open_by_themselves_when_they_hold_something(self, at_supplier, draft, typed, section):
        page = at_supplier.read("invoices:edit", draft.pk)
        after = at_supplier.send("invoices:edit", draft.pk, data=typed_on(page) | typed | {"do": "save"})
        assert after.unfolded == {section}
        assert typed.items() <= after.fields.items()

    def test_of_branch_and_seal_are_there_for_who_has_some(self, at_supplier, draft, branch, new_seal):
        page = at_supplier.read("invoices:edit", draft.pk)
        assert page.choices["billing_source"] == {"": ["本社", "南支店"]}
        assert "seal" not in page.choices
        assert page.links["請求元を見る・登録する"] == at_supplier.address("suppliers:billing_sources")
        BillingSource.objects.update(active=False)
        new_seal(SealKind.COMPANY)
        Seal.objects.create(supplier=draft.supplier, kind=SealKind.COMPANY, image=b"x", sha256="1" * 64)
        page = at_supplier.read("invoices:edit", draft.pk)
        assert "billing_source" not in page.choices
        assert page.choices["seal"] == {"": ["なし", "社印(角印)", "社印(角印)(2)"]}
        assert page.links["印影を見る・登録する"] == at_supplier.address("suppliers:seals")

    def test_the_unit_of_rounding_is_asked_of_issuers_without_a_number_only(self, at_supplier, draft):
        assert "端数処理の単位" not in at_supplier.read("invoices:edit", draft.pk).text
        Supplier.objects.update(registration_number="")
        page = at_supplier.read("invoices:edit", draft.pk)
        assert "適格請求書では税率ごとに1回だけ" in page.text
        assert "明細ごとの端数処理では30円、正しくは31円です。" in page.text
        assert saved(at_supplier, draft, tax_unit="line").tax_unit == TaxUnit.LINE

    def test_a_unit_that_came_from_elsewhere_can_be_put_right(self, at_supplier, draft):
        Invoice.objects.update(tax_unit=TaxUnit.LINE)
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert "id_tax_unit" in page.errors
        assert saved(at_supplier, draft, tax_unit="invoice").tax_unit == TaxUnit.INVOICE


class TestTheMarkOfWhatIsNeeded:
    NEEDED = "発行責任者の氏名 ※必須"

    @pytest.mark.parametrize(
        ("rule", "kind", "needed"),
        [
            (SealRule.NAMED_PERSONS, None, True),
            (SealRule.NAMED_PERSONS, SealKind.COMPANY, True),
            (SealRule.NAMED_PERSONS, SealKind.REPRESENTATIVE, False),
            (SealRule.NOT_ASKED, None, False),
        ],
    )
    def test_follows_the_citys_rule_of_seals(self, at_supplier, new_draft, policy, new_seal, rule, kind, needed):
        policy.seal_rule = rule
        policy.save()
        draft = new_draft(seal_id=new_seal(kind).pk if kind else None)
        assert (self.NEEDED in at_supplier.read("invoices:edit", draft.pk).text) == needed

    @pytest.mark.parametrize(
        ("contact", "needed", "words"),
        [
            (PersonContact.PHONE, {"直通電話"}, "役職・氏名・直通電話が必要です"),
            (PersonContact.EITHER, set(), "役職・氏名・直通電話かメールアドレスが必要です"),
            (PersonContact.BOTH, {"直通電話", "メールアドレス"}, "役職・氏名・直通電話とメールアドレスが必要です"),
        ],
    )
    def test_follows_how_the_city_wants_to_reach_people(self, at_supplier, draft, policy, contact, needed, words):
        policy.person_contact = contact
        policy.save()
        text = at_supplier.read("invoices:edit", draft.pk).text
        for who in ("発行責任者", "担当者"):
            assert {part for part in ("直通電話", "メールアドレス") if f"{who}の{part} ※必須" in text} == needed
        assert words in text

    def test_spares_a_sole_trader_the_contact_where_the_city_does(self, at_supplier, draft, policy):
        Supplier.objects.update(kind=SupplierKind.SOLE_PROPRIETOR)
        policy.asks_sole_trader_contact = False
        policy.save()
        text = at_supplier.read("invoices:edit", draft.pk).text
        assert self.NEEDED in text
        assert "担当者の氏名 ※必須" not in text.replace(self.NEEDED, "")
        assert "発行責任者の役職・氏名・直通電話が必要です" in text

    def test_stands_at_the_seal_where_the_city_insists_on_one_of_a_delegate(
        self, at_supplier, new_draft, policy, new_seal, branch
    ):
        new_seal(SealKind.COMPANY)
        policy.delegate_needs_seal = True
        policy.save()
        BillingSource.objects.update(signer_title="支店長", signer_name="柏木 一")
        by_delegate = new_draft(billing_source_id=branch.pk)
        assert "印影 ※必須" in at_supplier.read("invoices:edit", by_delegate.pk).text
        assert "印影 ※必須" not in at_supplier.read("invoices:edit", new_draft().pk).text

    def test_stands_at_the_seal_where_the_city_insists_on_it(self, at_supplier, draft, policy, new_seal):
        new_seal(SealKind.REPRESENTATIVE)
        policy.seal_rule = SealRule.REQUIRED
        policy.save()
        assert "印影 ※必須" in at_supplier.read("invoices:edit", draft.pk).text


class TestTheRowsOfDeductions:
    @pytest.fixture
    def draft(self, new_draft):
        return new_draft(
            deductions=tuple(DeductionInput(kind, rate("standard10"), 10) for kind in list(DeductionKind)[:3])
        )

    def press(self, at_supplier: Visitor, draft: Invoice, do: str, **typed: str) -> Page:
        page = at_supplier.read("invoices:edit", draft.pk)
        return at_supplier.send("invoices:edit", draft.pk, data=typed_on(page) | typed | {"do": do})

    @pytest.mark.parametrize(
        ("do", "kinds"),
        [
            ("deduct", ["basic", "item", "function", "basic"]),
            ("undeduct-1", ["basic", "function"]),
            ("undeduct-9", ["basic", "item", "function"]),
            ("undeduct-x", ["basic", "item", "function"]),
        ],
    )
    def test_are_added_and_removed_with_all_that_was_typed(self, at_supplier, draft, do, kinds):
        page = self.press(at_supplier, draft, do, **{"deductions-0-amount": "?", "lines-0-quantity": "六十"})
        count = int(page.fields["deductions-count"])
        assert [page.fields[f"deductions-{index}-kind"] for index in range(count)] == kinds
        assert page.fields["deductions-0-amount"] == "?"
        assert page.fields["lines-0-quantity"] == "六十"
        assert "section-deductions" in page.unfolded

    def test_the_last_one_goes_and_the_section_stays_open(self, at_supplier, new_draft):
        page = self.press(at_supplier, new_draft(), "deduct")
        assert (page.fields["deductions-count"], page.unfolded) == ("2", {"section-deductions"})

    def test_of_which_only_the_kind_is_chosen_are_none(self, at_supplier, new_draft):
        assert saved(at_supplier, new_draft(), **{"deductions-0-kind": "item"}).deductions == ()

    def test_end_at_twenty(self, at_supplier, new_draft):
        draft = new_draft(deductions=(DeductionInput(DeductionKind.ITEM, rate("standard10"), 1),) * 20)
        page = self.press(at_supplier, draft, "deduct")
        assert page.fields["deductions-count"] == "20"
        assert "控除は20行までです。" in page.text
        assert "控除の行を追加" not in page.buttons
        more = {"deductions-count": "21", "deductions-20-amount": "7", "title": "まだ保存しない"}
        page = self.press(at_supplier, draft, "save", **more)
        assert "控除は20行までです。まとめて入力してください。" in page.text
        assert page.fields["deductions-20-amount"] == "7"
        draft.refresh_from_db()
        assert draft.title != "まだ保存しない"


class TestMoreLinesThanThereMayBe:
    """The limit is a thousand, and the pages at that limit are tested elsewhere; what lies beyond it needs fewer."""

    @pytest.fixture(autouse=True)
    def _limit(self, monkeypatch):
        for module in (drafting, buttons, draft_forms):
            monkeypatch.setattr(module, "LINES_MAX", 20)

    def test_are_refused_with_a_message_and_nothing_of_them_is_lost(self, at_supplier, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk)) | {"lines-count": "23"}
        typed |= {f"lines-{index}-description": f"品物{index}" for index in range(23)}
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": "save"})
        assert "明細は20行までです。書類を分けてください。" in page.text
        assert page.fields["lines-22-description"] == "品物22"
        assert draft.lines.count() == 1
        # Three rows less, and it is saved.
        for index in (0, 1, 2):
            typed[f"lines-{index}-description"] = ""
        typed |= {f"lines-0-{name}": "" for name in ("quantity", "unit", "unit_price")}
        at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": "save"})
        assert draft.lines.count() == 20

    def test_are_told_while_typing(self, at_supplier, draft):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk)) | {"lines-count": "21"}
        typed |= {f"lines-{index}-description": "品物" for index in range(21)}
        answer = at_supplier.send_in_passing("invoices:edit", draft.pk, data=typed | {"do": "live"})
        assert "明細は20行までです。" in answer.content.decode()

    @pytest.mark.parametrize("count", ["", "x", "-1", "９", "999999999", "9" * 30])
    def test_that_a_count_only_claims_are_none(self, at_supplier, draft, count):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk)) | {"lines-count": count}
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": "add", "lines-0-quantity": "?"})
        assert int(page.fields["lines-count"]) <= 20
