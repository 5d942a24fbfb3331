import pytest

from portal.lib.spelling import name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("自由ヶ丘", "自由ケ丘"),
        ("霞ヶ関", "霞が関"),
        ("三ヵ所", "三カ所"),
        ("四ッ谷", "四つ谷"),
        ("葛\U000e0100飾", "葛飾"),
        ("ＡＢＣ 支店", "abc支店"),
        ("ｷｬﾝﾍﾟｰﾝ", "キャンペ−ン"),
        ("⼩⽇", "小日"),
    ],
)
def test_two_spellings_of_one_name_are_the_same(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("高田", "髙田"), ("はし", "ばし"), ("見本1", "見本2"), ("カキ", "ガキ")])
def test_different_names_stay_different(one, other):
    assert name_key(one) != name_key(other)
