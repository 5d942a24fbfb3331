import pytest
from django.core.exceptions import ValidationError

from portal.lib.mail_addresses import check_mail_address, for_smtp, normalise_mail_address


@pytest.mark.parametrize(
    "text",
    [
        "taro@example.jp",
        " Taro@Example.JP ",
        "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ",
        "taro@exam\u200bple.jp",
        "\ufefftaro@example.jp\u200e",
        "ta\u00adro@example.jp\u2060",
        "mailto:taro@example.jp",
        '"taro"@example.jp',
    ],
)
def test_one_address_has_one_form(text):
    assert normalise_mail_address(text) == "taro@example.jp"


CARRIERS = ["try..this..0511@docomo.ne.jp", "name.@ezweb.ne.jp", ".name@docomo.ne.jp", "a...b.@softbank.ne.jp"]


@pytest.mark.parametrize("address", ["taro@example.jp", "o'neil+bills@example.co.jp", *CARRIERS])
def test_an_address_that_people_have_is_allowed(address):
    check_mail_address(address)


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a b@example.jp", "a@b@example.jp", "a@example.jp\nBcc: c@example.jp", "a,b@example.jp", "@x.jp"],
)
def test_what_is_not_one_address_is_refused(address):
    with pytest.raises(ValidationError, match=r"name@example\.jp"):
        check_mail_address(normalise_mail_address(address))


@pytest.mark.parametrize("address", CARRIERS)
def test_a_name_with_unusual_full_stops_is_quoted_for_mail_servers(address):
    name, domain = address.split("@")
    assert for_smtp(address) == f'"{name}"@{domain}'


def test_an_ordinary_name_is_not_quoted():
    assert for_smtp("taro.mihon@example.jp") == "taro.mihon@example.jp"
