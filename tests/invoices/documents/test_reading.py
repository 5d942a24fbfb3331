"""The frozen document in words: everything that is printed, for people who do not read its picture."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from accounts.models import AddressLine
from dev import sample_documents as samples
from dev.sample_documents import REDUCED, STANDARD, line, withheld
from invoices.documents import reading
from invoices.documents.reading import Reading
from invoices.documents.schema import load
from invoices.documents.schema_parts import (
    Branch,
    CarryOver,
    JointVenture,
    Line,
    Reference,
    SealRef,
    Signer,
    SignerRole,
)
from invoices.documents.voice import Fact
from invoices.enums import DeductionKind, InvoiceKind, PriceMode
from suppliers.models import SealKind, SupplierKind


def told(facts: Iterable[Fact]) -> dict[str, str]:
    return {fact.label: " / ".join(fact.texts) for fact in facts}


def sums(document: Reading) -> dict[str, str]:
    return {f"{entry.label}{entry.note}": entry.amount for block in document.amounts.sums for entry in block}


def read(*lines: Line, **changes: Any) -> Reading:
    return reading.read(samples.snapshot(lines or None, **changes))


class TestTheHead:
    def test_of_the_worked_sample(self):
        assert told(read(own_reference="K-7").head) == {
            "書類": "請求書（適格請求書・適格返還請求書）",
            "件名": "子どもまつり参加賞用菓子・用品",
            "請求書番号": "MSG-2026-000012",
            "照合コード": "7K3QX9VB2MD4T",
            "発行先": "見本市 子育て支援課",
            "宛名": "見本市長 様 / 子育て支援課 扱い",
            "請求日": "令和8年10月31日（2026-10-31）",
            "取引期間": "令和8年10月1日（2026-10-01）から / 令和8年10月31日（2026-10-31）まで",
            "管理番号": "K-7",
        }

    def test_of_one_day(self):
        head = told(read(period_from=None, period_to=None, transaction_date=date(2026, 10, 5)).head)
        assert head["取引年月日"] == "令和8年10月5日（2026-10-05）"
        assert "取引期間" not in head

    def test_of_one_addressed_to_the_department_itself(self):
        head = told(read(recipient={"address_line": AddressLine.DEPARTMENT}).head)
        assert head["宛名"] == "見本市 子育て支援課 御中"

    def test_of_a_correction_names_what_it_corrects(self):
        corrected = Reference(UUID(int=9), "MSG-2026-000009", date(2026, 10, 20))
        head = told(read(replaces=corrected).head)
        assert head["修正前の請求書"] == "MSG-2026-000009 / 請求日 令和8年10月20日（2026-10-20）"
        assert "修正前の返還請求書" in told(read(kind=InvoiceKind.CREDIT_NOTE, replaces=corrected).head)

    @pytest.mark.parametrize(
        ("registration_number", "kind"), [("T7123456789012", "適格返還請求書"), ("", "返還請求書")]
    )
    def test_of_returns_says_so_and_asks_for_no_payment(self, registration_number, kind):
        document = read(
            line(quantity="-1", original="2026-10-05"),
            kind=InvoiceKind.CREDIT_NOTE,
            original=Reference(None, "A-1", None),
            issuer={"registration_number": registration_number},
        )
        assert (document.heading, document.payment) == ("返還の内容", ())
        assert told(document.head)["書類"] == kind
        assert told(document.head)["もとの請求書"] == "A-1"
        assert sums(document)["返還金額（税込）"] == "△11,000円"


class TestTheIssuer:
    def test_is_the_company_under_its_representative(self):
        assert told(read().issuer) == {
            "請求者": "株式会社みほん製菓",
            "登録番号": "T7123456789012",
            "代表者": "代表取締役 見本 花子",
            "住所": "〒000-0001 / 見本県見本市本町二丁目3番4号 / みほんビル5階",
            "電話": "0994-00-0001",
        }

    def test_is_its_branch_under_a_delegate_with_a_seal(self):
        who = {
            "branch": Branch(name="鹿屋支店", postcode="893-0014", address="鹿屋市寿1-1", building="", phone="0994-1"),
            "signer": Signer(SignerRole.DELEGATE, "支店長", "柏木 一"),
            "seal": SealRef(SealKind.REPRESENTATIVE, "0"),
        }
        told_of = told(read(issuer=who).issuer)
        assert told_of["請求元"] == "鹿屋支店"
        assert told_of["受任者"] == "支店長 柏木 一"
        assert told_of["住所"] == "〒893-0014 / 鹿屋市寿1-1"
        assert told_of["印影"] == "代表者印"

    def test_of_a_joint_venture_names_its_representative_member_between_number_and_person(self):
        venture = {
            "name": "見本・みなみ共同企業体",
            "joint_venture": JointVenture("株式会社見本建設", date(2026, 4, 1)),
        }
        told_of = told(read(issuer=venture).issuer)
        assert list(told_of)[:4] == ["請求者", "登録番号", "代表構成員", "代表者"]
        assert (told_of["請求者"], told_of["代表構成員"]) == ("見本・みなみ共同企業体", "株式会社見本建設")

    @pytest.mark.parametrize("postcode", ["94043", ""])
    def test_abroad_has_its_address_in_lines_without_the_mark_of_japanese_post(self, postcode):
        abroad = {"kind": SupplierKind.FOREIGN, "postcode": postcode, "address": "1 Sample Way\nUSA", "building": ""}
        shown = [text for text in (postcode, "1 Sample Way", "USA") if text]
        assert told(read(issuer=abroad).issuer)["住所"] == " / ".join(shown)

    def test_abroad_may_claim_by_a_branch_in_japan(self):
        branch = Branch(name="東京支店", postcode="100-0001", address="東京都1-1", building="", phone="03-1")
        abroad = {"kind": SupplierKind.FOREIGN, "postcode": "94043", "branch": branch}
        assert told(read(issuer=abroad).issuer)["住所"] == "〒100-0001 / 東京都1-1"

    def test_is_answered_for_by_people_who_can_be_written_to(self):
        people = told(read(contact={"phone": "", "email": "keiri@mihon.example"}).people)
        assert people["担当者"] == "佐藤 次郎（役職 無） / メール keiri@mihon.example"

    def test_is_answered_for_by_people_with_their_offices(self):
        assert told(read(responsible=None).people) == {"担当者": "佐藤 次郎（役職 無） / 直通電話 0994-00-0003"}


class TestTheAmounts:
    def test_stand_rate_by_rate_and_in_sum(self):
        document = read()
        assert document.amounts.columns == ("税抜金額", "消費税額", "税込金額")
        assert [(row.label, [amount for _label, amount in row.cells]) for row in document.amounts.rates] == [
            ("課税 8%(軽減)", ["9,480", "758", "10,238"]),
            ("課税 10%", ["12,828", "1,282", "14,110"]),
        ]
        assert sums(document) == {
            "税抜金額の合計": "22,308円",
            "消費税額の合計": "2,040円",
            "請求金額（税込）": "24,348円",
        }
        assert document.amounts.deductions is None
        assert "税率ごとに1回で計算し" in document.amounts.rounding

    def test_show_what_was_deducted(self):
        document = read(line(), deductions=[(DeductionKind.BASIC, STANDARD, 1000)])
        (row,) = document.amounts.rates
        assert dict(row.cells) == {
            "売上額": "10,000",
            "控除額": "△1,000",
            "税抜金額": "9,000",
            "消費税額": "900",
            "税込金額": "9,900",
        }
        assert told([document.amounts.deductions]) == {"控除の内訳（税抜）": "課税 10% 基本控除 △1,000円"}

    def test_go_on_with_withholding_and_what_is_carried_over(self):
        document = read(
            line(),
            withholding=withheld(10_000, 1_021, 9_979),
            carry_over=CarryOver(billed=5_000, received=6_000, remaining=-1_000, grand_total=10_000),
        )
        shown = sums(document)
        assert shown["源泉徴収税額（対象額 10,000円）"] == "△1,021円"
        assert shown["差引お支払額"] == "9,979円"
        (tax, _payable) = document.amounts.sums[1]
        assert tax.details == ("所得税及び復興特別所得税", "10,000 × 10.21 % = 1,021")
        assert (shown["前回請求額"], shown["ご入金額"]) == ("5,000円", "6,000円")
        assert (shown["前回ご請求残額"], shown["合計請求額（前回ご請求残額 + 今回請求額）"]) == ("△1,000円", "10,000円")

    def test_below_zero_have_a_triangle(self):
        document = read(
            line(quantity="-3", unit_price="1234.5", original="2026-10-05", slip="8"),
            line(quantity="-1", original="2026-10-05", slip="8"),
            deductions=[(DeductionKind.OTHER, STANDARD, 10)],
            withholding=withheld(10_000, 1_021, -9_979),
            carry_over=CarryOver(billed=0, received=1, remaining=-1, grand_total=-2),
        )
        assert not re.search(r"'-[0-9]", str(document))
        (slip,) = document.lines.slips
        assert (slip.lines[0].quantity, slip.lines[0].unit_price, slip.lines[0].amount) == ("△3", "1,234.5", "△3,703")


class TestTheLines:
    def test_say_what_the_document_says(self):
        lines = read(line("菓子", "1200", "本", "27.5", REDUCED), price_mode=PriceMode.INCLUSIVE).lines
        ((row,),) = [slip.lines for slip in lines.slips]
        assert (row.position, row.date, row.day) == (1, "2026-10-05", "令和8年10月5日")
        assert (row.description, row.is_reduced, row.rate) == ("菓子", True, "課税 8%(軽減)")
        assert (row.quantity, row.unit, row.unit_price, row.amount) == ("1,200", "本", "27.5", "33,000")
        assert (lines.price_mode, lines.amount, lines.notes) == ("税込", "33,000", ("※は軽減税率対象品目です。",))

    def test_have_no_columns_that_none_uses(self):
        plain = read(line()).lines
        assert (plain.has_slips, plain.has_originals, plain.notes) == (False, False, ())
        used = read(line(), line(slip="1"), line(quantity="-1", original="2026-10-05")).lines
        assert (used.has_slips, used.has_originals) == (True, True)
        assert used.notes == ("金額が負の行は、返品です。",)

    def test_are_summed_by_slip_where_several_stand_on_one(self):
        lines = read(line(slip="1"), line(slip="1"), line(slip="2"), line(), line(), line(slip="1")).lines
        assert [(slip.number, len(slip.lines), slip.amount) for slip in lines.slips] == [
            ("1", 2, "20,000"),
            ("2", 1, ""),
            ("", 2, ""),
            ("1", 1, ""),
        ]
        assert [row.position for slip in lines.slips for row in slip.lines] == [1, 2, 3, 4, 5, 6]

    @pytest.mark.parametrize(("count", "folded"), [(30, False), (31, True)])
    def test_are_folded_when_they_are_many(self, count, folded):
        assert read(*samples.many_lines(count)).lines.is_folded is folded


class TestThePayment:
    def test_goes_to_the_bank_account(self):
        assert told(read().payment) == {
            "入金方法": "振込",
            "金融機関": "みほん銀行（0185）",
            "支店": "本店営業部（101）",
            "口座": "普通 0012345",
            "口座名義": "カ)ミホンセイカ",
        }

    def test_goes_to_the_account_that_the_city_knows_by_the_creditor_number(self):
        payment = read(payment={"bank_account": None, "creditor_number": "0012345678"}).payment
        assert told(payment) == {"入金方法": "振込", "債権者番号": "0012345678"}


def test_remarks_keep_their_lines():
    (remarks,) = read(remarks="一行目\r\n二行目\n").remarks
    assert (remarks.label, remarks.texts) == ("備考", ("一行目", "二行目"))
    assert read(remarks=" \n").remarks == ()


def test_a_document_of_an_earlier_form_is_told_like_todays():
    first = (Path(__file__).parent / "stored" / "schema1.json").read_text(encoding="utf-8")
    document = reading.read(load(first))
    assert told(document.head)["修正前の請求書"] == "2026-00009 / 請求日 令和8年10月20日（2026-10-20）"
    assert told(document.issuer)["代表者"] == "代表取締役 見本 花子"
    assert sums(document)["請求金額（税込）"] == "24,348円"
    assert (document.lines.count, document.lines.has_slips, document.lines.has_originals) == (16, False, True)
