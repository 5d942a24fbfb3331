import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.errors import InputError
from portal.lib.japan import (
    AccountType,
    bank_name,
    branch_name,
    find_banks,
    find_branches,
    normalise_account_holder,
    normalise_account_number,
)


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("カノヤショウテン", "ｶﾉﾔｼﾖｳﾃﾝ"),
        ("かのやしょうてん", "ｶﾉﾔｼﾖｳﾃﾝ"),
        ("ｶﾉﾔｼｮｳﾃﾝ", "ｶﾉﾔｼﾖｳﾃﾝ"),
        ("カ）カノヤデンキ", "ｶ)ｶﾉﾔﾃﾞﾝｷ"),
        ("ﾃﾞﾝｷ", "ﾃﾞﾝｷ"),
        ("テ゛ンキ", "ﾃﾞﾝｷ"),
        ("パン", "ﾊﾟﾝ"),
        ("ヴィラ", "ｳﾞｲﾗ"),
        ("スーパー", "ｽ-ﾊﾟ-"),
        ("ｽｰﾊﾟｰ", "ｽ-ﾊﾟ-"),
        ("エヌ・ティー・ティー", "ｴﾇ.ﾃｲ-.ﾃｲ-"),
        ("ヲガワ", "ｵｶﾞﾜ"),
        ("ヰノウヱ", "ｲﾉｳｴ"),
        ("ユリヶオカ", "ﾕﾘｹｵｶ"),
        ("ａｂｃ　１２３", "ABC 123"),
        ("　ヤマダ　　タロウ　", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("(ユ)カノヤ", "(ﾕ)ｶﾉﾔ"),
        ("ラ−メン", "ﾗ-ﾒﾝ"),
        ("ラ〜メン", "ﾗ-ﾒﾝ"),
        ("ラ～メン", "ﾗ-ﾒﾝ"),
        ("カ\0ノ\u200bヤ", "ｶﾉﾔ"),
        ("ア" * 30, "ｱ" * 30),
        ("ガ" * 15, "ｶﾞ" * 15),
    ],
)
def test_an_account_holder_is_written_in_half_width_kana_of_the_zengin_set(text, holder):
    assert normalise_account_holder(text) == holder


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("株式会社カノヤ", "「株」、「式」、「会」、「社」"),
        ("㈱カノヤ", "「株」"),
        ("カノヤ＆コ", "「&」"),
        ("カノヤ/コ", "「/」"),
        ("カノヤ,コ", "「,」"),
        ("ア゛", "「゛」"),
        ("カノヤ「コ", "「「」"),
        ("ヷ", "「ヷ」"),
    ],
)
def test_a_character_that_banks_do_not_take_is_named(text, named):
    with pytest.raises(InputError, match="使えない文字があります") as raised:
        normalise_account_holder(text)
    assert raised.value.code == "unusable_character"
    assert named in str(raised.value)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("カノヤ＆コ", "「&」は「アンド」か「エンド」と読みで入力するか、空白にします"),
        ("カノヤ/コ", "「/」は「-」か空白にします"),
        ("カノヤ,コ", "「,」は「.」にします"),
        ("A&B/C", "「/」は「-」か空白にします"),
    ],
)
def test_for_a_sign_that_banks_do_not_take_the_usual_replacement_is_told(text, advice):
    with pytest.raises(InputError, match=r"\( \) \. - で入力してください") as raised:
        normalise_account_holder(text)
    assert advice in str(raised.value)
    assert "通帳のカナ表記" in str(raised.value)


@pytest.mark.parametrize("text", ["ア" * 31, "ガ" * 15 + "ア"])
def test_a_holder_of_more_than_30_half_width_characters_is_refused(text):
    with pytest.raises(InputError, match=r"30文字以内.*いまは31文字") as raised:
        normalise_account_holder(text)
    assert raised.value.code == "too_long"


@pytest.mark.parametrize("text", ["", "\u3000 "])
def test_an_empty_holder_is_refused(text):
    with pytest.raises(InputError, match="入力してください"):
        normalise_account_holder(text)


@given(st.text(max_size=40))
def test_a_converted_holder_fits_the_transfer_format_and_converts_to_itself(text):
    try:
        holder = normalise_account_holder(text)
    except InputError:
        return
    assert 1 <= len(holder.encode("cp932")) <= 30
    assert normalise_account_holder(holder) == holder


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234567", "1234567"),
        ("123", "0000123"),
        ("１２３４５６７", "1234567"),
        ("12-345 67", "1234567"),
        ("0012", "0000012"),
    ],
)
def test_an_account_number_has_seven_digits(text, number):
    assert normalise_account_number(text) == number


@pytest.mark.parametrize("text", ["", "12345678", "12a", "١٢٣"])
def test_what_is_no_account_number_is_refused(text):
    with pytest.raises(InputError, match="7桁までの数字で入力してください"):
        normalise_account_number(text)


def test_account_types_have_the_codes_of_the_transfer_format():
    assert {(choice.value, str(choice.label)) for choice in AccountType} == {
        ("1", "普通"),
        ("2", "当座"),
        ("4", "貯蓄"),
        ("9", "その他"),
    }


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("0001", "みずほ銀行"),
        ("0005", "三菱UFJ銀行"),
        ("0185", "鹿児島銀行"),
        ("9900", "ゆうちょ銀行"),
        ("1000", "信金中央金庫"),
    ],
)
def test_a_bank_has_the_name_that_people_know(code, name):
    assert bank_name(code) == name


def test_a_branch_is_named_within_its_bank():
    assert branch_name("0185", "010") == "高見馬場"
    assert branch_name("0001", "010") != "高見馬場"


@pytest.mark.parametrize(("bank", "branch"), [("9999", "001"), ("0185", "999"), ("", ""), ("０１８５", "010")])
def test_unknown_codes_have_no_name(bank, branch):
    assert branch_name(bank, branch) is None


def test_an_unknown_bank_has_no_name():
    assert bank_name("9999") is None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("鹿児島銀行", "0185"),
        ("かごしま", "0185"),
        ("ｶｺﾞｼﾏ", "0185"),
        ("0185", "0185"),
        ("０１８５", "0185"),
        ("みずほ", "0001"),
        ("ミズホ銀行", "0001"),
        ("ufj", "0005"),
        ("ゆうちょ", "9900"),
        ("網走信用金庫", "1031"),
        ("paypay", "0033"),
    ],
)
def test_a_bank_is_found_by_code_name_or_reading_with_the_closest_first(query, code):
    assert find_banks(query)[0].code == code


def test_a_bank_found_by_part_of_its_name_comes_after_the_exact_one():
    names = [bank.name for bank in find_banks("鹿児島")]
    assert names[0] == "鹿児島銀行"
    assert "そお鹿児島農協" in names


def test_a_bank_that_nobody_has_is_not_found():
    assert find_banks("存在しない銀行名") == []


def test_a_list_of_banks_is_bounded():
    assert len(find_banks("", limit=7)) == 7
    assert len(find_banks("農協")) == 20


@pytest.mark.parametrize(
    ("query", "code"), [("高見馬場支店", "010"), ("たかみばば", "010"), ("010", "010"), ("本店", "000")]
)
def test_a_branch_is_found_by_code_name_or_reading(query, code):
    assert find_branches("0185", query)[0].code == code


def test_branches_are_those_of_the_bank_alone():
    assert find_branches("0001", "たかみばば") == []
    assert find_branches("9999", "本店") == []
