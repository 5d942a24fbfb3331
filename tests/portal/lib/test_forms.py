from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms

from portal.lib.forms import DecimalQuantityField, FilterSelect, NativeDateInput, PortalForm, WarekiDateField, YenField
from portal.lib.text_fields import (
    AccountHolderField,
    AccountNumberField,
    PhoneField,
    PostcodeField,
    RegistrationNumberField,
)


def error_of(field, value):
    """Code and message of the one error that a field gives."""
    with pytest.raises(forms.ValidationError) as raised:
        field.clean(value)
    return raised.value.code, raised.value.messages[0]


class ClaimForm(PortalForm):
    subject = forms.CharField(label="件名", max_length=5, help_text="5文字まで")
    department = forms.ChoiceField(label="宛先の課", choices=[("1", "管財課")])
    issued_on = WarekiDateField(label="請求日")
    amount = YenField(label="金額", required=False)
    email = forms.EmailField(label="メール", required=False)
    consent = forms.BooleanField(label="規約に同意する")
    scan = forms.FileField(label="書類")
    reason = forms.CharField(label="理由", error_messages={"required": "差戻しの理由を書いてください"})
    share = forms.CharField(label="8%対象", required=False, max_length=2)


VALID = {"subject": "保守", "department": "1", "issued_on": "2026-10-31", "consent": "on", "reason": "x"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("subject", "件名を入力してください"),
        ("department", "宛先の課を選択してください"),
        ("issued_on", "請求日を入力してください"),
        ("consent", "「規約に同意する」にチェックを入れてください"),
        ("scan", "書類を選択してください"),
        ("reason", "差戻しの理由を書いてください"),
    ],
)
def test_an_empty_field_says_what_to_do_with_it(name, message):
    assert ClaimForm({}).errors[name] == [message]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("subject", "六文字の件名", "件名は5文字以内で入力してください(いまは6文字)"),
        ("department", "2", "宛先の課を一覧から選び直してください"),
        ("email", "なまえ", "メールを「name@example.jp」の形で入力してください"),
        ("share", "123", "8%対象は2文字以内で入力してください(いまは3文字)"),
    ],
)
def test_a_wrong_entry_says_what_to_do_with_it(name, value, message):
    assert ClaimForm(VALID | {name: value}).errors[name] == [message]


def test_a_field_made_compulsory_by_the_view_is_asked_for_by_name():
    form = ClaimForm(VALID)
    form.fields["amount"].required = True
    assert form.errors["amount"] == ["金額を入力してください"]


def test_one_form_does_not_change_the_messages_of_the_next():
    first = ClaimForm({})
    first.fields["subject"].label = "表題"
    assert first.errors["subject"] == ["表題を入力してください"]
    assert ClaimForm({}).errors["subject"] == ["件名を入力してください"]


def test_a_field_without_a_label_is_asked_for_by_its_name():
    class Form(PortalForm):
        due_date = forms.CharField()

    assert Form({}).errors["due_date"] == ["Due dateを入力してください"]


def test_fields_are_marked_compulsory_or_optional():
    form = ClaimForm()
    assert form["subject"].is_needed
    assert not form["amount"].is_needed


def test_a_hidden_field_bears_no_mark():
    class Form(PortalForm):
        token = forms.CharField(widget=forms.HiddenInput)

    assert "field__mark" not in str(Form()["token"].as_field_group())


def test_a_wrong_field_is_tied_to_its_help_and_its_error():
    html = str(ClaimForm({})["subject"])
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in html


@pytest.mark.parametrize(
    "text", ["2026-10-31", "2026/10/31", "２０２６年１０月３１日", "R8.10.31", "令和8年10月31日", " 20261031 "]
)
def test_a_date_field_takes_every_spelling_and_shows_iso(text):
    class Form(PortalForm):
        day = WarekiDateField()

    form = Form({"day": text})
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2026, 10, 31)
    assert 'type="date" name="day" value="2026-10-31"' in str(form["day"])


def test_a_date_field_keeps_what_was_typed_when_it_is_no_date():
    class Form(PortalForm):
        day = WarekiDateField()

    form = Form({"day": "10月末<"})
    assert not form.is_valid()
    assert 'type="text" name="day" value="10月末&lt;"' in str(form["day"])


def test_an_empty_date_field_is_a_date_picker_within_its_bounds():
    html = NativeDateInput().render("day", None)
    assert 'type="date"' in html
    assert "value" not in html
    widget = WarekiDateField(earliest=date(2026, 4, 1), latest=date(2027, 3, 31)).widget
    assert (widget.attrs["min"], widget.attrs["max"]) == ("2026-04-01", "2027-03-31")


def test_a_date_picker_carries_the_words_with_which_its_era_is_shown():
    html = NativeDateInput().render("day", None)
    assert 'data-era="2019-05-01令和 1989-01-08平成 1926-12-25昭和"' in html
    assert 'data-era-date="{era}{year}年{month}月{day}日"' in html
    assert 'data-era-first="元"' in html


def test_a_list_that_is_searched_carries_the_words_of_its_search():
    html = FilterSelect("課の名前でさがす").render("department", None)
    assert 'data-filter-select="課の名前でさがす"' in html
    assert 'data-found="%s件見つかりました。"' in html
    assert 'data-not-found="見つかりません。別の言葉でさがしてください。"' in html


def test_a_stored_date_is_shown_as_iso():
    assert 'value="2026-01-05"' in NativeDateInput().render("day", date(2026, 1, 5))


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("10月末", "invalid_date", "「2026-10-31」または「令和8年10月31日」の形で入力してください"),
        ("2026-02-30", "no_such_date", "「2026-02-30」という日付はありません"),
        ("平成38年1月1日", "outside_era", "平成31年4月30日まで"),
        ("0226-10-31", "min_value", "昭和元年12月25日以降の日付を入力してください"),
        ("2226-10-31", "max_value", "以前の日付を入力してください"),
    ],
)
def test_a_wrong_date_says_what_to_do(text, code, says):
    found, message = error_of(WarekiDateField(), text)
    assert found == code
    assert says in message


def test_a_date_field_left_empty_is_none_when_it_may_be():
    assert WarekiDateField(required=False).clean("  ") is None


def test_a_moment_given_to_a_date_field_counts_as_the_day_in_japan():
    assert WarekiDateField().clean(datetime(2026, 3, 31, 20, tzinfo=UTC)) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "amount"), [("1,620", 1620), ("￥１，６２０", 1620), ("△1,620", -1620), ("1620円", 1620), ("0", 0)]
)
def test_a_yen_field_reads_what_people_type(text, amount):
    cleaned = YenField().clean(text)
    assert cleaned == amount
    assert type(cleaned) is int


@pytest.mark.parametrize(
    ("field", "text", "code", "says"),
    [
        (YenField(), "千円", "invalid_number", "数字で入力してください"),
        (YenField(), "1.5", "too_many_decimals", "整数で入力してください"),
        (YenField(), "1,000,000,000,000", "max_value", "999,999,999,999以下で入力してください"),
        (YenField(), "-1,000,000,000,000", "min_value", "-999,999,999,999以上で入力してください"),
        (YenField(min_value=1), "0", "min_value", "1以上で入力してください"),
        (DecimalQuantityField(), "1.00001", "too_many_decimals", "小数点以下は4桁まで"),
        (DecimalQuantityField(), "1,000,000,000", "max_value", "999,999,999.9999以下"),
        (DecimalQuantityField(min_value=Decimal("0.5")), "0.4", "min_value", "0.5以上"),
    ],
)
def test_a_wrong_number_says_what_to_do(field, text, code, says):
    found, message = error_of(field, text)
    assert found == code
    assert says in message


def test_an_empty_number_is_none_and_not_zero():
    assert YenField(required=False).clean(" ") is None
    assert DecimalQuantityField(required=False).clean("") is None
    assert error_of(YenField(), " ")[0] == "required"


def test_a_quantity_is_exact():
    assert DecimalQuantityField().clean("０．１") == Decimal("0.1")


def test_a_stored_quantity_is_shown_without_zeros_at_the_end():
    field = DecimalQuantityField()
    assert field.prepare_value(Decimal("1500.5000")) == "1500.5"
    assert field.prepare_value(Decimal("10.0000")) == "10"
    assert field.prepare_value(Decimal("1E+2")) == "100"
    assert field.prepare_value("１，５") == "１，５"


@pytest.mark.parametrize(
    ("field", "initial", "typed"),
    [
        (YenField(), 1620, "1,620"),
        (DecimalQuantityField(), Decimal("1.5000"), "１．５"),
        (WarekiDateField(), date(2026, 10, 31), "R8.10.31"),
    ],
)
def test_another_spelling_of_the_same_value_is_no_change(field, initial, typed):
    assert not field.has_changed(initial, typed)


def test_a_digit_keyboard_is_offered_only_where_no_minus_is_needed():
    assert "inputmode" not in YenField().widget.attrs
    assert YenField(min_value=0).widget.attrs["inputmode"] == "numeric"
    assert DecimalQuantityField(min_value=0).widget.attrs["inputmode"] == "decimal"


@pytest.mark.parametrize(
    ("field", "typed", "cleaned"),
    [
        (PhoneField(), "０９９４（４３）２１１１", "0994-43-2111"),
        (PostcodeField(), "〒８９３００１４", "893-0014"),
        (RegistrationNumberField(), "7-1234-5678-9012", "T7123456789012"),
        (AccountHolderField(), "かのやでんき", "ｶﾉﾔﾃﾞﾝｷ"),
        (AccountNumberField(), "１２３", "0000123"),
        (PhoneField(required=False), "", ""),
    ],
)
def test_a_field_cleans_to_the_form_that_is_stored(field, typed, cleaned):
    assert field.clean(typed) == cleaned


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (PhoneField(), "43-2111", "invalid_phone"),
        (PostcodeField(), "893", "invalid_postcode"),
        (RegistrationNumberField(), "T123", "invalid_registration_number"),
        (AccountHolderField(), "株式会社", "unusable_character"),
        (AccountNumberField(), "12345678", "invalid_account_number"),
        (PhoneField(), "0" * 201, "max_length"),
    ],
)
def test_a_field_passes_on_the_code_and_words_of_its_reader(field, typed, code):
    found, message = error_of(field, typed)
    assert found == code
    assert "入力してください" in message
