"""What a document says, read from its HTML."""

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from accounts.models import AddressLine
from dev.sample_documents import credit_note, line, snapshot, withheld
from dev.sample_rates import EXEMPT, REDUCED, STANDARD
from invoices.documents.pdf.render import html
from invoices.documents.schema import dump, load
from invoices.documents.schema_parts import (
    AttachedFile,
    Branch,
    CarryOver,
    Received,
    Reference,
    Signer,
    SignerRole,
)
from invoices.enums import DeductionKind, InvoiceKind, Layout, PaymentMethod, PriceMode, Rounding
from tests.invoices.documents.reading import words


def test_it_shows_the_six_items_of_a_qualified_invoice():
    text = words(html(snapshot()))
    assert "株式会社みほん製菓 登録番号 T7123456789012" in text
    assert "取引期間 令和8年10月1日(2026-10-01)から 令和8年10月31日(2026-10-31)まで" in text
    assert "2026-10-05 ミニスナック コーン味 1本 ※ 60 本 27 8% 1,620" in text
    assert "2026-10-05 ボールペン 黒 0.7mm 48 本 48 10% 2,304" in text
    assert "※は軽減税率対象品目です。" in text
    assert "課税 8%(軽減) 9,480 758 10,238 課税 10% 12,828 1,282 14,110 合計 22,308 2,040 24,348" in text
    assert "見本市 見本市長 様 子育て支援課 扱い" in text


def test_it_shows_the_total_and_how_tax_was_rounded():
    text = words(html(snapshot()))
    assert "請求金額 24,348円 (税込)" in text
    assert "明細の単価と金額は税抜です。" in text
    assert "消費税額は税率ごとに1回で計算し、1円未満は切捨てです。" in text


@pytest.mark.parametrize(
    ("rounding", "total", "name"),
    [(Rounding.HALF_UP, "24,349円", "四捨五入です"), (Rounding.CEIL, "24,350円", "切上げです")],
)
def test_it_names_the_rounding_that_the_supplier_chose(rounding, total, name):
    text = words(html(snapshot(rounding=rounding)))
    assert total in text
    assert name in text


def test_it_says_when_prices_include_tax():
    text = words(html(snapshot([line(unit_price="11000")], price_mode=PriceMode.INCLUSIVE)))
    assert "明細の単価と金額は税込です。" in text
    assert "課税 10% 10,000 1,000 11,000" in text


def test_a_registered_issuer_makes_a_qualified_invoice():
    assert "請求書 適格請求書 見本市" in words(html(snapshot([line()])))


def test_an_unregistered_issuer_gets_neither_a_number_nor_the_words(subtests):
    text = html(snapshot(issuer={"registration_number": ""}))
    for forbidden in ("適格請求書", "適格返還請求書", "登録番号", "T7123456789012"):
        with subtests.test(forbidden):
            assert forbidden not in text
    assert "区分記載請求書" in text


def test_a_return_is_negative_and_names_the_day_of_the_original_transaction():
    text = words(html(snapshot()))
    row = "2026-10-26 ミニスナック コーン味 1本 ※ △60 本 27 8% △1,620"
    assert f"{row} (返品 元の取引日 令和8年10月19日(2026-10-19))" in text
    assert "適格請求書・適格返還請求書" in text


def test_a_credit_note_alone_is_a_return_invoice():
    original = Reference(None, "2026-00007", date(2026, 9, 30))
    lines = [line(quantity="-2", original="2026-09-30")]
    text = words(html(snapshot(lines, kind=InvoiceKind.CREDIT_NOTE, number="R2026-00001", original=original)))
    assert "適格返還請求書 R2026-00001 適格返還請求書 見本市" in text
    assert "返還金額 △22,000円" in text
    assert "もとの請求書:令和8年9月30日(2026-09-30)の請求書(2026-00007)" in text
    assert "お支払い" not in text


def test_an_unregistered_issuers_returns_are_not_called_qualified():
    lines = [line(quantity="-2", original="2026-09-30")]
    text = words(html(snapshot(lines, kind=InvoiceKind.CREDIT_NOTE, issuer={"registration_number": ""})))
    assert "区分記載" not in text
    assert "適格" not in text


def test_a_city_that_wants_it_is_addressed_by_the_department():
    text = words(html(snapshot(recipient={"address_line": AddressLine.DEPARTMENT})))
    assert "見本市 子育て支援課 御中" in text
    assert "見本市長" not in text


def test_deductions_stand_per_rate_with_their_kinds():
    deductions = [(DeductionKind.BASIC, REDUCED, 480), (DeductionKind.OTHER, STANDARD, 828)]
    text = words(html(snapshot(deductions=deductions)))
    assert "税率別内訳 売上額 控除額 税抜金額 消費税額 税込金額" in text
    assert "課税 8%(軽減) 9,480 △480 9,000 720 9,720" in text
    assert "課税 10% 12,828 △828 12,000 1,200 13,200 合計 22,308 △1,308 21,000 1,920 22,920" in text
    assert "控除の内訳(税抜):課税 8%(軽減) 基本控除 △480円、課税 10% その他控除 △828円" in text


def test_withholding_and_what_is_carried_over_stand_behind_the_total():
    text = words(
        html(
            snapshot(
                withholding=withheld(22308, 2277, 22071),
                carry_over=CarryOver(billed=10000, received=8000, remaining=2000, grand_total=26348),
            )
        )
    )
    assert "請求金額 24,348円 (税込)" in text
    taxes = "所得税及び復興特別所得税 22,308 × 10.21 % = 2,277"
    assert f"源泉徴収税額 △2,277円(対象額 22,308円) {taxes} 差引お支払額 22,071円" in text
    assert "前回請求額 10,000円 ご入金額 8,000円 前回ご請求残額 2,000円" in text
    assert "合計請求額 26,348円(前回ご請求残額 + 今回請求額)" in text


def test_a_branch_claims_in_its_own_place_by_its_delegate():
    branch = Branch(
        name="鹿屋支店", postcode="000-0002", address="見本県見本市港町1番2号", building="", phone="0994-00-0009"
    )
    signer = Signer(SignerRole.DELEGATE, "支店長", "港 太郎")
    text = words(html(snapshot(issuer={"branch": branch, "signer": signer})))
    assert "株式会社みほん製菓 鹿屋支店 登録番号 T7123456789012 受任者 支店長 港 太郎 住所 〒000-0002" in text
    assert "本町二丁目" not in text


def test_attachments_are_named_with_their_hash():
    files = (AttachedFile("納品書.pdf", "application/pdf", 3, "0123456789abcdef" * 4),)
    assert "添付ファイル 1件 納品書.pdf(SHA-256 0123456789abcdef…)" in words(html(snapshot(attachments=files)))


def test_each_slip_of_several_lines_has_its_sum():
    lines = [line("机", slip="1111"), line("椅子", slip="1111"), line("時計", slip="2222")]
    text = words(html(snapshot(lines)))
    assert "伝票 1111 の計 20,000" in text
    assert "伝票 2222 の計" not in text


def test_each_page_of_long_details_has_its_sum():
    text = words(html(snapshot([line(f"品目{number}") for number in range(90)])))
    pages = [int(amount.replace(",", "")) for amount in re.findall(r"このページの計\(税抜\) ([0-9,]+)", text)]
    assert len(pages) > 2
    assert sum(pages) == 900_000


def test_a_cover_leaves_the_lines_to_the_pages_behind_it():
    cover, details = html(snapshot(layout=Layout.COVER)).split('<div class="page"')[1:]
    assert "ボールペン" not in cover
    assert "金融機関" in cover
    assert "ボールペン" in details


def test_the_certificate_of_receipt_says_when_the_document_arrived():
    received = Received(delivered_at="令和8年10月31日(2026-10-31) 14:02", sha256="ab" * 32)
    text = words(html(snapshot(), received=received))
    assert "請求書到達証明書" in text
    assert "到達日時 令和8年10月31日(2026-10-31) 14:02 発行先 見本市 子育て支援課 請求書番号 MSG-2026-000012" in text
    assert f"SHA-256 {'ab' * 32}" in text
    assert "金融機関" not in text


def test_rounding_per_line_is_said():
    text = words(html(snapshot(unit="line", issuer={"registration_number": ""})))
    assert "消費税額は明細ごとに計算し、1円未満は切捨てです。" in text


def test_the_legend_stands_only_where_its_mark_does():
    text = html(snapshot([line()]))
    assert "軽減税率" not in text
    assert "※" not in text
    assert "△" not in text


def test_a_category_without_a_rate_is_named():
    assert "会場設営 1 式 10,000 非課税 10,000" in words(html(snapshot([line(rate=EXEMPT)])))


def test_a_single_transaction_has_a_date_and_no_period():
    text = words(html(snapshot(transaction_date=date(2026, 10, 5), period_from=None, period_to=None)))
    assert "取引年月日 令和8年10月5日(2026-10-05)" in text
    assert "取引期間" not in text


def test_it_shows_number_check_code_and_date():
    text = words(html(snapshot()))
    assert "請求書番号 MSG-2026-000012 請求日 令和8年10月31日(2026-10-31)" in text
    assert "照合コード 7K3QX9VB2MD4T" in text


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(html(snapshot(), draft=True), id="asked for as a draft"),
        pytest.param(html(snapshot(number=None, check_code=None)), id="without number"),
    ],
)
def test_a_draft_is_marked_and_has_neither_number_nor_check_code(page):
    text = words(page)
    assert "見本" in text.split("請求書")[1]
    assert "MSG-2026-000012" not in page
    assert "照合コード" not in page
    assert "請求書番号 発行時に付番" in text


def test_an_issued_invoice_is_not_marked():
    assert 'class="watermark"' not in html(snapshot())


def test_an_unfinished_draft_can_be_shown():
    empty = snapshot(
        [replace(line(), date=None, quantity=None, unit_price=None, unit="", amount=0, rate=None)],
        number=None,
        check_code=None,
        title="",
        issue_date=None,
        period_from=None,
        period_to=None,
        recipient={"municipality": "", "addressee": "", "department": "", "municipality_id": None},
        responsible=None,
        contact=None,
        remarks="",
        payment={"bank_account": None},
    )
    text = words(html(empty))
    assert "請求日 ―" in text
    assert "様" not in text
    assert "責任者・担当者" not in text


def test_a_correction_names_what_it_replaces():
    text = words(html(snapshot(replaces=Reference(UUID(int=9), "MSG-2026-000009", date(2026, 10, 20)))))
    assert "本書は令和8年10月20日(2026-10-20)の請求書(MSG-2026-000009)を修正したものです。" in text


def test_a_corrected_credit_note_is_not_called_an_invoice():
    text = words(html(credit_note(replaces=Reference(UUID(int=9), "R-000009", date(2026, 10, 20)))))
    assert "本書は令和8年10月20日(2026-10-20)の返還請求書(R-000009)を修正したものです。" in text


def test_it_shows_where_to_pay():
    text = words(html(snapshot()))
    assert "金融機関 みほん銀行(0185) 支店 本店営業部(101) 口座 普通 0012345 口座名義 カ)ミホンセイカ" in text


def test_another_way_of_payment_shows_its_name_alone():
    payment = {"method": PaymentMethod.PAYMENT_SLIP, "method_label": "納付書", "bank_account": None}
    text = words(html(snapshot(payment=payment)))
    assert "入金方法 納付書" in text
    assert "金融機関" not in text


def test_it_names_who_answers_for_it():
    text = words(html(snapshot()))
    assert "発行責任者 高橋 一郎(役職 経理課長) 直通電話 0994-00-0002" in text
    assert "担当者 佐藤 次郎(役職 無) 直通電話 0994-00-0003" in text


def test_quantities_and_prices_keep_their_decimals_and_have_commas():
    assert "12,345.6789 式 1,000.5 10%" in words(html(snapshot([line(quantity="12345.6789", unit_price="1000.5")])))


def test_what_people_wrote_is_never_markup():
    page = html(snapshot([line("<b>&")], title="<script>", remarks='"><img src=x>', issuer={"name": '"><i>'}))
    assert "<script>" not in page
    assert "<img src=x" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;&amp;" in page


def test_kana_with_a_separate_voicing_mark_become_one_character_and_variants_of_names_stay():
    page = html(snapshot(title="か\u3099っこう", issuer={"representative_name": "\ufa11 \ufa19"}))
    assert "がっこう" in page
    assert "\ufa11 \ufa19" in page


def test_titles_stand_before_names_also_when_the_snapshot_was_frozen_with_sorted_keys():
    frozen = load(dump(snapshot()))
    assert "代表者 代表取締役 見本 花子" in words(html(frozen))
