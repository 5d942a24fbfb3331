"""The registration number: its check digit, since when it holds, and the answers of the public register."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices import rules
from invoices.documents import schema, words
from invoices.models import content_of
from invoices.rules import Level
from portal.lib.calendar import to_wareki
from suppliers.models import RegisterLookup, RegisterStatus, SupplierKind
from tests.invoices.rules.scene import back, codes, day

pytestmark = pytest.mark.django_db

REGISTERED, NOT_REGISTERED = RegisterStatus.REGISTERED, RegisterStatus.NOT_REGISTERED
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
    findings = scene.company(kind=kind, **venture).findings()
    # A foreign supplier is asked besides who pays the tax.
    (finding,) = (each for each in findings if each.code != "reverse-charge")
    assert finding.code == UNCHECKED
    assert to_wareki(day(0)) in str(finding.message)


@pytest.mark.parametrize(("answer", "code"), [(RegisterStatus.UNCHECKED, UNCHECKED), (NOT_REGISTERED, UNKNOWN)])
def test_as_long_as_no_day_of_supply_is_typed_it_is_judged_by_the_issue_date_and_says_so(answer, code, scene):
    scene.head(transaction_date=None).only_line(date=None).register(answer)
    (message,) = (str(finding.message) for finding in scene.findings() if finding.code == code)
    assert f"請求日({to_wareki(day(0))})に" in message
    assert "取引日" not in message
    (message,) = (str(finding.message) for finding in scene.only_line(date=day(0)).findings() if finding.code == code)
    assert f"取引日({to_wareki(day(0))})に" in message


def test_the_answer_for_the_day_of_the_transaction_counts_and_no_other(scene):
    """Registered today, and not yet the day before."""
    scene.dated(day(-1), day(0))
    assert UNCHECKED in codes(scene.findings())
    scene.register(NOT_REGISTERED, on=day(-1))
    (finding,) = (finding for finding in scene.findings() if finding.code == UNKNOWN)
    assert scene.supplier.registration_number in str(finding.message)
    assert to_wareki(day(-1)) in str(finding.message)
    assert "1時間以上たってから保存するか確認へ進むと、公表サイトに照会し直します。" in str(finding.message)
    assert UNKNOWN not in codes(scene.dated(day(0), day(0)).findings())


class TestOfAPeriod:
    """事業者A claims ten days that end today."""

    @pytest.fixture(autouse=True)
    def _period(self, scene):
        scene.head(transaction_date=None, period_from=day(-9), period_to=day(0))

    def test_every_day_counts_that_it_names(self, scene):
        scene.line(date=day(-4))
        (finding,) = scene.findings()
        assert finding.code == UNCHECKED
        assert f"{to_wareki(day(-9))}と{to_wareki(day(-4))}" in str(finding.message)
        assert to_wareki(day(0)) not in str(finding.message)
        scene.register(REGISTERED, on=day(-9)).register(REGISTERED, on=day(-4))
        assert scene.findings() == []

    def test_registered_on_the_last_day_and_not_on_the_first_is_found_and_both_are_named(self, scene):
        (finding,) = scene.register(NOT_REGISTERED, on=day(-9)).findings()
        assert (finding.code, finding.level) == ("registration-on-some-days", Level.ERROR)
        assert f"{to_wareki(day(0))}には登録がありますが、{to_wareki(day(-9))}にはありません" in str(finding.message)
        assert "分けてください" in str(finding.message)

    def test_cancelled_since_the_first_day_is_found_as_well(self, scene):
        scene.register(REGISTERED, on=day(-9)).register(NOT_REGISTERED)
        (finding,) = scene.findings()
        assert f"{to_wareki(day(-9))}には登録がありますが、{to_wareki(day(0))}にはありません" in str(finding.message)
        assert "登録年月日を入力" not in str(finding.message)
        assert "登録が終わっているときは" in str(finding.message)

    def test_on_no_day_registered_is_one_finding(self, scene):
        scene.register(NOT_REGISTERED, on=day(-9)).register(NOT_REGISTERED)
        assert codes(scene.findings()) == [UNKNOWN]

    def test_the_name_of_any_day_is_compared(self, scene):
        scene.register(REGISTERED, "株式会社柏木商店", on=day(-9))
        assert codes(scene.findings()) == ["registration-of-another-name"]

    def test_many_days_are_told_by_the_first_and_the_last(self, scene):
        scene.head(lines=tuple(scene.written(date=day(-number)) for number in range(10)))
        (finding,) = scene.findings()
        assert f"{to_wareki(day(-9))}から{to_wareki(day(-1))}までの9日" in str(finding.message)


def test_the_register_is_asked_about_each_day_once_and_read_with_one_query(scene):
    scene.head(lines=tuple(scene.written(date=day(-number % 5)) for number in range(50)))
    few, content = scene.build()
    with CaptureQueriesContext(connection) as of_few:
        rules.check(few, content)
    scene.head(lines=tuple(scene.written(date=day(-number % 40)) for number in range(50)))
    many, content = scene.build()
    with CaptureQueriesContext(connection) as of_many:
        rules.check(many, content)
    assert len(of_many) == len(of_few)


class TestWhoRegisteredLater:
    """事業者A says since when it is registered."""

    def test_claims_what_was_before_without_its_number(self, scene):
        invoice = scene.company(registered_on=day(0)).dated(day(-1), day(0)).issued()
        document = schema.load(invoice.snapshot)
        assert document.issuer.registration_number == ""
        assert words.legal_kind(document) == "区分記載請求書"

    def test_claims_what_was_since_with_it(self, scene):
        invoice = scene.company(registered_on=day(0)).issued()
        document = schema.load(invoice.snapshot)
        assert document.issuer.registration_number == "T7123456789012"
        assert words.legal_kind(document) == "適格請求書"

    def test_refunds_an_earlier_sale_without_it(self, scene):
        invoice = scene.company(registered_on=day(-1)).credit_note().issued()
        document = schema.load(invoice.snapshot)
        assert (document.issuer.registration_number, words.title(document)) == ("", "返還請求書")
        scene.company(registered_on=day(-30))
        document = schema.load(scene.credit_note(title="二枚目").issued().snapshot)
        assert words.title(document) == "適格返還請求書"

    @pytest.mark.parametrize(("registered", "refused"), [(-30, False), (-29, True), (0, True), (None, False)])
    def test_does_not_set_an_earlier_sale_off_in_a_qualified_invoice(self, registered, refused, scene):
        """The line that goes back is of thirty days ago."""
        scene.company(registered_on=None if registered is None else day(registered)).line(**back())
        messages = [str(each.message) for each in scene.findings() if each.code == "supplies-before-registration"]
        assert [to_wareki(day(-30)) in message for message in messages] == [True] * refused

    def test_does_not_set_it_off_by_a_deduction_either(self, scene):
        scene.company(registered_on=day(-29)).deduction(1, original_date=day(-30), description="割戻")
        assert "supplies-before-registration" in codes(scene.findings())

    def test_takes_back_both_sides_of_that_day_in_two_documents(self, scene):
        scene.company(registered_on=day(-15)).credit_note()
        scene.lines = [*scene.lines, scene.written(**back(original_date=timedelta(days=-5)))]
        assert "supplies-before-registration" in codes(scene.findings())

    def test_of_a_joint_venture_it_is_the_day_of_its_notice(self, scene):
        venture = {"member_name": "事業者A", "members_all_registered": True, "registered_on": day(-30)}
        scene.company(kind=SupplierKind.JOINT_VENTURE, notice_filed_on=day(1), **venture)
        assert "届出書を提出した日" in str(scene.findings()[0].message)
        document = schema.load(scene.issued().snapshot)
        assert (document.issuer.registration_number, words.legal_kind(document)) == ("", "区分記載請求書")
        scene.company(notice_filed_on=day(0))
        document = schema.load(scene.issued(title="二枚目").snapshot)
        assert words.legal_kind(document) == "適格請求書"

    def test_is_not_told_that_it_has_no_number(self, scene):
        findings = scene.company(registered_on=day(1)).findings()
        assert codes(findings) == ["before-registration"]
        assert to_wareki(day(1)) in str(findings[0].message)

    def test_the_city_reads_that_the_document_is_none(self, scene):
        invoice = scene.company(registered_on=day(1)).issued()
        scene.company(registered_on=None)
        found = rules.check(invoice, content_of(invoice))
        assert "issuer-not-registered" in codes(found)


class TestWhoSaysThatItsRegistrationEnded:
    """事業者A says since when its registration has ended, and keeps its number."""

    def test_claims_what_is_since_without_its_number_and_is_told(self, scene):
        scene.company(registration_ended_on=day(0))
        assert codes(scene.findings()) == ["after-registration"]
        document = schema.load(scene.issued().snapshot)
        assert (document.issuer.registration_number, words.legal_kind(document)) == ("", "区分記載請求書")

    def test_claims_what_was_before_with_it(self, scene):
        document = schema.load(scene.company(registration_ended_on=day(1)).issued().snapshot)
        assert (document.issuer.registration_number, words.legal_kind(document)) == ("T7123456789012", "適格請求書")

    def test_refunds_what_was_sold_before_with_it(self, scene):
        """The sale is of thirty days ago."""
        invoice = scene.company(registration_ended_on=day(-29)).credit_note().issued()
        assert words.title(schema.load(invoice.snapshot)) == "適格返還請求書"
        scene.company(registration_ended_on=day(-30))
        document = schema.load(scene.credit_note(title="二枚目").issued().snapshot)
        assert (document.issuer.registration_number, words.title(document)) == ("", "返還請求書")

    @pytest.mark.parametrize(("ended", "refused"), [(-30, False), (-29, True), (0, True), (1, False)])
    def test_does_not_set_a_sale_of_before_off_in_a_claim_of_after(self, ended, refused, scene):
        """The line that goes back is of thirty days ago."""
        scene.company(registration_ended_on=day(ended)).line(**back())
        messages = [str(each.message) for each in scene.findings() if each.code == "supplies-after-registration"]
        assert [to_wareki(day(-30)) in message for message in messages] == [True] * refused

    def test_is_told_where_one_service_belongs_that_was_completed_after(self, scene):
        scene.company(registration_ended_on=day(0)).line(date=day(-1))
        (message,) = [str(each.message) for each in scene.findings() if each.code == "supplies-after-registration"]
        assert "取引年月日に完了した日を入力してください" in message


@pytest.mark.parametrize("column", ["registered_on", "registration_ended_on"])
@pytest.mark.parametrize("rate", ["exempt", "outside"])
def test_where_nothing_is_taxed_no_day_parts_it_and_only_a_number_that_held_all_the_time_is_printed(
    rate, column, scene
):
    scene.company(**{column: day(0)})
    scene.lines = [scene.written(date=day(number), rate=rate) for number in (-1, 0)]
    assert codes(scene.findings()) == []
    document = schema.load(scene.issued().snapshot)
    assert (document.issuer.registration_number, words.legal_kind(document)) == ("", "")
    outside = day(-1) if column == "registered_on" else day(0)
    assert codes(scene.only_line(date=outside, rate=rate).findings()) == []
    scene.line(date=day(-1))
    assert [code for code in codes(scene.findings()) if code.startswith("supplies-")]


def test_who_registered_on_the_first_day_may_set_off_what_was_sold_before_it(scene):
    scene.company(registered_on=date(2023, 10, 1)).line(**back(original_date=date(2023, 9, 15)))
    assert "supplies-before-registration" not in codes(scene.findings())


def test_before_there_were_qualified_invoices_nothing_is_asked_and_nothing_missed(scene):
    RegisterLookup.objects.all().delete()
    scene.dated(date(2022, 6, 1), day(0))
    assert codes(scene.findings()) == ["fiscal-year-closed", "before-qualified-invoices"]
    scene.company(registration_number="")
    assert codes(scene.findings()) == ["fiscal-year-closed", "before-qualified-invoices"]


def test_an_issuer_without_a_number_is_asked_nothing_else_about_it(scene):
    scene.company(registration_number="").head(department_id=None)
    assert codes(scene.findings()) == ["department-missing", "issuer-not-registered"]


@pytest.mark.parametrize("rate", ["exempt", "export", "outside"])
def test_an_issuer_without_a_number_hears_nothing_about_it_where_nothing_is_taxed(scene, rate):
    scene.company(registration_number="").only_line(rate=rate).master(scene.department, taxable_enterprise=True)
    assert codes(scene.findings()) == []
    assert words.legal_kind(schema.load(scene.issued().snapshot)) == ""


def test_one_taxed_line_is_enough_to_tell_an_issuer_without_a_number(scene):
    assert codes(scene.company(registration_number="").line(rate="exempt").findings()) == ["issuer-not-registered"]


class TestWhoIsRegisteredNoMore:
    """事業者A has taken its number out of its data."""

    @pytest.fixture
    def claim(self, scene):
        return scene.issued()

    def message(self, scene) -> str:
        (finding,) = [each for each in scene.findings() if each.code == "issuer-not-registered"]
        return str(finding.message)

    def test_still_owes_a_qualified_credit_note_for_what_it_sold_with_its_number(self, claim, scene):
        scene.company(registration_number="").credit_note(original_id=claim.pk, original_number="")
        assert "もとの請求書には登録番号がありますが" in self.message(scene)
        assert "会社情報に登録番号を戻し、" in self.message(scene)

    def test_corrects_what_was_qualified_under_its_number_if_that_was_right(self, claim, scene):
        scene.company(registration_number="").replacing(claim)
        assert "修正前の請求書には登録番号がありますが" in self.message(scene)

    def test_hears_nothing_of_it_about_what_had_none(self, scene):
        claim = scene.company(registration_number="").issued()
        assert "登録番号がありますが" not in self.message(scene.credit_note(original_id=claim.pk, original_number=""))
