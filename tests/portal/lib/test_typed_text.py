"""What is typed into any field of the portal is mended before it is read, counted and shown again."""

import pytest
from django import forms

from portal.lib.columns import MailAddressColumn
from portal.lib.forms import PortalForm
from portal.lib.text_fields import LinesField, MailAddressField
from suppliers.web.shared.fields import KanaField


class Form(PortalForm):
    title = forms.CharField(label="件名", max_length=40, required=False)
    remarks = LinesField(label="備考", max_length=100, required=False)
    kana = KanaField(label="かな", required=False)
    email = MailAddressField(label="メールアドレス", required=False)
    password = forms.CharField(label="パスワード", widget=forms.PasswordInput, strip=False, required=False)
    choice = forms.MultipleChoiceField(choices=[("a", "a"), ("b", "b")], required=False)
    code = forms.CharField(widget=forms.HiddenInput, required=False)


def cleaned(**typed):
    form = Form(typed)
    assert form.is_valid(), form.errors
    return form.cleaned_data


@pytest.mark.parametrize("hidden", ["\u200b", "\u200e", "\ufeff", "\u2060", "\u00ad", "\x00", "\x08"])
def test_what_nobody_sees_never_reaches_a_field(hidden):
    data = cleaned(title=f"{hidden}請求{hidden}書{hidden}", remarks=f"一{hidden}\n{hidden}二", kana=f"みほ{hidden}ん")
    assert (data["title"], data["remarks"], data["kana"]) == ("請求書", "一\n二", "みほん")
    assert cleaned(email=f"ta{hidden}ro@example.jp")["email"] == "taro@example.jp"


def test_a_field_with_nothing_that_can_be_seen_is_empty():
    assert cleaned(title="\u200b\ufeff")["title"] == ""


def test_the_limit_counts_the_letters_that_people_see():
    assert cleaned(title="か\u3099" * 40)["title"] == "が" * 40
    form = Form({"title": "か\u3099" * 41})
    assert not form.is_valid()
    assert "40文字以内で入力してください(いまは41文字)" in form.errors["title"][0]


def test_the_browser_is_not_told_a_limit_that_it_counts_otherwise():
    form = Form()
    assert "maxlength" not in f"{form['title']}{form['remarks']}"


def test_what_was_typed_is_shown_again_as_it_was_read():
    assert 'value="小日"' in str(Form({"title": "⼩\u200b⽇"})["title"])


@pytest.mark.parametrize("text", ["﨑髙神\ufa19", "葛\U000e0100飾", "𠮷野家", "Ａ〜ｶﾞ①㈱"])
def test_forms_of_letters_that_people_can_tell_apart_stay(text):
    assert cleaned(title=text)["title"] == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\x0b"])
def test_a_line_end_that_was_pasted_into_a_box_of_one_line_is_a_space(end):
    assert cleaned(title=f"一行目 {end} 二行目")["title"] == "一行目 二行目"
    assert cleaned(remarks=f"一行目{end}二行目")["remarks"] == "一行目\n二行目"


def test_a_password_stays_as_it_is():
    assert cleaned(password=" か\u3099\u200b ")["password"] == " か\u3099\u200b "


def test_choices_are_read_as_before_and_a_hidden_field_has_one_line():
    data = cleaned(choice=["a", "b"], code="x\ny")
    assert (data["choice"], data["code"]) == (["a", "b"], "x y")


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("ラ−メン", "らーめん"),
        ("ラ〜メン", "らーめん"),
        ("らー～めん", "らーーめん"),
        ("ﾗ－ﾒﾝ", "らーめん"),
        ("ラ―メン", "らーめん"),
        ("エヌ・ティー", "えぬ・てぃー"),
        ("ｴﾇ･ﾃｨｰ", "えぬ・てぃー"),
        ("みほん-A", "みほん-A"),
    ],
)
def test_what_is_typed_for_a_long_vowel_is_one(typed, kana):
    assert cleaned(kana=typed)["kana"] == kana


@pytest.mark.parametrize("address", ["try..this..0511@docomo.ne.jp", "name.@ezweb.ne.jp"])
def test_an_address_that_a_carrier_gave_out_is_taken_by_form_and_column(address):
    assert cleaned(email=address)["email"] == address
    column = MailAddressColumn()
    assert column.clean(address, None) == address
    assert column.formfield().clean(address) == address


def test_a_wrong_address_is_told_with_its_label():
    form = Form({"email": "nobody"})
    assert form.errors["email"] == ["メールアドレスを「name@example.jp」の形で入力してください"]
