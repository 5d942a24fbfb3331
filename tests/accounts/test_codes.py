import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import codes
from accounts.models import InviteCode
from accounts.models.code import InvitePurpose
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SUPPLIER = InvitePurpose.SUPPLIER


@pytest.fixture
def code_and_secret() -> tuple[InviteCode, str]:
    return codes.create(SUPPLIER)


def test_a_code_is_printed_in_groups_of_four_without_letters_that_look_like_digits(code_and_secret):
    code, secret = code_and_secret
    letters = "[0-9A-HJKMNP-TV-Z]{4}"
    assert re.fullmatch(f"{letters}-{letters}", code.public_id)
    assert re.fullmatch(f"({letters}-){{3}}{letters}", secret)


def test_a_code_is_valid_for_thirty_days(code_and_secret):
    code, _secret = code_and_secret
    assert timedelta(days=29) < code.expires_at - timezone.now() <= timedelta(days=30)


def test_the_secret_is_nowhere_in_the_row(code_and_secret):
    code, secret = code_and_secret
    row = " ".join(str(value) for value in InviteCode.objects.filter(pk=code.pk).values_list()[0])
    assert secret not in row
    assert secret.replace("-", "") not in row


def test_two_codes_have_nothing_in_common():
    made = [codes.create(SUPPLIER) for _ in range(20)]
    assert len({code.public_id for code, _secret in made}) == 20
    assert len({secret for _code, secret in made}) == 20
    assert len({code.secret_hash for code, _secret in made}) == 20


def test_both_parts_together_open_the_code(code_and_secret):
    code, secret = code_and_secret
    assert codes.verify(code.public_id, secret, SUPPLIER) == code


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("abcd-efgh", "ABCDEFGH"),
        ("ＡＢＣＤ－ＥＦＧＨ", "ABCDEFGH"),
        (" ABCD EFGH ", "ABCDEFGH"),
        ("ABCD　EFGH", "ABCDEFGH"),
        ("ABCDーEFGH", "ABCDEFGH"),
        ("ABCD−EFGH", "ABCDEFGH"),
        ("oO0i", "0001"),
        ("Il1L", "1111"),
    ],
)
def test_codes_are_read_as_people_type_them(typed, read):
    assert codes.normalise(typed) == read


def test_a_code_typed_in_small_letters_with_confused_digits_still_opens(code_and_secret):
    code, secret = code_and_secret

    def mistype(text: str) -> str:
        return text.lower().replace("0", "o").replace("1", "l").replace("-", " ")

    assert codes.verify(mistype(code.public_id), mistype(secret), SUPPLIER) == code


def test_the_secret_of_another_code_does_not_open(code_and_secret):
    code, _secret = code_and_secret
    _other, other_secret = codes.create(SUPPLIER)
    assert codes.verify(code.public_id, other_secret, SUPPLIER) is None


def test_a_code_for_another_purpose_does_not_open(code_and_secret):
    code, secret = code_and_secret
    assert codes.verify(code.public_id, secret, InvitePurpose.STAFF) is None


def _expire(code: InviteCode) -> None:
    InviteCode.objects.filter(pk=code.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def _use(code: InviteCode) -> None:
    assert codes.consume(code, UserFactory())


def _revoke(code: InviteCode) -> None:
    assert codes.revoke(code)


@pytest.mark.parametrize("spoil", [_expire, _use, _revoke])
def test_an_expired_used_or_revoked_code_neither_opens_nor_can_be_used(code_and_secret, spoil):
    code, secret = code_and_secret
    spoil(code)
    assert codes.verify(code.public_id, secret, SUPPLIER) is None
    assert codes.still_usable(str(code.pk)) is None
    assert not codes.consume(code, UserFactory())


@pytest.mark.parametrize("public_id", ["known", "ZZZZ-ZZZZ", "", "x" * 5000])
def test_an_unknown_code_costs_the_same_queries_as_a_wrong_one(code_and_secret, public_id, django_assert_num_queries):
    code, _secret = code_and_secret
    with django_assert_num_queries(1):
        assert codes.verify(code.public_id if public_id == "known" else public_id, "0" * 16, SUPPLIER) is None


def test_a_used_code_names_its_user(code_and_secret):
    code, _secret = code_and_secret
    first, second = UserFactory(), UserFactory()
    assert codes.consume(code, first)
    assert not codes.consume(code, second)
    code.refresh_from_db()
    assert code.used_by == first
    assert code.used_at is not None


def test_a_used_code_cannot_be_revoked(code_and_secret):
    code, _secret = code_and_secret
    codes.consume(code, UserFactory())
    assert not codes.revoke(code)
