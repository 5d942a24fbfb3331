"""What the checks find stands beside its field and at the top of the page, and each level looks like itself."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import SealRule, Signer
from invoices import rules
from invoices.enums import DeductionKind, InvoiceKind, LineKind, PaymentMethod, Prepayment
from invoices.lifecycle.draft_input import DeductionInput
from invoices.models import Invoice, TaxRate, content_of
from invoices.rules import Level
from suppliers.models import BankAccount, BillingSource, Seal, SealKind, Supplier, SupplierKind
from tests.factories import line_input
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

BACK = timedelta(days=-40)
"""From the day on which a test runs (`tests.factories.dated`)."""
ERROR, WARNING, INFO = Level.ERROR, Level.WARNING, Level.INFO
TO_REGISTER = "使える代表者印がないので、先に自社の管理者が会社情報の「印影」で登録してください。"
RETURN = {"kind": InvoiceKind.CREDIT_NOTE, "payment_method": PaymentMethod.OTHER}


def rate(code: str) -> Any:
    return TaxRate.objects.get(code=code).pk


def lines(*changes: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    return lambda: {"lines": tuple(line_input(**change) for change in changes)}


def deducting(code: str | None, amount: int | None) -> Callable[[], dict[str, Any]]:
    return lambda: {"deductions": (DeductionInput(DeductionKind.BASIC, rate(code) if code else None, amount),)}


MINUS: dict[str, Any] = {"quantity": Decimal(-1)}
EMPTY: dict[str, Any] = {"quantity": None, "unit_price": None, "description": ""}

CASES = [
    ("title-missing", ERROR, "id_title", {"title": ""}),
    ("department-missing", ERROR, "id_department", {"department": None}),
    ("issue-date-missing", ERROR, "id_issue_date", {"issue_date": None}),
    ("issue-date-before-lines", WARNING, "id_prepayment", {"issue_date": timedelta(days=-9)}),
    ("prepayment-of-past", WARNING, "id_prepayment", {"prepayment": Prepayment.RENT}),
    ("prepayment-not-offered", ERROR, "id_prepayment", {"prepayment": Prepayment.OTHER}),
    ("registration-number-in-text", WARNING, "id_remarks", {"remarks": "立替先 T9234567890123"}),
    ("transaction-date-missing", ERROR, "id_transaction_date", {"transaction_date": None}),
    ("transaction-date-missing", ERROR, "id_period_to", {"transaction_date": None, "period_from": BACK}),
    ("bank-account-missing", ERROR, "id_bank_account", {"bank_account": None}),
    ("responsible-title-missing", ERROR, "id_responsible_title", {"responsible_title": ""}),
    ("contact-phone-missing", ERROR, "id_contact_phone", {"contact_phone": ""}),
    ("carry-over-half", ERROR, "id_carry_over_received", {"carry_over_billed": 100}),
    ("carry-over-half", ERROR, "id_carry_over_billed", {"carry_over_received": 100}),
    ("withholding-base-not-positive", ERROR, "id_withholding_base", {"withholding_base": -1}),
    ("unprintable-character", ERROR, "id_creditor_number", {"creditor_number": "😀"}),
    ("unprintable-character", ERROR, "id_remarks", {"remarks": "😀"}),
    ("lines-missing", ERROR, "id_lines", {"lines": ()}),
    ("total-not-positive", ERROR, "id_lines", lines({"unit_price": Decimal(-27)})),
    ("line-date-missing", ERROR, "id_lines-1-date", lambda: lines({}, {"date": None})() | {"transaction_date": None}),
    ("line-description-missing", ERROR, "id_lines-0-description", lines({"description": ""})),
    ("line-unit_price-missing", ERROR, "id_lines-0-unit_price", lines({"unit_price": None})),
    ("line-rate-date", ERROR, "id_lines-0-rate", lines({"date": date(2018, 4, 1)})),
    ("line-rate-date", ERROR, "id_lines-1-rate", lines({}, {"rate": "old8", "date": date(2014, 3, 31)})),
    ("contract-date-missing", ERROR, "id_contracted_on", lines({}, {"rate": "old8"})),
    ("line-original-date-missing", ERROR, "id_lines-1-original_date", lines({}, MINUS | {"reduction": "rebate"})),
    ("line-reduction-missing", ERROR, "id_lines-1-reduction", lines({}, MINUS | {"original_date": BACK})),
    ("line-heading-empty", ERROR, "id_lines-1-description", lines({}, EMPTY | {"kind": LineKind.HEADING})),
    ("line-original-date-without-refund", ERROR, "id_lines-0-original_date", lines({"original_date": BACK})),
    ("unprintable-character", ERROR, "id_lines-0-slip_number", lines({"slip_number": "😀"})),
    (
        "slip-with-two-original-dates",
        ERROR,
        "id_lines-2-original_date",
        lines(
            {},
            {"quantity": Decimal(-1), "slip_number": "R1", "original_date": BACK},
            {"quantity": Decimal(-1), "slip_number": "R1", "original_date": BACK - timedelta(days=1)},
        ),
    ),
    ("deduction-rate-missing", ERROR, "id_deductions-0-rate", deducting(None, 10)),
    ("deduction-amount-missing", ERROR, "id_deductions-0-amount", deducting("standard10", None)),
    ("deduction-not-positive", ERROR, "id_deductions-0-amount", deducting("standard10", -10)),
    ("deduction-without-lines", WARNING, "id_deductions-0-rate", deducting("reduced8", 10)),
    ("rate-base-negative", WARNING, "id_lines", deducting("reduced8", 10)),
    (
        "line-date-outside-period",
        WARNING,
        "id_lines-0-date",
        {"transaction_date": None, "period_from": BACK, "period_to": timedelta(days=-9)},
    ),
    ("withholding-of-corporation", WARNING, "id_withholding_base", {"withholding_base": 100}),
    ("credit-note-original-missing", ERROR, "id_original_number", RETURN),
    ("credit-note-line-not-negative", ERROR, "id_lines-0-quantity", RETURN),
    ("total-not-negative", ERROR, "id_lines", RETURN),
]


def beside(page: Page, finding: rules.Finding, field: str) -> str:
    """Where the page says it: in the field's list of errors, or in that of its notes."""
    message = str(finding.message)
    if message in page.errors.get(field, ""):
        return "error"
    return next(
        (word for word in ("エラー", "注意", "お知らせ") if f"{word} {message}" in page.notes.get(field, "")), ""
    )


@pytest.mark.parametrize(
    ("code", "level", "field", "changes"), CASES, ids=[f"{code}-{field}" for code, _level, field, _changes in CASES]
)
def test_a_finding_stands_beside_its_field(at_supplier, new_draft, code, level, field, changes):
    draft = new_draft(**(changes() if callable(changes) else changes))
    found = [finding for finding in rules.check(draft, content_of(draft)) if finding.code == code]
    page = at_supplier.read("invoices:edit", draft.pk, check="1")
    of_a_table = field in ("id_lines", "id_deductions")
    words = {ERROR: "エラー" if of_a_table else "error", WARNING: "注意", INFO: "お知らせ"}
    assert words[level] in {beside(page, finding, field) for finding in found if finding.level == level}
    assert f"#{field}" in page.links.values(), "and the top of the page leads there"


class TestWhatIsChosenFromTheSuppliersOwn:
    @pytest.fixture
    def seal(self, supplier) -> Seal:
        return Seal.objects.create(supplier=supplier, kind=SealKind.COMPANY, image=b"x", sha256="0" * 64)

    @pytest.fixture
    def branch(self, supplier) -> BillingSource:
        return BillingSource.objects.create(
            supplier=supplier, name="南支店", signer_title="支店長", signer_name="南 一郎", address="見本市", phone="0"
        )

    def test_a_seal_that_the_city_does_not_take(self, at_supplier, new_draft, policy, seal):
        policy.seal_rule = SealRule.REQUIRED
        policy.save()
        page = at_supplier.read("invoices:edit", new_draft(seal_id=seal.pk).pk, check="1")
        assert page.errors == {"id_seal": f"この市への請求書には代表者印が要ります。{TO_REGISTER}"}
        assert "section-issuer" in page.unfolded
        assert "根拠：見本市の請求書の取扱い(印影の扱い)" in page.text
        Seal.objects.create(supplier=seal.supplier, kind=SealKind.REPRESENTATIVE, image=b"x", sha256="1" * 64)
        page = at_supplier.read("invoices:edit", new_draft(seal_id=seal.pk).pk, check="1")
        assert page.errors == {"id_seal": "この市への請求書には代表者印が要ります。代表者印の印影を選択してください。"}

    def test_a_seal_that_is_not_in_use_any_more_is_none_to_choose(self, at_supplier, draft, policy, seal):
        Seal.objects.update(kind=SealKind.REPRESENTATIVE, active=False)
        policy.seal_rule = SealRule.REQUIRED
        policy.save()
        assert TO_REGISTER in at_supplier.read("invoices:edit", draft.pk, check="1").text

    def test_without_any_seal_the_top_of_the_page_leads_to_where_one_is_registered(self, at_supplier, draft, policy):
        assert "代表者印を登録する" not in at_supplier.read("invoices:edit", draft.pk).links
        policy.seal_rule = SealRule.REQUIRED
        policy.save()
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert page.errors == {}
        assert page.links[f"この市への請求書には代表者印が要ります。{TO_REGISTER}"] == "#section-issuer"
        assert "section-issuer" in page.unfolded
        assert page.links["代表者印を登録する"] == at_supplier.address("suppliers:seal_new")

    def test_who_may_register_no_seal_is_told_whom_to_ask(self, colleague, draft, policy):
        policy.seal_rule = SealRule.REQUIRED
        policy.save()
        page = Visitor(colleague).read("invoices:edit", draft.pk)
        assert "代表者印の登録を、自社の管理者に依頼してください。" in page.text
        assert "代表者印を登録する" not in page.links

    def test_a_branch_whose_signer_the_city_does_not_take(self, at_supplier, new_draft, policy, branch):
        policy.signer = Signer.REPRESENTATIVE
        policy.save()
        page = at_supplier.read("invoices:edit", new_draft(billing_source_id=branch.pk).pk, check="1")
        assert "この市に請求できるのは代表者だけです。" in page.errors["id_billing_source"]


class TestLevels:
    HOLDER = {"holder": "ﾍﾞﾂﾉﾋﾄ"}

    def test_a_warning_stands_apart_from_errors_with_its_source(self, at_supplier, draft):
        BankAccount.objects.update(**self.HOLDER)
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert page.errors == {}
        assert page.notes["id_bank_account"].startswith("注意 口座名義(ﾍﾞﾂﾉﾋﾄ)が事業者名")
        assert page.notes["id_bank_account"].endswith("根拠：市の会計規則")
        assert "入力内容を確認してください" not in page.text
        assert "発行する前に確かめること" in page.text

    def test_an_information_never_looks_like_a_warning(self, at_supplier, draft):
        BankAccount.objects.update(**self.HOLDER)
        Supplier.objects.update(kind=SupplierKind.SOLE_PROPRIETOR)
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert page.notes["id_bank_account"].startswith("お知らせ 口座名義(ﾍﾞﾂﾉﾋﾄ)が事業者名")
        assert "注意" not in page.text
        assert "発行する前に確かめること" not in page.text
        assert "お知らせ（そのまま発行できます）" in page.text
        source = at_supplier.ask("invoices:edit", draft.pk).content.decode()
        assert 'data-level="warning"' not in source

    def test_a_field_names_all_that_describes_it(self, at_supplier, new_draft):
        BankAccount.objects.update(holder="ﾍﾞﾂﾉﾋﾄ")
        draft = new_draft(lines=lines({"quantity": None})()["lines"])
        response = at_supplier.client.get(at_supplier.address("invoices:edit", draft.pk), {"check": "1"})
        source = response.content.decode()
        assert 'aria-describedby="id_bank_account_helptext id_bank_account_notes"' in source
        assert 'aria-describedby="id_lines-0-quantity_error"' in source
        assert source.count('id="id_bank_account_notes"') == 1

    def test_all_levels_come_with_an_error_on_the_way_to_confirm(self, at_supplier, new_draft):
        draft = new_draft(withholding_base=100)
        typed = dict(at_supplier.read("invoices:edit", draft.pk).forms[at_supplier.address("invoices:edit", draft.pk)])
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | {"title": "", "do": "confirm"})
        assert page.errors == {"id_title": "件名を入力してください。"}
        assert "id_withholding_base" in page.notes
        for heading in ("入力内容を確認してください", "発行する前に確かめること", "お知らせ（そのまま発行できます）"):
            assert heading in page.text
        assert page.text.index("件名を入力してください。") < page.text.index("は個人への報酬が対象です。")

    def test_a_draft_that_is_only_opened_again_is_not_judged(self, at_supplier, new_draft):
        page = at_supplier.read("invoices:edit", new_draft(title="", withholding_base=100).pk)
        assert (page.errors, page.notes) == ({}, {})

    def test_a_field_with_an_error_still_counts_in_the_sums(self, at_supplier, new_draft):
        draft = new_draft(lines=lines({"date": date(2018, 4, 1)})()["lines"])
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert "id_lines-0-rate" in page.errors
        assert "1,782円" in page.text

    def test_an_attachment_that_is_not_taken_leads_to_the_files(self, at_supplier, draft, policy):
        draft.attachments.create(position=0, name="納品書.pdf", content_type="application/pdf", size=9, sha256="0")
        policy.allows_attachments = False
        policy.save()
        page = at_supplier.read("invoices:edit", draft.pk, check="1")
        assert "#attachments" in page.links.values()


class TestTheConfirmPage:
    def test_lists_warnings_and_information_apart_with_their_sources(self, at_supplier, new_draft, policy):
        BankAccount.objects.update(holder="ﾍﾞﾂﾉﾋﾄ")
        page = at_supplier.read("invoices:confirm", new_draft().pk)
        warnings, infos = page.text.split("発行する前に確かめること")[1].split("お知らせ（そのまま発行できます）")
        assert "口座名義(ﾍﾞﾂﾉﾋﾄ)が事業者名" in warnings
        assert "根拠：市の会計規則" in warnings
        assert "未確認です。" not in warnings
        assert "未確認です。" in infos.split("この内容で発行しますか")[0]
        assert "根拠：消費税法57条の4①" in infos

    def test_shows_what_is_carried_over_and_held_back(self, at_supplier, new_draft):
        draft = new_draft(
            carry_over_billed=120_000,
            carry_over_received=100_000,
            withholding_base=1620,
            deductions=deducting("standard10", 20)()["deductions"],
        )
        page = at_supplier.read("invoices:confirm", draft.pk)
        for shown in (
            "請求金額（税込） 1,760円",
            "前回請求額 120,000円 ご入金額 100,000円 前回ご請求残額 20,000円 合計請求額 21,760円",
            "源泉徴収税額 △165円 差引お支払額 1,595円",
            "明細の合計 1,620 − 基本控除 20 = 1,600",
        ):
            assert shown in page.text

    def test_of_returns_says_so(self, at_supplier, unopened_invoice):
        page = at_supplier.send("invoices:begin_credit_note", unopened_invoice.pk)
        draft = Invoice.objects.get(kind=InvoiceKind.CREDIT_NOTE)
        assert page.url == at_supplier.address("invoices:edit", draft.pk)
        page = at_supplier.read("invoices:confirm", draft.pk)
        assert "返還金額（税込） △1,782円" in page.text
