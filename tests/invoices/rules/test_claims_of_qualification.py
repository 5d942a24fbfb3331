"""Words and numbers in free text by which a document may be taken for a qualified invoice (消費税法57条の5)."""

import time
from dataclasses import replace
from datetime import date

import pytest

from invoices import rules
from invoices.enums import DeductionKind
from invoices.lifecycle.draft_input import DeductionInput
from invoices.lifecycle.issuing import Refused
from invoices.models import TaxRate
from invoices.rules import Level
from invoices.rules.claims_of_qualification import claimed_word
from invoices.rules.spellings import registration_numbers

NUMBER = "T7123456789012"
CLAIM, NUMBERED = "claims-to-be-qualified", "registration-number-in-text"


@pytest.mark.parametrize(
    "text",
    [
        "適格請求書",
        "適格請求書 草刈り",
        "本書は適格請求書です",
        "適 格 請 求 書",
        "適　格　請　求　書",
        "適-格-請-求-書",
        "適・格・請・求・書",
        "適\u200b格\u2060請求書",
        "適\ufe00格\U000e0100請求書",
        "適格\n請求書",
        "適確請求書",
        "適格簡易請求書",
        "簡易適格請求書",
        "適格返還請求書",
        "摘格請求書",
        "てき格請求書",
        "適格せいきゅう書",
        "適恪請求書",
        "INVOICE(適格)",
        "適格 INVOICE",
        "適格領収書",
        "適格納品書",
        "適格インボイス",
        "てきかくせいきゅうしょ",
        "テキカクセイキュウショ",
        "ﾃｷｶｸｾｲｷｭｳｼｮ",
        "適格請求書発行事業者",
        "適格事業者",
        "当店は適格請求書発行事業者です",
        "適格請求書に相違ありません",
        "適格請求書であることに間違いありません",
        "適格請求書です、返品はできません",
        "適格請求書です。返品はできません",
        "適格請求書(消費税法57条の4)",
        "インボイス",
        "ｲﾝﾎﾞｲｽ",
        "インヴォイス",
        "インボイス登録済",
        "インボイス対応",
        "インボイス制度対応",
        "インボイス番号",
        "インボイス発行事業者",
        "これはインボイスです",
        "インボイスとして使えます",
        "インボイス(草刈り)",
        "草刈り(インボイス)",
        "いんぼいす対応",
        "簡易インボイス",
        "Qualified Invoice",
        "QUALIFIED TAX INVOICE",
        "qualified-invoice",
        "研修費 適格請求書",
        "適格請求書を封筒に同封します",
        "適格請求書を印刷してお使いください",
        "適格請求書ではない請求書は当店では扱わず、本書は適格請求書です",
    ],
)
def test_a_claim_is_found_in_every_spelling(text):
    assert claimed_word(text)


def test_the_form_of_a_kanji_hides_no_number():
    assert registration_numbers("登\ufe00録\U000e0101番号 7123456789012") == [NUMBER]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "請求書",
        "草刈り",
        "適格請求書ではありません",
        "本書は適格請求書ではございません。",
        "適格請求書ではない",
        "適格請求書でない請求書です",
        "適格請求書等にはなりません",
        "適格請求書の発行はできません",
        "適格請求書を発行できません。ご了承ください",
        "適格請求書発行事業者ではありません",
        "適格請求書発行事業者の登録は受けていません",
        "適格請求書発行事業者以外からの仕入れ",
        "適格請求書発行事業者の登録なし",
        "非適格請求書",
        "適格請求書発行事業者の登録申請中",
        "インボイス登録予定",
        "未登録(適格請求書発行事業者ではない)",
        "インボイス未登録",
        "インボイス非対応",
        "インボイス登録はありません",
        "インボイスではありません",
        "インボイスは発行しておりません",
        "インボイス登録なし",
        "商業インボイス",
        "コマーシャルインボイス 3通",
        "インボイス作成手数料",
        "インボイス制度説明会 会場費",
        "インボイス制度の研修",
        "インボイス対応レジ 2台",
        "適格請求書等保存方式の研修",
        "適格請求書の書き方セミナー 講師料",
        "適格請求書システム 利用料",
        "適格請求書発行システム 利用料",
        "適格請求書用紙 500枚",
        "適格請求書発行事業者登録申請 代行手数料",
        "インボイス登録申請の手続",
        "TAX INVOICE",
        "INVOICE",
        "適格者選考",
        "登録番号",
        "車両登録番号 鹿児島500あ1234",
    ],
)
def test_what_denies_it_or_speaks_of_the_matter_is_no_claim(text):
    assert not claimed_word(text)


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "t7123456789012",
        "Ｔ７１２３４５６７８９０１２",
        "T 7123456789012",
        "T-7123-4567-89012",
        "T7 1234 5678 9012",
        "T:7123456789012",
        "T　7 1 2 3 4 5 6 7 8 9 0 1 2",
        "T7\u200b123456789012",
        "登録番号T7123456789012です",
        "(T7123456789012)",
        "Т7123456789012",  # a Cyrillic letter
        "Τ7123456789012",  # a Greek letter
        "登録番号 7123456789012",
        "登録番号は7123456789012",
        "登録No. 7123456789012",
        "T7123456789012-01",
        "T-No.7123456789012",
        "T-No.７１２３４５６７８９０１２",
        "T No 7123-4567-89012",
        "T№7123456789012",
        "T番号:7123456789012",
        "T#7123456789012",
        "Ｔ－７１２３－４５６７－８９０１２",
        "T.7.1.2.3.4.5.6.7.8.9.0.1.2",
        "㋣7123456789012",
        "ト7123456789012",
        "ティー7123456789012",
        "Ⓣ7123456789012",
        "🅃7123456789012",
        "🆃7123456789012",
        "🅣7123456789012",
        "𝐓𝟕𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎𝟏𝟐",
        "ᴛ7123456789012",
        "Ť7123456789012",
        "T\u20dd7123456789012",
        "T七一二三四五六七八九〇一二",
        "T 七一二三 四五六七 八九零一二",
        "T七一二三四五六七八九〇一二一式",
        "T7123456789012一式",
        "T7123456789〇12",
        "T7123456789O12",
        "T❼❶❷❸❹❺❻❼❽❾⓿❶❷",
        "T⑦①②③④⑤⑥⑦⑧⑨⓪①②",
        "T٧١٢٣٤٥٦٧٨٩٠١٢",
        "登録番号 七一二三四五六七八九〇一二",
        "登 録 番 号 : 7123456789012",
        "登録番号第7123456789012号",
        "登録ナンバー 7123456789012",
        "登録番号T-No.7123456789012",
        "T(法人)7123456789012",
        "登録番号(法人)7123456789012",
        "7123456789012T",
        "7123456789012(T)",
        "てぃー7123456789012",
        "3 t 7123456789012",
    ],
)
def test_a_registration_number_is_found_in_every_spelling(text):
    assert registration_numbers(text)[0] == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "7123456789012",
        "法人番号 7123456789012",
        "T712345678901",
        "T71234567890123",
        "ABT7123456789012",
        "T シャツ 12枚 2026-10-31",
        "T-100 12345",
        "電話 0994-43-2111",
        "登録番号はありません。法人番号7123456789012",
        "T一二三",
        "テスト7123456789012",
        "パーティー7123456789012",
        "型番 MT-7123456789012",
        "NO.7123456789012",
        "第7123456789012号",
        "砕石 3 t 2026/10/31 12,000",
        "砕石 12.5t 2026/10/31 12,000",
        "2026/10/31 12,000 1 t",
        "登録番号:　法人番号:7123456789012",
    ],
)
def test_what_is_no_registration_number_is_left_alone(text):
    assert registration_numbers(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "適" * 20_000,
        "適格請求書 " * 4_000,
        "適格請求書ではない" * 2_000,
        "非" + " " * 20_000,
        "適" + " " * 20_000 + "格請求書",
        "適格請求書" + " " * 20_000 + "(",
        ("登録番号" + " " * 500) * 40,
        "登録" + " " * 20_000,
        "T" + "1 " * 10_000,
        "T1" * 10_000,
        "T" * 20_000,
        "T番号" * 7_000,
        "1 t " * 7_000,
        "インボイス" + "登録" * 9_000 + "予定",
        ("インボイス登録番号 □あり" + " " * 50) * 200,
        "インボイス" + " " * 20_000,
        ("インボイス" + "(" * 100) * 200,
    ],
    ids=lambda text: text[:5],
)
def test_a_long_text_is_read_in_time_that_grows_with_its_length(text):
    def seconds(part: str) -> float:
        begun = time.process_time()
        claimed_word(part)
        registration_numbers(part)
        return time.process_time() - begun

    assert seconds(text) < max(8 * seconds(text[: len(text) // 4]), 0.25)


HEAD = (
    "title",
    "remarks",
    "own_reference",
    "responsible_title",
    "responsible_name",
    "contact_title",
    "contact_name",
)


@pytest.mark.django_db
class TestOfAnIssuerWithoutANumber:
    @pytest.fixture(autouse=True)
    def _unregistered(self, scene):
        scene.company(registration_number="")

    @pytest.mark.parametrize("field", HEAD)
    @pytest.mark.parametrize(("text", "code"), [("適格請求書", CLAIM), (f"登録番号{NUMBER}", NUMBERED)])
    def test_no_text_of_the_head_claims_it(self, scene, field, text, code):
        (finding,) = rules.errors(scene.head(**{field: text}).findings())
        assert (finding.code, finding.field, finding.line) == (code, field, None)
        assert finding.source == "消費税法57条の5"

    @pytest.mark.parametrize("field", ["description", "unit", "slip_number"])
    def test_no_text_of_a_line_claims_it(self, scene, field):
        text = "インボイス" if field == "unit" else NUMBER
        (finding,) = rules.errors(scene.line(**{field: text}).findings())
        assert (finding.field, finding.line) == (field, 1)

    def test_no_deduction_claims_it(self, scene):
        rate = TaxRate.objects.get(code="standard10").pk
        row = DeductionInput(DeductionKind.OTHER, rate, 1, "適格返還請求書")
        scene.deductions = [replace(row, description="値引"), row]
        (finding,) = rules.errors(scene.findings())
        assert (finding.code, finding.field, finding.deduction) == (CLAIM, "description", 1)

    def test_no_file_claims_it_by_its_name(self, scene):
        (finding,) = rules.errors(scene.file(10, "適格請求書.pdf").findings())
        assert (finding.code, finding.field) == (CLAIM, "attachments")
        assert "(添付ファイルの名前)" in str(finding.message)

    def test_no_branch_claims_it_by_its_name(self, scene):
        (finding,) = rules.errors(scene.branch(name=f"鹿児島支店 {NUMBER}").findings())
        assert (finding.code, finding.field) == (NUMBERED, "billing_source")
        assert "(請求元の登録で直せます)" in str(finding.message)

    def test_no_company_claims_it_by_its_name(self, scene):
        (finding,) = rules.errors(scene.company(name="適格請求書発行事業者 柏木").findings())
        assert (finding.code, finding.field) == (CLAIM, "")

    def test_an_honest_word_is_free(self, scene):
        scene.head(remarks="本書は適格請求書ではありません。")
        assert rules.errors(scene.findings()) == []

    def test_the_number_of_another_company_is_none_of_its_own(self, scene):
        (finding,) = rules.errors(scene.head(remarks="立替先 T9234567890123").findings())
        assert finding.code == NUMBERED

    def test_the_claim_stops_the_issue(self, scene):
        scene.head(title="適格請求書")
        with pytest.raises(Refused):
            scene.issued()


@pytest.mark.django_db
class TestOfARegisteredIssuer:
    def test_its_own_words_and_number_are_free(self, scene):
        assert scene.head(title="適格請求書", remarks=f"登録番号 {NUMBER}").findings() == []

    def test_it_is_asked_about_another_number(self, scene):
        (finding,) = scene.head(remarks="立替先の登録番号 T9234567890123").findings()
        assert (finding.code, finding.level) == (NUMBERED, Level.WARNING)
        assert "T9234567890123" in str(finding.message)

    def test_it_claims_nothing_for_the_time_before_there_were_qualified_invoices(self, scene):
        scene.dated(date(2022, 6, 1), scene.written().date).head(title="適格請求書", remarks=NUMBER)
        found = rules.errors(scene.findings())
        assert [(finding.code, finding.field) for finding in found] == [(CLAIM, "title"), (NUMBERED, "remarks")]
        assert all("令和5年10月1日" in str(finding.message) for finding in found)

    def test_it_claims_nothing_for_the_time_before_it_registered(self, scene):
        later = date(2099, 1, 1)
        (finding,) = rules.errors(scene.company(registered_on=later).head(title="適格請求書").findings())
        assert finding.code == CLAIM
