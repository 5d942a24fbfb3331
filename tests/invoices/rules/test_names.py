"""Which account holders and registered names can be the supplier's own."""

import pytest

from invoices.rules.names import same_company, same_holder
from portal.lib.japan import normalise_account_holder


@pytest.mark.parametrize(
    ("holder", "kana"),
    [
        ("ﾐﾔｿﾞﾉｼﾖｳｼﾞ(ｶ", "みやぞのしょうじ"),
        ("ｶ)ﾐﾔｿﾞﾉｼﾖｳｼﾞ", "みやぞのしょうじ"),
        ("ｶ)ﾐﾔｿﾞﾉｼﾖｳｼﾞ", "かぶしきがいしゃ みやぞのしょうじ"),
        ("ﾐﾔｿﾞﾉｼﾖｳｼﾞ(ｶ", "ミヤゾノショウジカブシキガイシャ"),
        ("ｶ)ﾐﾔｿﾞﾉ ｼﾖｳｼﾞ", "みやぞの　しょうじ"),
        ("ﾐﾔｿﾞﾉｼﾖｳｼﾞ(ｶ)ｶｺﾞｼﾏｼﾃﾝ", "みやぞのしょうじ"),
        ("ﾐﾔｿﾞﾉｼﾖｳｼﾞ(ｶ (ｴｲ", "みやぞのしょうじ"),
        ("ﾐﾔｿﾞﾉｼﾖｳｼﾞ ﾀﾞｲﾋﾖｳ ﾐﾔｿﾞﾉ ﾀﾛｳ", "みやぞのしょうじ"),
        ("ﾕ)ｶｼﾜｷﾞﾃﾂｺｳ", "かしわぎてっこう"),
        ("ﾄﾞ)ｻ-ﾋﾞｽ", "ごうどうがいしゃサービス"),
        ("ﾌｸ)ﾁｭｳﾏﾝｶｲ", "ちゅうまんかい"),
        ("ﾄｸﾋ)ｺﾄﾞﾓﾉｲｴ", "とくていひえいりかつどうほうじん こどものいえ"),
        ("ｲ)ｿﾉﾀﾞｶｲ", "いりょうほうじんしゃだん そのだかい"),
        ("ﾐﾎﾝﾉｳｷﾖｳ", "みほんのうぎょうきょうどうくみあい"),
        ("ﾐﾎﾝｼﾔｷﾖｳ", "みほんしゃかいふくしきょうぎかい"),
        ("ﾐﾎﾝｵﾛｼｷﾖｳｸﾐ", "みほんおろしきょうどうくみあい"),
        ("ｵｵﾂｶ ﾂｽﾞｷ", "おおつか つづき"),  # marks that are spoken alike
        ("ﾊﾅﾁﾞ", "はなぢ"),
        ("ABCｼﾖｳｼﾞ", "えーびーしーしょうじ"),
        ("ｴ-ﾋﾞ-ｼ-ｼﾖｳｼﾞ", "ABCしょうじ"),
        ("ABC", "えーびーしー"),
        ("ﾅｶﾞｲﾅﾏｴﾊﾄﾁﾕｳﾃﾞｷﾗﾚﾙ", "ながいなまえはとちゅうできられることがある"),
        ("ｶ)", "みやぞのしょうじ"),
    ],
)
def test_a_holder_that_may_be_the_supplier_raises_no_alarm(holder, kana):
    assert same_holder(holder, kana)


@pytest.mark.parametrize(
    ("holder", "kana"),
    [
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "みやぞのしょうじ"),
        ("ｶ)ｶｼﾜｷﾞｼﾖｳｼﾞ", "みやぞのしょうじ"),
        ("ｶ)ｶｼﾜｷﾞ", "かぶしきがいしゃ みやぞの"),
        ("ﾐﾔｿﾞﾉﾃﾂｺｳ(ｶ", "みやぞのしょうじ"),
        ("ABCﾃﾂｺｳ", "えーびーしーしょうじ"),
        ("ｴ-ﾋﾞ-ｼ-ﾃﾂｺｳ", "ABCしょうじ"),
        ("ﾐﾔｿﾞﾉ(ﾔﾏﾀﾞﾀﾛｳ)", "みやぞのしょうじ"),
    ],
)
def test_a_holder_that_is_somebody_else_is_seen(holder, kana):
    assert not same_holder(holder, kana)


@pytest.mark.parametrize(
    "kana", ["みやぞのしょうじ", "かぶしきがいしゃヴィーナス", "キャットフード・ジャパン", "をとめ", "ABC21サービス"]
)
def test_a_name_is_the_holder_that_it_becomes_in_the_zengin_system(kana):
    assert same_holder(normalise_account_holder(kana), kana)


@pytest.mark.parametrize(
    ("registered", "name"),
    [
        ("株式会社宮園商事", "宮園商事"),
        ("株式会社宮園商事", "宮園商事 株式会社"),
        ("宮園商事株式会社", "(株)宮園商事"),
        ("宮園商事株式会社", "㈱宮園商事"),
        ("株式会社高崎商店", "㈱髙﨑商店"),
        ("株式会社ABC", "株式会社ａｂｃ"),
        ("有限会社宮園商事", "宮園商事 鹿児島支店"),
        ("社会福祉法人 見本会", "見本会"),
        ("宮園商事九州株式会社", "宮園商事"),
        ("株式会社自由ヶ丘商店", "自由ケ丘商店"),
        ("株式会社霞が関印刷", "霞ヶ関印刷(株)"),
        ("四ッ谷製作所", "四つ谷製作所"),
        ("株式会社櫻井瀧川", "桜井滝川"),
        ("株式会社葛\U000e0101飾", "葛飾"),
        ("サンキュー商事", "さんきゅ−商事"),
        ("株式会社小日商店", "⼩⽇商店"),
    ],
)
def test_a_registered_name_that_may_be_the_suppliers_raises_no_alarm(registered, name):
    assert same_company(registered, name)


@pytest.mark.parametrize(
    ("registered", "name"), [("株式会社柏木商店", "株式会社宮園商事"), ("宮園鉄工株式会社", "宮園商事株式会社")]
)
def test_a_registered_name_that_is_another_companys_is_seen(registered, name):
    assert not same_company(registered, name)
