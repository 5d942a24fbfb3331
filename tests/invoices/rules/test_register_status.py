"""The registration number: its check digit, and the answers of the public register."""

from datetime import date

import pytest

from portal.lib.calendar import to_wareki
from suppliers.models import RegisterLookup, RegisterStatus, SupplierKind
from tests.invoices.rules.scene import codes, day

pytestmark = pytest.mark.django_db

WRONG_DIGIT = "T1234567890123"
DIGIT, UNCHECKED, UNKNOWN = "registration-number-digit", "registration-unchecked", "registration-not-in-register"


@pytest.mark.parametrize(
    ("kind", "answer", "found"),
    [
        (SupplierKind.CORPORATION, None, [DIGIT]),
        (SupplierKind.CORPORATION, RegisterStatus.UNCHECKED, [DIGIT]),
        (SupplierKind.CORPORATION, RegisterStatus.REGISTERED, [DIGIT]),
        (SupplierKind.SOLE_PROPRIETOR, None, [DIGIT, UNCHECKED]),
        (SupplierKind.SOLE_PROPRIETOR, RegisterStatus.UNCHECKED, [DIGIT, UNCHECKED]),
        (SupplierKind.SOLE_PROPRIETOR, RegisterStatus.NOT_REGISTERED, [UNKNOWN, DIGIT]),
        (SupplierKind.SOLE_PROPRIETOR, RegisterStatus.REGISTERED, []),
    ],
)
def test_a_wrong_check_digit_ends_the_matter_for_a_corporation_and_leaves_it_to_the_register_for_others(
    kind, answer, found, scene
):
    scene.company(registration_number=WRONG_DIGIT, kind=kind)
    if answer is not None:
        scene.register(answer)
    assert codes(scene.findings()) == found


@pytest.mark.parametrize("kind", SupplierKind)
def test_without_any_answer_a_right_number_is_unchecked(kind, scene):
    RegisterLookup.objects.all().delete()
    venture = {"member_name": "事業者A", "members_all_registered": True, "notice_filed_on": date(2023, 10, 1)}
    (finding,) = scene.company(kind=kind, **venture).findings()
    assert finding.code == UNCHECKED
    assert to_wareki(day(0)) in str(finding.message)


def test_the_answer_for_the_day_of_the_transaction_counts_and_no_other(scene):
    """Registered today, and not yet the day before."""
    scene.head(transaction_date=day(-1))
    assert UNCHECKED in codes(scene.findings())
    number = scene.supplier.registration_number
    RegisterLookup.objects.create(number=number, day=day(-1), status=RegisterStatus.NOT_REGISTERED)
    (finding,) = (finding for finding in scene.findings() if finding.code == UNKNOWN)
    assert number in str(finding.message)
    assert to_wareki(day(-1)) in str(finding.message)
    assert "1時間以上たってから保存するか確認へ進むと、公表サイトに照会し直します。" in str(finding.message)
    assert UNKNOWN not in codes(scene.head(transaction_date=day(0)).findings())


def test_an_issuer_without_a_number_is_asked_nothing_else_about_it(scene):
    scene.company(registration_number="").head(department_id=None)
    assert codes(scene.findings()) == ["department-missing", "issuer-not-registered"]
